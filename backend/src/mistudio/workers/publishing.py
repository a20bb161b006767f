"""From a finished staging directory to a published artefact: rename, then the pointer under the fence."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core import storage
from mistudio.core.failpoints import reach
from mistudio.db.models import Job
from mistudio.schemas.job import JobState
from mistudio.services import job_lifecycle
from mistudio.workers.context import Context
from mistudio.workers.supervise import DATABASE_ERRORS

Commit = Callable[[AsyncSession], Awaitable[Job | None]]


async def publish_directory(context: Context, staged: Path, final: Path, commit: Commit) -> Job | None:
    """commit: sets the pointer and ends the job in one transaction; returns None when the fence is stale.

    Returns the ended job, or None when the lease was lost: then nothing of ours stays published.
    """
    async with context.sessions.begin() as session:
        held = await job_lifecycle.renew(session, context.lease, context.settings.lease_s)
    if held is None:
        return None
    storage.publish(staged, final)
    reach("F5")
    try:
        job = await finish(context, commit)
    except IntegrityError:
        storage.remove_tree(final)
        raise
    if job is None:
        storage.remove_tree(final)
    return job


async def finish(context: Context, commit: Commit) -> Job | None:
    """Run `commit`, again while the database is away, for as long as the lease can last."""
    give_up = time.monotonic() + context.settings.give_up_s
    while True:
        try:
            async with context.sessions.begin() as session:
                job = await commit(session)
            break
        except IntegrityError:
            raise
        except DATABASE_ERRORS:
            if time.monotonic() > give_up:
                raise
            await asyncio.sleep(min(1.0, context.settings.heartbeat_s / 5))
    if job is None:
        job = await _committed_before(context)
    reach("F6")
    return job


async def _committed_before(context: Context) -> Job | None:
    """A commit whose answer was lost did happen: the job stands there, ended under our fence."""
    async with context.sessions() as session:
        job = await session.get(Job, context.lease.job_id)
    if job is not None and job.fence == context.lease.fence and job.state == JobState.SUCCEEDED:
        return job
    return None
