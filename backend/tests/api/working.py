"""The worker's part, done in the test's own process."""

import asyncio
from typing import Any
from uuid import UUID

from mistudio.schemas.job import JobKind
from mistudio.services import job_lifecycle
from mistudio.services.job_lifecycle import Lease
from mistudio.workers.child import Reporter
from mistudio.workers.context import Context
from mistudio.workers.kinds import preview
from tests.app import App


class Silent(Reporter):
    def __init__(self) -> None:
        super().__init__(-1)

    def send(self, message: dict[str, Any]) -> None:
        """Nobody listens."""


async def answer(app: App, job_id: UUID) -> None:
    """Do a job of kind `preview` as a worker does, but for the process of its own."""
    async with app.sessions.begin() as session:
        job = await job_lifecycle.claim(session, job_id, "test", 60)
    assert job is not None
    assert job.kind == JobKind.PREVIEW
    lease = Lease(job.id, job.fence, "test")
    context = Context(app.settings, app.storage, app.sessions, job, lease)
    plan = await preview.prepare(context)
    result = await asyncio.to_thread(plan.work, Silent())
    await plan.publish(context, result)
