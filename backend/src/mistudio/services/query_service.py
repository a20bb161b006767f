"""SQL and filters over raw data: questions to a worker, whose engine sees one split and nothing else."""

from typing import Any

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.errors import DatasetNotReady, SplitNotFound
from mistudio.db.models import Dataset
from mistudio.schemas.dataset import SamplePage
from mistudio.schemas.metadata import DatasetMetadata
from mistudio.services import preview_service


async def ask(
    session: AsyncSession, redis: Redis, settings: Settings, dataset: Dataset, split: str | None, **question: Any
) -> SamplePage:
    """question: what ("sql" or "filter") and its parameters. split: None for the first.

    Raises DatasetNotReady, SplitNotFound, the errors of queries, ServiceBusy.
    """
    splits = list(DatasetMetadata.model_validate(dataset.meta).splits or {})
    if dataset.raw_path is None or not splits:
        raise DatasetNotReady(f"The dataset is {dataset.status}; it can be queried once its data are there.")
    if split is not None and split not in splits:
        raise SplitNotFound(f"There is no split {split!r}. The splits are: {', '.join(splits)}.", splits=splits)
    params = {**question, "split": split or splits[0]}
    return SamplePage.model_validate(await preview_service.ask(session, redis, settings, params, dataset))
