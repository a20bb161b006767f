"""Puts right what crashes leave behind: run by one process at a time, every few seconds and at start.

Started beside each worker (`python -m mistudio.workers.reconciler WORKER_PID`), and ends with it.
"""

import asyncio
import logging
import os
import signal
import sys
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import select, text

from mistudio.core.broker import waiting_jobs
from mistudio.core.config import Settings, get_settings
from mistudio.core.errors import WorkerLost
from mistudio.core.logging import configure_logging
from mistudio.core.presence import connect
from mistudio.core.storage import Storage
from mistudio.db.models import Job
from mistudio.db.session import Sessions, worker_sessions
from mistudio.schemas.job import ACTIVE_STATES
from mistudio.services import job_lifecycle, upload_service
from mistudio.services.dispatch import dispatch_due, forget_lost_messages
from mistudio.services.job_views import progress_event
from mistudio.workers.announce import status_of, telling
from mistudio.workers.child import die_with_parent
from mistudio.workers.leftovers import remove_leftovers
from mistudio.workers.supervise import DATABASE_ERRORS

LOCK = 0x6D69_0002
LOST_LIMIT = 5

log = logging.getLogger(__name__)


async def reconcile(sessions: Sessions, settings: Settings, storage: Storage, redis: Redis) -> None:
    """One round. Does nothing when another process is at it.

    The lock is that of a transaction, which PostgreSQL ends when it idles for the length of a lease: a reconciler
    that hangs holds up the others no longer than that. What follows the lock may take long and be done twice.
    """
    async with sessions() as guard, guard.begin():
        if not await guard.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK}):
            return
        await _end_lost_leases(sessions, settings)
        await _send_again(sessions, settings, redis)
        await dispatch_due(sessions, settings)
    await remove_leftovers(sessions, storage)
    await _forget_old(sessions, settings, storage)


async def _end_lost_leases(sessions: Sessions, settings: Settings) -> None:
    async with sessions() as session:
        lost = await job_lifecycle.expired(session)
    if not lost:
        return
    async with telling(settings) as teller:
        for job_id in lost:
            async with sessions.begin() as session:
                job = await job_lifecycle.expire_lease(session, job_id, LOST_LIMIT, WorkerLost())
            if job is not None:
                log.warning("the lease of job %s ran out: now %s", job.id, job.state)
                teller.tell(progress_event(job, await status_of(sessions, job)))


async def _send_again(sessions: Sessions, settings: Settings, redis: Redis) -> None:
    try:
        waiting = await waiting_jobs(redis)
    except (RedisError, OSError) as error:
        log.warning("the broker does not answer: %s", error)
        return
    if lost := await forget_lost_messages(sessions, settings, waiting):
        log.warning("%d messages were lost and are sent again", lost)


async def _forget_old(sessions: Sessions, settings: Settings, storage: Storage) -> None:
    """Old jobs of the history, previews first and exports last, and uploads that nobody used."""
    async with sessions.begin() as session:
        await session.execute(
            text("""
            DELETE FROM jobs WHERE state IN ('succeeded', 'failed', 'cancelled') AND (
                (kind = 'preview' AND finished_at < now() - interval '10 minutes')
                OR created_at < (SELECT created_at FROM jobs WHERE kind <> 'preview'
                                 ORDER BY created_at DESC OFFSET :kept LIMIT 1)
                AND NOT (kind = 'export' AND state = 'succeeded' AND tokenization_id IS NOT NULL))
            """),
            {"kept": settings.kept_jobs},
        )
        query = select(Job.params["upload_id"].astext).where(Job.kind == "ingest", Job.state.in_(ACTIVE_STATES))
        in_use = {UUID(found) for found in (await session.execute(query)).scalars() if found}
    for removed in await asyncio.to_thread(upload_service.expire, storage, settings, in_use):
        log.info("upload %s expired", removed)


async def keep_on(settings: Settings) -> None:
    """Reconcile for ever."""
    storage, redis = Storage(settings.data_dir), connect(settings.redis_url.get_secret_value())
    while True:
        try:
            async with worker_sessions(settings) as sessions:
                while True:
                    await reconcile(sessions, settings, storage, redis)
                    await asyncio.sleep(settings.reconcile_s)
        except DATABASE_ERRORS as error:
            log.warning("the round was given up: %s", error)
            await asyncio.sleep(min(1.0, settings.reconcile_s))


def main(worker: int) -> None:
    """worker: the pid of our parent, which may have died while we were starting."""
    die_with_parent()
    if os.getppid() != worker:
        sys.exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker tells us when it stops
    settings = get_settings()
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(keep_on(settings))


if __name__ == "__main__":
    main(int(sys.argv[1]))
