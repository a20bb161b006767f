"""Datasets: their raw data recorded, their names and columns changed, and the end of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import ColumnNotFound, DatasetNotFound, DatasetNotReady, NameTaken
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.schemas.dataset import DatasetPatch
from mistudio.schemas.job import JobKind
from mistudio.schemas.metadata import DatasetMetadata, RawSummary
from mistudio.services import job_service
from mistudio.services.hashing import params_hash

DELETE_QUEUE = "low_priority"
LONGEST_NAME = 200  # characters, as in a request


async def get(session: AsyncSession, dataset_id: UUID) -> Dataset:
    dataset = await session.get(Dataset, dataset_id)
    if dataset is None:
        raise DatasetNotFound
    return dataset


async def get_living(session: AsyncSession, dataset_id: UUID) -> Dataset:
    """As `get`, but a dataset that is being deleted is gone already."""
    dataset = await get(session, dataset_id)
    if dataset.deleted_at is not None:
        raise DatasetNotFound("This dataset is being deleted.")
    return dataset


async def record_raw(session: AsyncSession, dataset_id: UUID, path: str, summary: RawSummary) -> None:
    """Point a dataset to its published raw data."""
    meta = DatasetMetadata(
        schema_=summary.schema_,
        splits=summary.splits,
        size_bytes=summary.size_bytes,
        fingerprint=summary.fingerprint,
        source=summary.source,
        bad_rows=summary.bad_rows,
        num_bad_rows=summary.num_bad_rows,
    )
    await session.execute(
        update(Dataset)
        .where(Dataset.id == dataset_id)
        .values(
            raw_path=path,
            num_samples=summary.num_samples,
            num_features=summary.num_features,
            meta=meta.model_dump(mode="json"),
            error=None,
        )
    )


def numbered(base: str) -> Iterator[str]:
    """base, "base (2)", "base (3)"…, none longer than a name may be."""
    for i in range(1, 1000):
        suffix = "" if i == 1 else f" ({i})"
        yield base[: LONGEST_NAME - len(suffix)] + suffix


async def name_after_commit(session: AsyncSession, dataset: Dataset, summary: RawSummary) -> None:
    """Give a download its default name, repo[/config]@sha7, with a number where that is taken."""
    source = summary.source
    base = f"{source.repo_id}{f'/{source.config}' if source.config else ''}@{(source.revision or '')[:7]}"
    for name in numbered(base):
        try:
            async with session.begin_nested():
                await session.execute(update(Dataset).where(Dataset.id == dataset.id).values(name=name))
        except IntegrityError:
            continue
        return


async def same_download(session: AsyncSession, dataset: Dataset, wanted: dict[str, Any]) -> UUID | None:
    """A finished dataset of the same repository, commit, config, split and limits."""
    source = Dataset.meta["source"]
    query = (
        select(Dataset.id)
        .where(Dataset.id != dataset.id, Dataset.deleted_at.is_(None), Dataset.raw_path.is_not(None))
        .where(Dataset.meta.contains({"source": {key: wanted[key] for key in wanted if wanted[key] is not None}}))
    )
    for key, value in wanted.items():
        if value is None:
            query = query.where(source[key].astext.is_(None))
    return await session.scalar(query.limit(1))


async def patch(session: AsyncSession, dataset: Dataset, change: DatasetPatch) -> Dataset:
    """Raises NameTaken, DatasetNotReady for columns of data that are not there, ColumnNotFound."""
    await session.refresh(dataset, with_for_update=True)  # its jobs write to the metadata too
    if change.text_columns is not None or change.separator is not None:
        dataset.meta = _with_columns(dataset, change).model_dump(mode="json")
    if change.name is not None:
        dataset.name = change.name
    dataset.updated_at = func.now()
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:
        raise NameTaken(f"There is already a dataset named {change.name!r}.", name=change.name) from None
    await session.refresh(dataset)
    return dataset


def _with_columns(dataset: Dataset, change: DatasetPatch) -> DatasetMetadata:
    meta = DatasetMetadata.model_validate(dataset.meta)
    schema = meta.schema_
    if schema is None:
        raise DatasetNotReady(f"The dataset is {dataset.status}; its columns are known once its data are there.")
    if change.text_columns is not None:
        check_columns(meta, change.text_columns)
        schema.text_columns, schema.is_multi_column = change.text_columns, len(change.text_columns) > 1
    if change.separator is not None:
        schema.separator = change.separator
    return meta


def check_columns(meta: DatasetMetadata, columns: list[str]) -> None:
    """Raise ColumnNotFound for a name that the raw data do not have."""
    known = meta.schema_.all_columns if meta.schema_ else []
    for column in columns:
        if column not in known:
            raise ColumnNotFound(
                f"There is no column {column!r}. The columns are: {', '.join(known[:20])}.", column=column
            )


async def request_delete(session: AsyncSession, dataset: Dataset) -> tuple[Job, list[Job]]:
    """Take a dataset out of sight, cancel its jobs, and free its disk in the background.

    Returns the delete job and the jobs that were cancelled for it.
    """
    await session.refresh(dataset, with_for_update=True)
    cancelled = await job_service.cancel_all(session, dataset.id)
    if dataset.deleted_at is None:
        dataset.deleted_at = func.now()
        await session.flush()
    job, _ = await job_service.enqueue(
        session,
        kind=JobKind.DELETE,
        queue=DELETE_QUEUE,
        subject=f"delete:{dataset.id}",
        params={},
        params_hash=params_hash(delete=str(dataset.id)),
        dataset=dataset,
    )
    await session.refresh(dataset)
    return job, cancelled


async def erase(session: AsyncSession, dataset_id: UUID) -> None:
    """Remove the rows, once the files are gone."""
    dataset = await session.get(Dataset, dataset_id)
    if dataset is not None:
        await session.delete(dataset)


async def tokenizations_of(session: AsyncSession, dataset_id: UUID) -> list[Tokenization]:
    query = (
        select(Tokenization)
        .where(Tokenization.dataset_id == dataset_id, Tokenization.status != "DELETING")
        .order_by(Tokenization.created_at)
    )
    return list((await session.execute(query)).scalars())
