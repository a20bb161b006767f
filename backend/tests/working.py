"""One attempt at a job, as a worker does it, but in the test's own process."""

import asyncio
from uuid import UUID

from mistudio.core.config import Settings
from mistudio.core.errors import AppError
from mistudio.core.storage import Storage
from mistudio.db.models import Job
from mistudio.db.session import Sessions
from mistudio.schemas.job import JobKind
from mistudio.services import job_lifecycle
from mistudio.services.job_lifecycle import Lease
from mistudio.workers.child import Reporter
from mistudio.workers.context import Context
from mistudio.workers.kinds import KINDS


class Unheard(Reporter):
    """Takes progress and tells nobody."""

    def __init__(self) -> None:
        super().__init__(-1)

    def send(self, message: object) -> None: ...


async def work_on(sessions: Sessions, settings: Settings, storage: Storage, job_id: UUID | str) -> Job:
    """Claim the job, do its work, publish. An error ends it as failed. Returns it as it ended."""
    async with sessions.begin() as session:
        job = await job_lifecycle.claim(session, UUID(str(job_id)), "test", 60)
    assert job is not None, "nothing to claim"
    context = Context(settings, storage, sessions, job, Lease(job.id, job.fence, "test"))
    try:
        plan = await KINDS[JobKind(job.kind)](context)
        result = await asyncio.to_thread(plan.work, Unheard())
        ended = await plan.publish(context, result)
    except AppError as error:
        async with sessions.begin() as session:
            ended = await job_lifecycle.fail(session, context.lease, error)
    assert ended is not None, "the lease was lost"
    return ended
