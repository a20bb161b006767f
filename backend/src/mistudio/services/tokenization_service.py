"""Tokenizations: requests to make them, what is shown of them, and the end of them."""

import re
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.errors import (
    DatasetNotReady,
    EmptyDataset,
    NoTextColumn,
    TokenizationNotFound,
    TokenizerNotFound,
)
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.pipeline.hub.names import check_model_name, check_revision
from mistudio.schemas.common import FailureInfo
from mistudio.schemas.job import JobKind
from mistudio.schemas.metadata import ROW_OPTIONS, DatasetMetadata, TokenizationConfig, TokenizationResult
from mistudio.schemas.tokenization import TokenizationBrief, TokenizationStatus, TokenizationView
from mistudio.services import job_service
from mistudio.services.dataset_service import DELETE_QUEUE, check_columns
from mistudio.services.dataset_status import lock_dataset, refresh_status
from mistudio.services.hashing import params_hash
from mistudio.services.job_service import one_request_at_a_time

LOCAL_PREFIX = "local:"
_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._\-]{0,99}")


async def get(session: AsyncSession, tokenization_id: UUID) -> Tokenization:
    tokenization = await session.get(Tokenization, tokenization_id)
    if tokenization is None or tokenization.status == TokenizationStatus.DELETING:
        raise TokenizationNotFound
    return tokenization


def check_tokenizer_name(name: str) -> None:
    """A Hub id or local:{folder}. Raises TokenizerNotFound, HubNameInvalid; nothing is looked up."""
    if name.startswith(LOCAL_PREFIX):
        if not _FOLDER.fullmatch(name.removeprefix(LOCAL_PREFIX)):
            raise TokenizerNotFound("A local tokenizer is named local: and one folder's name, such as local:mine.")
    else:
        check_model_name(name)


def check_config(dataset: Dataset, config: TokenizationConfig) -> None:
    """What can be said of a request at once, before any file or Hub is asked."""
    check_tokenizer_name(config.tokenizer_name)
    if config.tokenizer_revision is not None:
        check_revision(config.tokenizer_revision)
    if dataset.raw_path is None:
        raise DatasetNotReady(f"The dataset is {dataset.status}; it can be tokenized once its data are there.")
    if dataset.num_samples == 0:
        raise EmptyDataset
    meta = DatasetMetadata.model_validate(dataset.meta)
    if config.chat_template is not None:
        check_columns(meta, [config.chat_template.messages_column])
    elif config.text_columns is not None:
        check_columns(meta, config.text_columns)
    elif meta.schema_ is None or not meta.schema_.text_columns:
        raise NoTextColumn("The dataset has no text column. Name one or more in text_columns.")


async def request(
    session: AsyncSession, dataset: Dataset, config: TokenizationConfig, settings: Settings
) -> tuple[Tokenization, Job | None]:
    """Tokenize a dataset. An equal request returns its job while that runs, and no job once the result is there."""
    check_config(dataset, config)
    canonical = canonical_config(dataset, config)
    key = params_hash(dataset=str(dataset.id), config=canonical)
    await one_request_at_a_time(session, key)
    tokenization = await _find_or_insert(session, dataset, canonical, key)
    if tokenization.status == TokenizationStatus.READY:
        return tokenization, None
    job, _ = await job_service.enqueue(
        session,
        kind=JobKind.TOKENIZE,
        queue=settings.tokenize_queue,
        subject=f"tokenization:{tokenization.id}",
        params={"config": canonical},
        params_hash=key,
        dataset=dataset,
        tokenization_id=tokenization.id,
    )
    if tokenization.status == TokenizationStatus.ERROR:
        tokenization.status, tokenization.error = TokenizationStatus.QUEUED, None
        await session.flush()
    await session.refresh(dataset)
    return tokenization, job


def canonical_config(dataset: Dataset, config: TokenizationConfig) -> dict[str, Any]:
    """The request with every default written out, the dataset's own choice of columns included."""
    canonical = config.model_dump(mode="json", exclude=set(ROW_OPTIONS) if config.packing else None)
    schema = DatasetMetadata.model_validate(dataset.meta).schema_
    if schema is not None and config.chat_template is None:
        canonical["text_columns"] = config.text_columns or schema.text_columns
        if config.text_separator is None:
            canonical["text_separator"] = schema.separator
    return canonical


async def _find_or_insert(
    session: AsyncSession, dataset: Dataset, canonical: dict[str, Any], key: str
) -> Tokenization:
    query = select(Tokenization).where(
        Tokenization.dataset_id == dataset.id,
        Tokenization.params_hash == key,
        Tokenization.status != TokenizationStatus.DELETING,
    )
    found = (await session.execute(query)).scalar_one_or_none()
    if found is not None:
        return found
    statement = insert(Tokenization).values(
        id=uuid4(),
        dataset_id=dataset.id,
        status=TokenizationStatus.QUEUED,
        config=canonical,
        params_hash=key,
    )
    return (await session.execute(statement.returning(Tokenization))).scalar_one()


async def equal_result(session: AsyncSession, dataset_id: UUID, fingerprint: str) -> UUID | None:
    query = select(Tokenization.id).where(
        Tokenization.dataset_id == dataset_id,
        Tokenization.fingerprint == fingerprint,
        Tokenization.status == TokenizationStatus.READY,
    )
    found: UUID | None = await session.scalar(query)
    return found


async def record_result(
    session: AsyncSession, tokenization_id: UUID, path: str, fingerprint: str, result: TokenizationResult
) -> bool:
    """Point a tokenization to its published result. False: it is being deleted, and its job cancelled."""
    row = await session.get(Tokenization, tokenization_id, with_for_update=True)
    if row is None or row.status == TokenizationStatus.DELETING:
        return False
    total = result.statistics.total
    row.status = TokenizationStatus.READY
    row.path, row.fingerprint = path, fingerprint
    row.size_bytes, row.num_samples, row.num_tokens = result.size_bytes, total.num_samples, total.num_tokens
    row.result = result.model_dump(mode="json", exclude={"statistics"})
    row.statistics = result.statistics.model_dump(mode="json")
    row.error = None
    row.finished_at = func.clock_timestamp()
    await session.flush()
    return True


async def request_delete(
    session: AsyncSession, tokenization: Tokenization, dataset: Dataset
) -> tuple[Job, list[Job]]:
    """Take a tokenization out of sight, cancel its job, free its disk in the background."""
    await lock_dataset(session, dataset.id)
    await session.refresh(tokenization, with_for_update=True)
    tokenization.status = TokenizationStatus.DELETING
    await session.flush()
    cancelled = await job_service.cancel_all(session, dataset.id, tokenization.id)
    job, _ = await job_service.enqueue(
        session,
        kind=JobKind.DELETE,
        queue=DELETE_QUEUE,
        subject=f"delete:{tokenization.id}",
        params={},
        params_hash=params_hash(delete=str(tokenization.id)),
        dataset=dataset,
        tokenization_id=tokenization.id,
    )
    await refresh_status(session, dataset.id)
    await session.refresh(dataset)
    return job, cancelled


async def erase(session: AsyncSession, tokenization_id: UUID) -> None:
    """Remove the row, once the files are gone."""
    row = await session.get(Tokenization, tokenization_id)
    if row is not None:
        dataset_id = row.dataset_id
        await session.delete(row)
        await refresh_status(session, dataset_id)


def brief(row: Tokenization) -> TokenizationBrief:
    packing = row.config.get("packing")
    return TokenizationBrief(
        id=row.id,
        tokenizer_name=row.config["tokenizer_name"],
        max_length=None if packing else row.config["max_length"],
        context_size=packing["context_size"] if packing else None,
        status=TokenizationStatus(row.status),
        num_tokens=row.num_tokens,
    )


def view(row: Tokenization) -> TokenizationView:
    result = row.result or {}
    return TokenizationView.model_validate(
        {
            **brief(row).model_dump(),
            "dataset_id": row.dataset_id,
            "config": row.config,
            "fingerprint": row.fingerprint,
            "path": row.path,
            "size_bytes": row.size_bytes,
            "num_samples": row.num_samples,
            "tokenizer": result.get("tokenizer"),
            "engine": result.get("engine"),
            "statistics": row.statistics,
            "columns": result.get("columns"),
            "content_hash": result.get("content_hash"),
            "error": FailureInfo.model_validate(row.error) if row.error else None,
            "created_at": row.created_at,
            "finished_at": row.finished_at,
        }
    )
