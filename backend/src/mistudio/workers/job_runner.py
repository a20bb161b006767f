"""One job: claim it, fork its work, see it through, end it in one true state (docs/QUEUE_ARCHITECTURE.md)."""

import asyncio
import logging
import os
import socket
from uuid import UUID

from structlog.contextvars import bound_contextvars

from mistudio.core.config import Settings, get_settings
from mistudio.core.events import Teller
from mistudio.core.failpoints import reach
from mistudio.core.storage import Storage, remove_tree
from mistudio.db.models import Job
from mistudio.db.session import Sessions, worker_sessions
from mistudio.schemas.job import JobKind, JobState
from mistudio.services import job_lifecycle
from mistudio.services.dispatch import dispatch_due
from mistudio.services.job_lifecycle import Lease
from mistudio.services.job_views import progress_event
from mistudio.workers import child as work_child
from mistudio.workers.announce import status_of, telling
from mistudio.workers.context import Context, Plan, Prepare
from mistudio.workers.outcomes import as_job_error, record
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
        running = work_child.start(plan.work)  # between the two loops: a fork takes no event loop along
        asyncio.run(_see_through(job, plan, running, settings, storage))


async def _claim(
    job_id: UUID, settings: Settings, storage: Storage, kinds: dict[JobKind, Prepare]
) -> tuple[Job, Plan] | None:
    """Nothing here waits for Redis: until the work is supervised nobody renews the lease."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    async with worker_sessions(settings) as sessions:
        async with sessions.begin() as session:
            job = await job_lifecycle.claim(session, job_id, owner, settings.lease_s)
        if job is None:
            return None
        reach("F2")
        log.info("claimed %s, attempt %d, fence %d", job.kind, job.attempt, job.fence)
        context = _context(job, settings, storage, sessions)
        try:
            plan = await kinds[JobKind(job.kind)](context)
            storage.require_free(plan.forecast_bytes, settings.free_disk_bytes)
        except Exception as error:  # noqa: BLE001 - the outer edge of a job
            async with telling(settings) as teller:
                await _end(context, Outcome(End.ERROR, error=as_job_error(error)), None, teller)
            return None
        return job, plan


def _context(job: Job, settings: Settings, storage: Storage, sessions: Sessions) -> Context:
    return Context(settings, storage, sessions, job, Lease(job.id, job.fence, job.lease_owner or ""))


async def _see_through(
    job: Job, plan: Plan, running: work_child.Child, settings: Settings, storage: Storage
) -> None:
    async with worker_sessions(settings) as sessions, telling(settings) as teller, asyncio.TaskGroup() as beside:
        beside.create_task(_let_next_in(sessions, settings))
        context = _context(job, settings, storage, sessions)
        watch = Watch(sessions, settings, storage, teller, context.lease, job)
        if plan.find_same is not None:
            find = plan.find_same
            watch.find_same = lambda identity: find(context, identity)
        outcome = await supervise(watch, running)
        log.info("the work ended: %s", outcome.end.name)
        await _end(context, outcome, plan, teller)


async def _let_next_in(sessions: Sessions, settings: Settings) -> None:
    """A job that is claimed or ended makes room for the next message of its dataset."""
    try:
        await dispatch_due(sessions, settings)
    except DATABASE_ERRORS as error:
        log.warning("the reconciler will send what is due: %s", error)


async def _end(context: Context, outcome: Outcome, plan: Plan | None, teller: Teller) -> None:
    """Write how it ended, remove what is not needed any more, tell, and let the next one in."""
    if outcome.end is End.LEASE_LOST:
        return  # somebody else has the job, or will: the database is not ours to write
    try:
        job = await record(context, outcome, plan)
        if job is None:
            return
        if JobState(job.state).is_terminal:
            remove_tree(context.storage.job_staging(job.id))
        teller.tell(progress_event(job, await status_of(context.sessions, job)))
    except DATABASE_ERRORS as error:
        log.error("the outcome could not be written; the lease will run out: %s", error)
        return
    await _let_next_in(context.sessions, context.settings)
