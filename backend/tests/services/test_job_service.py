"""Enqueueing without duplicates, in races."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from mistudio.core.errors import Conflict
from mistudio.db.models import Job
from mistudio.db.session import Sessions
from mistudio.schemas.job import JobKind, JobState
from mistudio.services import job_lifecycle, job_service
from tests.factories import insert_dataset, make_job


async def enqueue(sessions: Sessions, subject: str, params_hash: str = "same") -> tuple[UUID, bool]:
    async with sessions.begin() as session:
        job, new = await job_service.enqueue(
            session, kind=JobKind.INGEST, queue="datasets", subject=subject, params={}, params_hash=params_hash
        )
        return job.id, new


async def test_ten_requests_at_once_200_times_over_make_one_job_each(sessions: Sessions) -> None:
    for i in range(200):
        found = await asyncio.gather(*(enqueue(sessions, f"raw:{i}") for _ in range(10)))
        assert len({job_id for job_id, _ in found}) == 1
        assert [new for _, new in found].count(True) == 1
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Job)) == 200


async def test_a_conflicting_request_names_the_job_that_holds_the_subject(sessions: Sessions) -> None:
    job_id, _ = await enqueue(sessions, "raw:1")
    with pytest.raises(Conflict) as refused:
        await enqueue(sessions, "raw:1", "other")
    assert refused.value.extra == {"job_id": str(job_id)}


async def test_an_ended_job_frees_its_subject(sessions: Sessions) -> None:
    first, _ = await enqueue(sessions, "raw:1")
    async with sessions.begin() as session:
        await job_service.cancel(session, first)
    second, new = await enqueue(sessions, "raw:1", "other")
    assert (new, second != first) == (True, True)


async def test_enqueueing_races_with_the_end_of_the_job_before(sessions: Sessions) -> None:
    async def end(job_id: UUID) -> None:
        async with sessions.begin() as session:
            await job_lifecycle.request_cancel(session, job_id)

    for i in range(30):
        first, _ = await enqueue(sessions, f"raw:{i}")
        results = await asyncio.gather(end(first), *(enqueue(sessions, f"raw:{i}") for _ in range(5)))
        found = {job_id for job_id, _ in results[1:]}
        async with sessions() as session:
            active = set(
                (
                    await session.execute(select(Job.id).where(Job.subject == f"raw:{i}", Job.state == "queued"))
                ).scalars()
            )
        assert len(active) <= 1
        assert active <= found <= active | {first}


async def test_all_work_of_a_dataset_is_cancelled_but_its_deletion(sessions: Sessions) -> None:
    dataset_id, other = await insert_dataset(sessions), await insert_dataset(sessions)
    states = (JobState.QUEUED, JobState.RUNNING, JobState.RETRYING, JobState.SUCCEEDED)
    mine = [await make_job(sessions, state, dataset_id=dataset_id) for state in states]
    kept = [
        await make_job(sessions, dataset_id=dataset_id, kind=JobKind.DELETE),
        await make_job(sessions, dataset_id=other),
    ]
    async with sessions.begin() as session:
        changed = await job_service.cancel_all(session, dataset_id)
    assert {job.id for job in changed} == set(mine[:3])
    async with sessions() as session:
        found = {job.id: job.state for job in (await session.execute(select(Job))).scalars()}
    assert [found[job_id] for job_id in mine] == ["cancelled", "cancelling", "cancelled", "succeeded"]
    assert [found[job_id] for job_id in kept] == ["queued", "queued"]
