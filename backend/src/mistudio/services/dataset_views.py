"""Datasets as people see them, with their tokenizations and active jobs, in three queries a page."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, defer, load_only

from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.schemas.common import FailureInfo
from mistudio.schemas.dataset import (
    ColumnStatistics,
    DatasetPage,
    DatasetSource,
    DatasetStatistics,
    DatasetStatus,
    DatasetSummary,
    DatasetView,
    JobAccepted,
)
from mistudio.schemas.job import ACTIVE_STATES, JobKind, JobView
from mistudio.schemas.metadata import DatasetMetadata, in_split_order
from mistudio.schemas.tokenization import TokenizationBrief, TokenizationStatus
from mistudio.services import dataset_service, tokenization_service
from mistudio.services.job_views import job_view
from mistudio.services.paging import Place, decode_cursor, encode_cursor

SORTS: dict[str, tuple[InstrumentedAttribute[Any], type]] = {
    "created_at": (Dataset.created_at, datetime),
    "updated_at": (Dataset.updated_at, datetime),
    "name": (Dataset.name, str),
    "num_samples": (Dataset.num_samples, int),
}


async def page(
    session: AsyncSession,
    *,
    q: str | None,
    statuses: list[DatasetStatus],
    sources: list[DatasetSource],
    sort: str,
    limit: int,
    cursor: str | None,
) -> DatasetPage:
    """sort: a key of SORTS, with "-" for descending. Any depth costs the same."""
    filtered = _filtered(q, statuses, sources)
    total = (await session.execute(select(func.count()).select_from(Dataset).where(*filtered))).scalar_one()
    query = _after(select(Dataset).where(*filtered), sort, cursor).limit(limit + 1)
    datasets = list((await session.execute(query.options(_light()))).scalars())
    following = None
    if len(datasets) > limit:
        datasets = datasets[:limit]
        following = encode_cursor(_place(datasets[-1], sort))
    return DatasetPage(items=await _summaries(session, datasets), total=total, next_cursor=following)


def _filtered(
    q: str | None, statuses: list[DatasetStatus], sources: list[DatasetSource]
) -> list[ColumnElement[bool]]:
    filtered: list[ColumnElement[bool]] = [Dataset.deleted_at.is_(None)]
    if q:
        filtered.append(Dataset.name.ilike(f"%{_escaped(q)}%", escape="\\"))
    if statuses:
        filtered.append(Dataset.status.in_(statuses))
    if sources:
        filtered.append(Dataset.source.in_(sources))
    return filtered


def _escaped(q: str) -> str:
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _after(query: Select[Any], sort: str, cursor: str | None) -> Select[Any]:
    column, kind = SORTS[sort.removeprefix("-")]
    down = sort.startswith("-")
    value: Any = func.coalesce(column, -1) if column is Dataset.num_samples else column
    if cursor is not None:
        key, last_id = decode_cursor(cursor, (kind, UUID))
        place = tuple_(value, Dataset.id)
        query = query.where(place < tuple_(key, last_id) if down else place > tuple_(key, last_id))
    order = (value.desc(), Dataset.id.desc()) if down else (value, Dataset.id)
    return query.order_by(*order)


def _place(dataset: Dataset, sort: str) -> Place:
    value = getattr(dataset, sort.removeprefix("-"))
    if isinstance(value, datetime):
        value = value.isoformat()
    return [-1 if value is None else value, str(dataset.id)]


def _light() -> Any:
    """Cards show no metadata but a few of its values, which the list fetches apart."""
    return defer(Dataset.meta)


async def _summaries(session: AsyncSession, datasets: Sequence[Dataset]) -> list[DatasetSummary]:
    ids = [dataset.id for dataset in datasets]
    facts = await _facts(session, ids)
    briefs, jobs = await _briefs(session, ids), await _active_jobs(session, ids)
    return [
        DatasetSummary(**_summary(dataset, facts[dataset.id], briefs[dataset.id], jobs[dataset.id]))
        for dataset in datasets
    ]


async def _facts(session: AsyncSession, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    meta = Dataset.meta
    query = select(
        Dataset.id, meta["splits"], meta["size_bytes"], meta["source"]["repo_id"], meta["source"]["config"]
    )
    rows = await session.execute(query.where(Dataset.id.in_(ids)))
    names = ("splits", "size_bytes", "repo_id", "config")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


async def _briefs(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[TokenizationBrief]]:
    query = (
        select(Tokenization)
        .where(Tokenization.dataset_id.in_(ids), Tokenization.status != TokenizationStatus.DELETING)
        .options(
            load_only(Tokenization.dataset_id, Tokenization.config, Tokenization.status, Tokenization.num_tokens)
        )
        .order_by(Tokenization.created_at)
    )
    found: dict[UUID, list[TokenizationBrief]] = defaultdict(list)
    for row in (await session.execute(query)).scalars():
        found[row.dataset_id].append(tokenization_service.brief(row))
    return found


async def _active_jobs(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[JobView]]:
    query = (
        select(Job)
        .where(Job.dataset_id.in_(ids), Job.state.in_(ACTIVE_STATES), Job.kind != JobKind.PREVIEW)
        .order_by(Job.created_at)
    )
    found: dict[UUID, list[JobView]] = defaultdict(list)
    for job in (await session.execute(query)).scalars():
        assert job.dataset_id is not None
        found[job.dataset_id].append(job_view(job))
    return found


def _summary(
    dataset: Dataset, facts: dict[str, Any], briefs: list[TokenizationBrief], jobs: list[JobView]
) -> dict[str, Any]:
    splits = facts["splits"]
    return {
        "id": dataset.id,
        "name": dataset.name,
        "source": dataset.source,
        "status": dataset.status,
        "num_samples": dataset.num_samples,
        "num_features": dataset.num_features,
        "size_bytes": facts["size_bytes"],
        "splits": {name: split["num_samples"] for name, split in in_split_order(splits).items()}
        if splits
        else None,
        "repo_id": facts["repo_id"],
        "config": facts["config"],
        "tokenizations": briefs,
        "active_jobs": jobs,
        "error": FailureInfo.model_validate(dataset.error) if dataset.error else None,
        "deleting": dataset.deleted_at is not None,
        "created_at": dataset.created_at,
        "updated_at": dataset.updated_at,
    }


async def view(session: AsyncSession, dataset: Dataset) -> DatasetView:
    ids = [dataset.id]
    meta = DatasetMetadata.model_validate(dataset.meta)
    source = meta.source
    facts = {
        "splits": {name: split.model_dump() for name, split in (meta.splits or {}).items()},
        "size_bytes": meta.size_bytes,
        "repo_id": source.repo_id if source else None,
        "config": source.config if source else None,
    }
    briefs, jobs = await _briefs(session, ids), await _active_jobs(session, ids)
    return DatasetView(
        **_summary(dataset, facts, briefs[dataset.id], jobs[dataset.id]),
        raw_path=dataset.raw_path,
        tokenized_path=dataset.tokenized_path,
        metadata=meta,
    )


async def accepted(
    session: AsyncSession, dataset: Dataset | None, job: Job | None, tokenization: Tokenization | None = None
) -> JobAccepted:
    """The body of every 202."""
    return JobAccepted(
        dataset=await view(session, dataset) if dataset is not None else None,
        tokenization=tokenization_service.view(tokenization) if tokenization is not None else None,
        job=job_view(job) if job is not None else None,
        task_id=job.id if job is not None else None,
    )


async def statistics(session: AsyncSession, dataset: Dataset) -> DatasetStatistics:
    """The raw columns, and each finished tokenization's statistics, oldest first."""
    meta = DatasetMetadata.model_validate(dataset.meta)
    schema = meta.schema_
    rows = await dataset_service.tokenizations_of(session, dataset.id)
    ready = [row for row in rows if row.status == TokenizationStatus.READY]
    latest = max(ready, key=lambda row: row.finished_at or row.created_at, default=None)
    return DatasetStatistics(
        dataset_id=dataset.id,
        num_samples=dataset.num_samples,
        splits={name: split.num_samples for name, split in meta.splits.items()} if meta.splits else None,
        columns=[
            ColumnStatistics(name=name, dtype=dtype, is_text=name in schema.text_columns)
            for name, dtype in schema.column_info.items()
        ]
        if schema
        else [],
        tokenizations=[tokenization_service.view(row) for row in ready],
        latest=tokenization_service.view(latest).statistics.total  # type: ignore[union-attr]
        if latest
        else None,
    )
