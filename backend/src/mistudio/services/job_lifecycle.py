"""Every change of a job's state, each one conditional UPDATE (docs/QUEUE_ARCHITECTURE.md).

Times are the database's. A change under a fence that is no longer the job's changes nothing and returns None.
Locks are taken in the order dataset, tokenization, job, so that no two transactions wait for each other.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from mistudio.core.errors import AppError, Cancelled
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.schemas.job import JobKind, JobState
from mistudio.schemas.tokenization import TokenizationStatus
from mistudio.services.dataset_status import lock_dataset_of, refresh_status
from mistudio.services.job_views import failure_json, failure_of

RUNNING = (JobState.RUNNING, JobState.CANCELLING)
WAITING = (JobState.QUEUED, JobState.RETRYING)


@dataclass(frozen=True)
class Lease:
    """The right to work on a job, as long as nobody raised the fence."""

    job_id: UUID
    fence: int
    owner: str


def seconds(value: float) -> ColumnElement[Any]:
    return func.make_interval(0, 0, 0, 0, 0, 0, literal(float(value)))


async def _change(session: AsyncSession, job_id: UUID, *where: ColumnElement[bool], **values: Any) -> Job | None:
    """One conditional update, then the dataset's status, in the caller's transaction."""
    if "state" in values:
        await lock_dataset_of(session, job_id)
    statement = update(Job).where(Job.id == job_id, *where).values(**values).returning(Job)
    job = (await session.execute(statement, execution_options={"populate_existing": True})).scalar_one_or_none()
    if job is not None and "state" in values:
        await _follow(session, job)
    return job


async def _follow(session: AsyncSession, job: Job) -> None:
    """What a job's state means for its tokenization and its dataset."""
    if job.kind == JobKind.TOKENIZE and job.tokenization_id is not None:
        await _follow_tokenization(session, job)
    if job.kind in (JobKind.DOWNLOAD, JobKind.INGEST) and job.dataset_id is not None:
        await session.execute(update(Dataset).where(Dataset.id == job.dataset_id).values(error=_raw_failure(job)))
    if job.dataset_id is not None and job.kind != JobKind.PREVIEW:
        await refresh_status(session, job.dataset_id)


def _raw_failure(job: Job) -> dict[str, Any] | None:
    if job.state == JobState.CANCELLED:
        return failure_json(Cancelled())
    return _failure(job) if job.state == JobState.FAILED else None


def _failure(job: Job) -> dict[str, Any]:
    failure = failure_of(job.error_code, job.error_detail, job.error_extra)
    assert failure is not None, "the database lets no job fail without a code"
    return failure.model_dump(mode="json")


async def _follow_tokenization(session: AsyncSession, job: Job) -> None:
    row = await session.get(Tokenization, job.tokenization_id, populate_existing=True)
    if row is None or row.status in (TokenizationStatus.READY, TokenizationStatus.DELETING):
        return
    if job.state == JobState.CANCELLED:
        await session.delete(row)
    elif job.state in RUNNING:
        row.status = TokenizationStatus.RUNNING
    elif job.state in (JobState.QUEUED, JobState.RETRYING):
        row.status = TokenizationStatus.QUEUED
    elif job.state == JobState.FAILED:
        row.status = TokenizationStatus.ERROR
        row.error = _failure(job)
    await session.flush()


async def claim(session: AsyncSession, job_id: UUID, owner: str, lease_s: float) -> Job | None:
    """Take the lease and raise the fence. None: somebody else has it, or it has ended, or is not due."""
    return await _change(
        session,
        job_id,
        Job.state.in_(WAITING),
        Job.run_at <= func.now(),
        state=JobState.RUNNING,
        attempt=Job.attempt + 1,
        fence=Job.fence + 1,
        lease_owner=owner,
        lease_until=func.clock_timestamp() + seconds(lease_s),
        dispatched_at=None,
        started_at=func.coalesce(Job.started_at, func.now()),
        stage=None,
        progress=None,
        done=None,
        total=None,
        unit=None,
        rate=None,
        message=None,
        error_code=None,
        error_detail=None,
        error_extra=None,
    )


def _held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (Job.fence == lease.fence, Job.state.in_(RUNNING))


async def renew(session: AsyncSession, lease: Lease, lease_s: float, **progress: Any) -> Job | None:
    """Heartbeat, with what has been done since. None: the lease is lost; stop the work and write no more."""
    until = func.clock_timestamp() + seconds(lease_s)
    return await _change(session, lease.job_id, *_held(lease), lease_until=until, **progress)


async def succeed(session: AsyncSession, lease: Lease, result: dict[str, Any], **links: Any) -> Job | None:
    """links: dataset_id or tokenization_id where the result turned out to be an older one."""
    return await _change(
        session,
        lease.job_id,
        *_held(lease),
        state=JobState.SUCCEEDED,
        finished_at=func.clock_timestamp(),
        lease_until=None,
        progress=100.0,
        done=func.coalesce(Job.total, Job.done),
        result=result,
        **links,
    )


async def fail(session: AsyncSession, lease: Lease, error: AppError) -> Job | None:
    return await _end_badly(session, lease.job_id, *_held(lease), state=JobState.FAILED, error=error)


async def cancelled(session: AsyncSession, lease: Lease) -> Job | None:
    """cancelling → cancelled. None: nobody asked for it, or the lease is lost."""
    asked = Job.state == JobState.CANCELLING
    return await _end_badly(session, lease.job_id, *_held(lease), asked, state=JobState.CANCELLED)


async def _end_badly(
    session: AsyncSession,
    job_id: UUID,
    *where: ColumnElement[bool],
    state: JobState,
    error: AppError | None = None,
) -> Job | None:
    values: dict[str, Any] = {}
    if error is not None:
        shown = failure_json(error)
        values = {"error_code": shown["code"], "error_detail": shown["detail"], "error_extra": shown["extra"]}
    return await _change(
        session,
        job_id,
        *where,
        state=state,
        finished_at=func.clock_timestamp(),
        lease_until=None,
        rate=None,
        **values,
    )


async def put_back(
    session: AsyncSession, lease: Lease, delay_s: float, message: str, *, failures: int = 0, crashes: int = 0
) -> Job | None:
    """running → retrying. failures, crashes: what this attempt adds to the job's counts."""
    return await _change(
        session,
        lease.job_id,
        *_held(lease),
        Job.state == JobState.RUNNING,
        state=JobState.RETRYING,
        run_at=func.now() + seconds(delay_s),
        lease_until=None,
        lease_owner=None,
        rate=None,
        message=message,
        failures=Job.failures + failures,
        crashes=Job.crashes + crashes,
    )


async def request_cancel(session: AsyncSession, job_id: UUID) -> Job | None:
    """A waiting job ends at once; a running one is told to stop. None: it has ended already."""
    await lock_dataset_of(session, job_id)
    state = await session.scalar(select(Job.state).where(Job.id == job_id).with_for_update())
    if state in WAITING:
        return await _change(
            session,
            job_id,
            state=JobState.CANCELLED,
            cancel_requested_at=func.now(),
            finished_at=func.clock_timestamp(),
        )
    if state in RUNNING:
        return await _change(
            session,
            job_id,
            state=JobState.CANCELLING,
            cancel_requested_at=func.coalesce(Job.cancel_requested_at, func.now()),
        )
    return None


async def expired(session: AsyncSession) -> list[UUID]:
    """Jobs whose worker has not been heard of for the length of a lease."""
    query = select(Job.id).where(Job.state.in_(RUNNING), Job.lease_until < func.now())
    return list((await session.execute(query)).scalars())


async def expire_lease(session: AsyncSession, job_id: UUID, lost_limit: int, error: AppError) -> Job | None:
    """End what a dead worker left: cancelling → cancelled; running → retrying, or failed the last time.

    None: the worker was quicker. lost_limit: with the how manieth lost lease the job fails, with `error`.
    """
    await lock_dataset_of(session, job_id)
    lapsed = (Job.state.in_(RUNNING), Job.lease_until < func.now())
    query = select(Job.state, Job.lost_leases).where(Job.id == job_id, *lapsed).with_for_update()
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    state, lost = found
    if state == JobState.CANCELLING:
        return await _end_badly(session, job_id, state=JobState.CANCELLED)
    if lost + 1 >= lost_limit:
        return await _end_badly(session, job_id, state=JobState.FAILED, error=error)
    return await _change(
        session,
        job_id,
        state=JobState.RETRYING,
        run_at=func.now(),
        lost_leases=Job.lost_leases + 1,
        lease_until=None,
        lease_owner=None,
        rate=None,
        message="The worker was lost; the job starts again.",
    )
