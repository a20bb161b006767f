"""Questions that a worker answers while somebody waits: token previews and dry runs.

Each is a job of kind `preview` on `high_priority`; the answer waits in Redis for a minute.
"""

import asyncio
from typing import Any
from uuid import UUID

import orjson
from kombu.exceptions import OperationalError
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.celery_app import send_job
from mistudio.core.config import Settings
from mistudio.core.errors import AppError, DatasetNotReady, InvalidRequest, ServiceBusy, all_errors
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset
from mistudio.schemas.job import JobKind
from mistudio.schemas.metadata import DryRun
from mistudio.schemas.tokenization import TokenizerPreview, TokenizerPreviewRequest
from mistudio.services import dataset_service, job_service, sample_service, tokenization_service
from mistudio.services.hashing import params_hash

QUEUE, PRIORITY = "high_priority", 10
MAX_TEXT = 100_000  # characters of one previewed text


def answer_key(job_id: UUID | str) -> str:
    return f"mistudio:preview:{job_id}"


async def preview(
    session: AsyncSession,
    redis: Redis,
    settings: Settings,
    storage: Storage,
    request: TokenizerPreviewRequest,
) -> TokenizerPreview:
    texts = await _texts(session, storage, request)
    for config in request.configs:
        tokenization_service.check_tokenizer_name(config.tokenizer_name)
    configs = [config.model_dump(mode="json") for config in request.configs]
    # As JSON within JSON: PostgreSQL would not keep the character NUL, which tokenizers take like any other.
    params = {"what": "tokens", "texts": orjson.dumps(texts).decode(), "configs": configs}
    return TokenizerPreview.model_validate(await ask(session, redis, settings, params, None))


async def _texts(session: AsyncSession, storage: Storage, request: TokenizerPreviewRequest) -> list[str]:
    if (request.texts is None) == (request.dataset_id is None):
        raise InvalidRequest("Give either texts, or a dataset with rows.")
    if request.texts is not None:
        texts = request.texts
    else:
        assert request.dataset_id is not None
        dataset = await dataset_service.get_living(session, request.dataset_id)
        columns = request.configs[0].text_columns
        separator = request.configs[0].text_separator
        texts = await sample_service.texts(storage, dataset, request.split, request.rows or [0], columns, separator)
    return [text[:MAX_TEXT] for text in texts]


async def dry_run(
    session: AsyncSession, redis: Redis, settings: Settings, dataset: Dataset, config: dict[str, Any]
) -> DryRun:
    """Estimates for a configuration, from a random sample of the dataset's rows."""
    if dataset.raw_path is None:
        raise DatasetNotReady
    params = {"what": "dry_run", "config": config}
    return DryRun.model_validate(await ask(session, redis, settings, params, dataset))


async def ask(
    session: AsyncSession,
    redis: Redis,
    settings: Settings,
    params: dict[str, Any],
    dataset: Dataset | None,
    queue: str = QUEUE,
) -> Any:
    """Have a worker answer. Raises what it raised; ServiceBusy with the job's id when nobody answers in time."""
    job, _ = await job_service.enqueue(
        session,
        kind=JobKind.PREVIEW,
        queue=queue,
        subject=None,
        params=params,
        params_hash=params_hash(**params),
        dataset=dataset,
        priority=PRIORITY,
    )
    job_id = job.id
    await session.commit()  # the worker must see the job while this request still waits
    try:
        await _ring(job_id, queue)
        answer = await redis.blpop([answer_key(job_id)], timeout=settings.preview_wait_s)
    except (OperationalError, RedisError, OSError) as error:
        raise ServiceBusy("The workers cannot be reached.", job_id=str(job_id)) from error
    if answer is None:
        raise ServiceBusy(job_id=str(job_id))
    said = orjson.loads(answer[1])
    if "error" in said:
        failure = said["error"]
        raise all_errors().get(failure["code"], AppError)(failure["detail"], **failure["extra"])
    return said["result"]


async def _ring(job_id: UUID, queue: str) -> None:
    await asyncio.to_thread(send_job, str(job_id), queue, PRIORITY)
