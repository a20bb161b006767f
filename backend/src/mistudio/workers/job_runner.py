"""One job: claim it, fork its work, see it through, end it in one true state (DESIGN, section 5)."""

import asyncio
import logging
import os
import random
import socket
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.contextvars import bound_contextvars

from mistudio.core.config import Settings, get_settings
from mistudio.core.errors import AppError, Kind, WorkerCrashed
from mistudio.core.events import Publisher
from mistudio.core.failpoints import reach
from mistudio.core.storage import Storage, remove_tree
from mistudio.db.models import Dataset, Job
from mistudio.db.session import Sessions, worker_sessions
from mistudio.schemas.job import JobKind, JobState
from mistudio.services import job_lifecycle
from mistudio.services.dispatch import dispatch_due
from mistudio.services.job_lifecycle import Lease
from mistudio.services.job_views import progress_event
from mistudio.workers import child as work_child
from mistudio.workers.context import Context, Plan, Prepare
from mistudio.workers.supervise import DATABASE_ERRORS, End, Outcome, Watch, supervise

log = logging.getLogger(__name__)


def run_job(job_id: str, kinds: dict[JobKind, Prepare]) -> None:
    """Run one attempt, if the job is there to be had. Called in a pool process, outside any event loop."""
    settings = get_settings()
    storage = Storage(settings.data_dir)
    with bound_contextvars(job_id=job_id):
        claimed = asyncio.run(_claim(UUID(job_id), settings, storage, kinds))
        if claimed is None:
            return
        job, plan = claimed
        running = work_child.start(plan.work)
        asyncio.run(_see_through(job, plan, running, settings, storage))


async def _claim(
    job_id: UUID, settings: Settings, storage: Storage, kinds: dict[JobKind, Prepare]
) -> tuple[Job, Plan] | None:
    owner = f"{socket.gethostname()}:{os.getpid()}"
    async with worker_sessions(settings) as sessions:
        async with sessions.begin() as session:
            job = await job_lifecycle.claim(session, job_id, owner, settings.lease_s)
        if job is None:
            return None
        reach("F2")
        log.info("claimed %s, attempt %d, fence %d", job.kind, job.attempt, job.fence)
        await announce(sessions, settings, job)
        await dispatch_due(sessions, settings)
        context = _context(job, settings, storage, sessions)
        try:
            plan = await kinds[JobKind(job.kind)](context)
            storage.require_free(plan.forecast_bytes, settings.free_disk_bytes)
        except AppError as error:
            await _end(context, Outcome(End.ERROR, error=error), None)
            return None
        return job, plan


def _context(job: Job, settings: Settings, storage: Storage, sessions: Sessions) -> Context:
    return Context(settings, storage, sessions, job, Lease(job.id, job.fence, job.lease_owner or ""))


async def _see_through(
    job: Job, plan: Plan, running: work_child.Child, settings: Settings, storage: Storage
) -> None:
    async with worker_sessions(settings) as sessions:
        context = _context(job, settings, storage, sessions)
        publisher = Publisher.to_redis(settings.redis_url.get_secret_value())
        watch = Watch(sessions, settings, storage, publisher, context.lease, job)
        if plan.find_same is not None:
            find = plan.find_same
            watch.find_same = lambda identity: find(context, identity)
        outcome = await supervise(watch, running)
        log.info("work ended: %s", outcome.end.name)
        await _end(context, outcome, plan)


async def _end(context: Context, outcome: Outcome, plan: Plan | None) -> None:
    """Write how it ended, remove what is not needed any more, tell, and let the next one in."""
    if outcome.end is End.LEASE_LOST:
        return  # somebody else has the job, or will: the database is not ours to write
    try:
        job = await _conclude(context, outcome, plan)
    except DATABASE_ERRORS as error:
        log.error("the outcome could not be written; the lease will run out: %s", error)
        return
    if job is None:
        return
    if JobState(job.state).is_terminal:
        remove_tree(context.storage.job_staging(job.id))
    await announce(context.sessions, context.settings, job)
    await dispatch_due(context.sessions, context.settings)


async def _conclude(context: Context, outcome: Outcome, plan: Plan | None) -> Job | None:
    if outcome.end is End.RESULT and plan is not None:
        try:
            return await plan.publish(context, outcome.result)
        except AppError as error:
            outcome = Outcome(End.ERROR, error=error)
    if outcome.end is End.SAME_RESULT and plan is not None and plan.use_same and outcome.same:
        return await plan.use_same(context, outcome.same)
    async with context.sessions.begin() as session:
        # A cancel that came meanwhile wins over every end but success.
        job = await job_lifecycle.cancelled(session, context.lease)
        if job is not None:
            return job
        if outcome.end is End.SHUTDOWN:
            return await job_lifecycle.put_back(
                session, context.lease, 0, "The worker was stopped; the job starts again."
            )
        if outcome.end is End.CRASH:
            return await _after_crash(session, context, outcome.signal)
        return await _after_error(session, context, outcome.error or AppError())


async def _after_crash(session: AsyncSession, context: Context, signal: int | None) -> Job | None:
    how = f"signal {signal}" if signal else "an early exit"
    if context.job.crashes + 1 >= 2:
        return await job_lifecycle.fail(
            session,
            context.lease,
            WorkerCrashed(
                f"The work was ended by {how}, twice. Often memory is short, or a file stops its reader.",
                signal=signal,
            ),
        )
    return await job_lifecycle.put_back(
        session, context.lease, 0, f"The work was ended by {how}; one more try.", crashes=1
    )


async def _after_error(session: AsyncSession, context: Context, error: AppError) -> Job | None:
    failures, settings = context.job.failures, context.settings
    if error.kind is not Kind.TRANSIENT or failures >= settings.retries:
        return await job_lifecycle.fail(session, context.lease, error)
    delay = error.extra.get("retry_after")
    if not isinstance(delay, int | float):
        longest = min(settings.retry_longest_s, settings.retry_first_s * 2**failures)
        delay = random.uniform(0, longest)  # full jitter
    return await job_lifecycle.put_back(
        session, context.lease, delay, f"{error.detail} Trying again in {delay:.0f} s.", failures=1
    )


async def announce(sessions: Sessions, settings: Settings, job: Job) -> None:
    """Send the job's state to the browsers."""
    status = None
    if job.dataset_id is not None:
        async with sessions() as session:
            dataset = await session.get(Dataset, job.dataset_id)
            status = dataset.status if dataset else None
    publisher = Publisher.to_redis(settings.redis_url.get_secret_value())
    await publisher.progress(progress_event(job, status))
