"""From a finished staging directory to a published artefact: rename, then the pointer under the fence."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core import storage
from mistudio.core.errors import DatabaseUnavailable
from mistudio.core.failpoints import reach
from mistudio.db.models import Job
from mistudio.schemas.job import JobState
from mistudio.services import job_lifecycle
from mistudio.workers.context import Context
from mistudio.workers.supervise import DATABASE_ERRORS

Commit = Callable[[AsyncSession], Awaitable[Job | None]]

log = logging.getLogger(__name__)


async def publish_directory(context: Context, staged: Path, final: Path, commit: Commit) -> Job | None:
    """commit: sets the pointer and ends the job in one transaction; returns None when the fence is stale.

    Returns the ended job, or None when the lease was lost. Unless the job succeeded nothing of ours stays
    published; only when the database was away for too long it may, until the reconciler has looked.
    """
    async with context.sessions.begin() as session:
        held = await job_lifecycle.renew(session, context.lease, context.settings.lease_s)
    if held is None:
        return None
    try:
        await asyncio.to_thread(storage.publish, staged, final)
    except OSError:
        storage.remove_tree(final)
        raise
    await asyncio.to_thread(reach, "F5")
    try:
        job = await finish(context, commit)
    except IntegrityError:
        storage.remove_tree(final)
        raise
    if job is None or job.state != JobState.SUCCEEDED:
        storage.remove_tree(final)
    return job


async def finish(context: Context, commit: Commit) -> Job | None:
    """Run `commit`, again while the database is away, for as long as the lease can last.

    Raises DatabaseUnavailable when that was too long; then nobody knows yet whether it was committed.
    """
    give_up = time.monotonic() + context.settings.give_up_s
    while True:
        try:
            async with context.sessions.begin() as session:
                job = await commit(session)
            if job is None:
                job = await _committed_before(context)
            break
        except IntegrityError:
            raise
        except DATABASE_ERRORS as error:
            if time.monotonic() > give_up:
                raise DatabaseUnavailable from error
            log.warning("not committed yet: %s", error)
            await asyncio.sleep(min(1.0, context.settings.heartbeat_s / 5))
    await asyncio.to_thread(reach, "F6")
    return job


async def _committed_before(context: Context) -> Job | None:
    """A commit whose answer was lost did happen: the job stands there, ended under our fence."""
    async with context.sessions() as session:
        job = await session.get(Job, context.lease.job_id)
    if job is not None and job.fence == context.lease.fence and job.state == JobState.SUCCEEDED:
        return job
    return None
