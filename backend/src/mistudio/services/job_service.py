"""Jobs: enqueue without duplicates, list, cancel, retry, read the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import Conflict, JobNotCancellable, JobNotFound
from mistudio.db.models import Dataset, Job, JobEvent
from mistudio.db.models.job import ACTIVE
from mistudio.schemas.job import ACTIVE_STATES, JobKind, JobLog, JobPage, JobState, LogLine
from mistudio.services import job_lifecycle
from mistudio.services.dataset_status import lock_dataset, refresh_status
from mistudio.services.job_views import job_view
from mistudio.services.paging import decode_cursor, encode_cursor

DEFAULT_PRIORITY = 7


async def one_request_at_a_time(session: AsyncSession, params_hash: str) -> None:
    """Equal requests wait for each other until the transaction ends; different ones don't."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": params_hash})


async def enqueue(
    session: AsyncSession,
    *,
    kind: JobKind,
    queue: str,
    subject: str | None,
    params: dict[str, Any],
    params_hash: str,
    dataset: Dataset | None = None,
    tokenization_id: UUID | None = None,
    priority: int = DEFAULT_PRIORITY,
) -> tuple[Job, bool]:
    """Insert a job, or find the equal active one: (job, whether it is new).

    Raises Conflict when an active job with other parameters holds the subject.
    """
    values = {
        "kind": kind,
        "queue": queue,
        "priority": priority,
        "subject": subject,
        "params": params,
        "params_hash": params_hash,
        "dataset_id": dataset.id if dataset else None,
        "dataset_name": dataset.name if dataset else None,
        "tokenization_id": tokenization_id,
    }
    if dataset is not None:
        await lock_dataset(session, dataset.id)
    statement = insert(Job).values(**values).on_conflict_do_nothing(index_elements=["subject"], index_where=ACTIVE)
    while True:
        job = (await session.execute(statement.returning(Job))).scalar_one_or_none()
        if job is not None:
            if dataset is not None:
                await refresh_status(session, dataset.id)
            return job, True
        holder = await active_job(session, subject)
        if holder is None:
            continue  # it ended between the two statements
        if holder.params_hash != params_hash:
            raise Conflict(
                f"A {holder.kind} job of this dataset is {holder.state}. Wait for it or cancel it.",
                job_id=str(holder.id),
            )
        return holder, False


async def active_job(session: AsyncSession, subject: str | None) -> Job | None:
    query = select(Job).where(Job.subject == subject, Job.state.in_(ACTIVE_STATES))
    return (await session.execute(query)).scalar_one_or_none()


async def equal_job(session: AsyncSession, kind: JobKind, params_hash: str, states: set[JobState]) -> Job | None:
    """The newest job for the same request whose dataset is still there."""
    query = (
        select(Job)
        .join(Dataset, Dataset.id == Job.dataset_id)
        .where(
            Job.kind == kind, Job.params_hash == params_hash, Job.state.in_(states), Dataset.deleted_at.is_(None)
        )
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def get(session: AsyncSession, job_id: UUID) -> Job:
    job = await session.get(Job, job_id)
    if job is None:
        raise JobNotFound
    return job


async def page(
    session: AsyncSession,
    *,
    states: list[JobState],
    kinds: list[JobKind],
    dataset_id: UUID | None,
    limit: int,
    cursor: str | None,
) -> JobPage:
    """Newest first."""
    query = select(Job).where(Job.kind != JobKind.PREVIEW)
    if states:
        query = query.where(Job.state.in_(states))
    if kinds:
        query = query.where(Job.kind.in_(kinds))
    if dataset_id is not None:
        query = query.where(Job.dataset_id == dataset_id)
    total = (await session.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    if cursor is not None:
        place = decode_cursor(cursor, (datetime, UUID))
        query = query.where(tuple_(Job.created_at, Job.id) < tuple_(*place))
    query = query.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit + 1)
    jobs = list((await session.execute(query)).scalars())
    more = len(jobs) > limit
    jobs = jobs[:limit]
    following = encode_cursor([jobs[-1].created_at.isoformat(), str(jobs[-1].id)]) if more else None
    return JobPage(items=[job_view(job) for job in jobs], total=total, next_cursor=following)


async def cancel(session: AsyncSession, job_id: UUID) -> Job:
    """Ask a job to stop; one that waits ends at once. Asking twice is the same as once."""
    job = await get(session, job_id)
    changed = await job_lifecycle.request_cancel(session, job_id)
    if changed is None:
        raise JobNotCancellable(f"The job has already ended: {job.state}.", state=job.state)
    return changed


async def cancel_all(session: AsyncSession, dataset_id: UUID, tokenization_id: UUID | None = None) -> list[Job]:
    """Cancel the active work of a dataset, or of one of its tokenizations, before it is deleted."""
    query = select(Job.id).where(
        Job.dataset_id == dataset_id, Job.state.in_(ACTIVE_STATES), Job.kind != JobKind.DELETE
    )
    if tokenization_id is not None:
        query = query.where(Job.tokenization_id == tokenization_id)
    changed = [
        await job_lifecycle.request_cancel(session, job_id)
        for job_id in (await session.execute(query)).scalars().all()
    ]
    return [job for job in changed if job is not None]


async def log(session: AsyncSession, job_id: UUID) -> JobLog:
    """The newest 1000 lines of a job's history, oldest first."""
    await get(session, job_id)
    query = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id.desc()).limit(1000)
    events = list((await session.execute(query)).scalars())
    lines = [LogLine(at=e.at, level=e.level, event=e.event, fields=e.fields) for e in reversed(events)]
    return JobLog(job_id=job_id, lines=lines)
