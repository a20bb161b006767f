"""An export whose tokenization is deleted while it is made."""

import asyncio
from uuid import UUID

import pytest

from mistudio.core.errors import Cancelled
from mistudio.db.models import Job
from mistudio.services import job_lifecycle
from mistudio.services.job_lifecycle import Lease
from mistudio.workers.context import Context
from mistudio.workers.kinds import export
from tests.app import App
from tests.factories import make_dataset, make_tokenization
from tests.working import Unheard


async def test_nothing_is_published_of_what_was_deleted(app: App) -> None:
    dataset = await make_dataset(app.sessions, app.storage)
    tokenization = await make_tokenization(app.sessions, app.storage, dataset)
    asked = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "bin"})
    async with app.sessions.begin() as session:
        job = await job_lifecycle.claim(session, UUID(asked.json()["task_id"]), "test", 60)
    assert job is not None
    context = Context(app.settings, app.storage, app.sessions, job, Lease(job.id, job.fence, "test"))
    plan = await export.prepare(context)
    result = await asyncio.to_thread(plan.work, Unheard())
    assert (await app.client.delete(f"/tokenizations/{tokenization}")).status_code == 202
    with pytest.raises(Cancelled):
        await plan.publish(context, result)
    assert not app.storage.export(tokenization, job.id, job.fence).exists()
    async with app.sessions() as session:
        left = await session.get(Job, job.id)
    assert left is not None
    assert (left.state, left.result) == ("cancelling", None)
