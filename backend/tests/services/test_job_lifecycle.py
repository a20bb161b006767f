"""Every change of a job's state: allowed, refused, raced."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from mistudio.core.errors import AppError, DiskFull, WorkerLost
from mistudio.db.models import Dataset, Job, JobEvent, Tokenization
from mistudio.db.session import Sessions
from mistudio.schemas.job import ACTIVE_STATES, TERMINAL_STATES, JobKind, JobState
from mistudio.services import job_lifecycle
from mistudio.services.job_lifecycle import Lease, seconds
from tests.factories import insert_dataset, make_job

Q, R, T, C = JobState.QUEUED, JobState.RUNNING, JobState.RETRYING, JobState.CANCELLING
S, F, X = JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED
ALLOWED = {(Q, R), (Q, X), (Q, F), (R, S), (R, F), (R, T), (R, C), (T, R), (T, X), (T, F), (C, X), (C, S), (C, F)}
LEASE_S = 30.0


async def state_of(sessions: Sessions, job_id: UUID) -> str:
    async with sessions() as session:
        return (await session.execute(select(Job.state).where(Job.id == job_id))).scalar_one()


async def claimed(sessions: Sessions, job_id: UUID) -> Job | None:
    async with sessions.begin() as session:
        return await job_lifecycle.claim(session, job_id, "worker", LEASE_S)


async def lapse(sessions: Sessions, job_id: UUID) -> None:
    """The worker has not been heard of for longer than its lease."""
    async with sessions.begin() as session:
        past = func.now() - seconds(1)
        await session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))


@pytest.mark.parametrize("before", JobState)
async def test_the_database_allows_these_changes_and_no_others(sessions: Sessions, before: JobState) -> None:
    change = text("""
        UPDATE jobs SET state = CAST(:after AS varchar), fence = fence + 1,
            finished_at = CASE WHEN :ends THEN now() END,
            error_code = CASE WHEN :ends THEN 'X' END
        WHERE id = :id
    """)
    for after in JobState:
        job_id = await make_job(sessions, before, error=DiskFull())
        values = {"id": job_id, "after": after, "ends": after in TERMINAL_STATES}
        if (before, after) in ALLOWED or (before == after and before in ACTIVE_STATES):
            async with sessions.begin() as session:
                await session.execute(change, values)
            assert await state_of(sessions, job_id) == after
        else:
            with pytest.raises(IntegrityError, match=r"has ended as|does not go from"):
                async with sessions.begin() as session:
                    await session.execute(change, values)
            assert await state_of(sessions, job_id) == before


async def test_a_job_starts_queued(sessions: Sessions) -> None:
    for state in set(JobState) - {Q}:
        with pytest.raises(IntegrityError, match="starts queued"):
            async with sessions.begin() as session:
                session.add(Job(kind=JobKind.INGEST, queue="datasets", params_hash="h", state=state))


@pytest.mark.parametrize("column", ["fence", "message", "result", "error_code", "finished_at", "params"])
async def test_what_an_ended_job_says_is_kept(sessions: Sessions, column: str) -> None:
    job_id = await make_job(sessions, S)
    value = {"fence": "9", "finished_at": "now()", "result": "'{}'", "params": "'{}'"}.get(column, "'other'")
    with pytest.raises(IntegrityError, match="has ended"):
        async with sessions.begin() as session:
            await session.execute(text(f"UPDATE jobs SET {column} = {value} WHERE id = :id"), {"id": job_id})


async def test_the_links_of_an_ended_job_go_with_their_rows(sessions: Sessions) -> None:
    dataset_id = await insert_dataset(sessions)
    job_id = await make_job(sessions, S, dataset_id=dataset_id)
    async with sessions.begin() as session:
        await session.execute(text("DELETE FROM datasets WHERE id = :id"), {"id": dataset_id})
    async with sessions() as session:
        job = await session.get(Job, job_id)
        assert job is not None
        assert (job.dataset_id, job.state) == (None, S)


async def test_the_fence_must_rise_with_every_run_and_never_falls(sessions: Sessions) -> None:
    job_id = await make_job(sessions)
    with pytest.raises(IntegrityError, match="must rise"):
        async with sessions.begin() as session:
            await session.execute(update(Job).where(Job.id == job_id).values(state=R))
    await claimed(sessions, job_id)
    with pytest.raises(IntegrityError, match="must rise"):
        async with sessions.begin() as session:
            await session.execute(update(Job).where(Job.id == job_id).values(fence=0))


async def test_a_failed_job_has_a_code_and_an_ended_one_a_time(sessions: Sessions) -> None:
    job_id = await make_job(sessions, R)
    for values in ({"state": F, "finished_at": func.now()}, {"state": S}):
        with pytest.raises(IntegrityError):
            async with sessions.begin() as session:
                await session.execute(update(Job).where(Job.id == job_id).values(**values))


async def test_a_claim_takes_a_lease_and_wipes_the_attempt_before(sessions: Sessions) -> None:
    job_id = await make_job(sessions)
    first = await claimed(sessions, job_id)
    assert first is not None
    lease = Lease(job_id, first.fence, "worker")
    async with sessions.begin() as session:
        await job_lifecycle.renew(session, lease, LEASE_S, stage="reading", progress=50.0, done=5, total=10)
        await job_lifecycle.put_back(session, lease, 0, "again", failures=1)
    second = await claimed(sessions, job_id)
    assert second is not None
    assert (second.attempt, second.fence, second.failures) == (2, first.fence + 1, 1)
    assert (second.stage, second.progress, second.done, second.message) == (None, None, None, None)
    assert (second.lease_owner, second.dispatched_at) == ("worker", None)


async def test_a_job_whose_time_has_not_come_is_not_claimed(sessions: Sessions) -> None:
    job_id = await make_job(sessions, T)  # in 60 s
    assert await claimed(sessions, job_id) is None


@pytest.mark.parametrize("state", [R, C, S, F, X])
async def test_a_late_or_doubled_message_claims_nothing(sessions: Sessions, state: JobState) -> None:
    job_id = await make_job(sessions, state, error=DiskFull())
    assert await claimed(sessions, job_id) is None


async def test_ten_claims_at_once_200_times_over_make_one_owner_each(sessions: Sessions) -> None:
    dataset_id = await insert_dataset(sessions)
    jobs = [await make_job(sessions, dataset_id=dataset_id) for _ in range(200)]
    for job_id in jobs:
        found = await asyncio.gather(*(claimed(sessions, job_id) for _ in range(10)))
        assert len([job for job in found if job is not None]) == 1
    async with sessions() as session:
        assert set((await session.execute(select(Job.fence, Job.attempt))).all()) == {(1, 1)}


async def test_nothing_is_changed_under_an_old_fence(sessions: Sessions) -> None:
    job_id = await make_job(sessions)
    first = await claimed(sessions, job_id)
    assert first is not None
    await lapse(sessions, job_id)
    async with sessions.begin() as session:
        await job_lifecycle.expire_lease(session, job_id, 5, WorkerLost())
    second = await claimed(sessions, job_id)
    assert second is not None
    old = Lease(job_id, first.fence, "worker")
    async with sessions.begin() as session:
        assert await job_lifecycle.renew(session, old, LEASE_S, progress=99.0) is None
        assert await job_lifecycle.succeed(session, old, {}) is None
        assert await job_lifecycle.fail(session, old, DiskFull()) is None
        assert await job_lifecycle.put_back(session, old, 0, "no") is None
        assert await job_lifecycle.cancelled(session, old) is None
    async with sessions() as session:
        job = await session.get(Job, job_id)
        assert job is not None
        assert (job.state, job.fence, job.progress, job.message) == (R, 2, None, None)


async def test_a_lease_is_measured_by_the_database_s_clock_from_when_it_is_written(sessions: Sessions) -> None:
    """A transaction that waited for a lock still gives a whole lease."""
    job_id = await make_job(sessions)
    async with sessions.begin() as session:
        await session.execute(text("SELECT pg_sleep(0.3)"))
        await job_lifecycle.claim(session, job_id, "worker", LEASE_S)
        left = await session.scalar(
            select(func.extract("epoch", Job.lease_until - func.clock_timestamp())).where(Job.id == job_id)
        )
    assert LEASE_S - 0.2 < float(left or 0) <= LEASE_S


@pytest.mark.parametrize("state", [Q, T])
async def test_cancelling_a_waiting_job_ends_it(sessions: Sessions, state: JobState) -> None:
    job_id = await make_job(sessions, state)
    async with sessions.begin() as session:
        job = await job_lifecycle.request_cancel(session, job_id)
    assert job is not None
    assert job.state == X
    assert job.finished_at is not None


async def test_cancelling_a_running_job_asks_it_to_stop_once(sessions: Sessions) -> None:
    job_id = await make_job(sessions, R)
    asked = []
    for _ in range(2):
        async with sessions.begin() as session:
            job = await job_lifecycle.request_cancel(session, job_id)
            assert job is not None
            asked.append((job.state, job.cancel_requested_at))
    assert asked[0] == asked[1]
    assert asked[0][0] == C


@pytest.mark.parametrize("state", sorted(TERMINAL_STATES))
async def test_an_ended_job_is_not_cancelled(sessions: Sessions, state: JobState) -> None:
    job_id = await make_job(sessions, state, error=DiskFull())
    async with sessions.begin() as session:
        assert await job_lifecycle.request_cancel(session, job_id) is None


async def test_cancel_against_finish_against_put_back_ends_in_one_state(sessions: Sessions) -> None:
    async def cancel(job_id: UUID) -> Job | None:
        async with sessions.begin() as session:
            return await job_lifecycle.request_cancel(session, job_id)

    async def finish(lease: Lease) -> Job | None:
        async with sessions.begin() as session:
            return await job_lifecycle.succeed(session, lease, {})

    async def back(lease: Lease) -> Job | None:
        async with sessions.begin() as session:
            return await job_lifecycle.put_back(session, lease, 0, "again")

    dataset_id = await insert_dataset(sessions)
    for _ in range(60):
        job_id = await make_job(sessions, R, dataset_id=dataset_id)
        lease = Lease(job_id, 1, "test")
        was, done, returned = await asyncio.gather(cancel(job_id), finish(lease), back(lease))
        state = await state_of(sessions, job_id)
        # Whoever came first decides, and a cancel of a job that had not ended is never refused.
        assert (done is not None) == (state == S)
        assert (was is None) <= (state == S)
        assert state in ({S} if done else {X, C})
        assert returned is None or was is not None


async def test_five_lost_leases_fail_a_job(sessions: Sessions) -> None:
    job_id = await make_job(sessions)
    states = []
    for _ in range(5):
        assert await claimed(sessions, job_id) is not None
        await lapse(sessions, job_id)
        async with sessions.begin() as session:
            assert await job_lifecycle.expired(session) == [job_id]
            job = await job_lifecycle.expire_lease(session, job_id, 5, WorkerLost())
        assert job is not None
        states.append((job.state, job.error_code, job.crashes, job.failures))
    assert states == [(T, None, 0, 0)] * 4 + [(F, "WORKER_LOST", 0, 0)]


async def test_a_lost_lease_ends_a_cancelled_job(sessions: Sessions) -> None:
    job_id = await make_job(sessions, C)
    await lapse(sessions, job_id)
    async with sessions.begin() as session:
        job = await job_lifecycle.expire_lease(session, job_id, 5, WorkerLost())
    assert job is not None
    assert job.state == X


async def test_a_lease_that_was_renewed_meanwhile_is_not_ended(sessions: Sessions) -> None:
    job_id = await make_job(sessions, R)
    async with sessions.begin() as session:
        assert await job_lifecycle.expire_lease(session, job_id, 5, WorkerLost()) is None
    assert await state_of(sessions, job_id) == R


async def test_the_history_holds_every_change_and_stage(sessions: Sessions) -> None:
    job_id = await make_job(sessions, R)
    lease = Lease(job_id, 1, "test")
    async with sessions.begin() as session:
        await job_lifecycle.renew(session, lease, LEASE_S, stage="reading", total=9, unit="samples")
        await job_lifecycle.fail(session, lease, DiskFull("No room."))
    async with sessions() as session:
        events = (await session.execute(select(JobEvent).order_by(JobEvent.id))).scalars().all()
    assert [(e.level, e.event) for e in events] == [
        ("info", "queued"),
        ("info", "running"),
        ("info", "stage"),
        ("error", "failed"),
    ]
    assert events[2].fields == {"stage": "reading", "total": 9, "unit": "samples"}
    assert events[3].fields["detail"] == "No room."


async def with_tokenization(sessions: Sessions) -> tuple[UUID, UUID, UUID]:
    dataset_id = await insert_dataset(sessions, raw_path="datasets/raw/x", status="DOWNLOADED")
    row = Tokenization(id=uuid4(), dataset_id=dataset_id, status="QUEUED", config={}, params_hash="h")
    async with sessions.begin() as session:
        session.add(row)
    job_id = await make_job(sessions, kind=JobKind.TOKENIZE, dataset_id=dataset_id, tokenization_id=row.id)
    return dataset_id, row.id, job_id


async def statuses(sessions: Sessions, dataset_id: UUID, tokenization_id: UUID) -> tuple[str | None, str | None]:
    async with sessions() as session:
        dataset, row = await session.get(Dataset, dataset_id), await session.get(Tokenization, tokenization_id)
        return dataset and dataset.status, row and row.status


async def test_dataset_and_tokenization_follow_their_job(sessions: Sessions) -> None:
    dataset_id, row_id, job_id = await with_tokenization(sessions)
    job = await claimed(sessions, job_id)
    assert job is not None
    assert await statuses(sessions, dataset_id, row_id) == ("PROCESSING", "RUNNING")
    async with sessions.begin() as session:
        await job_lifecycle.put_back(session, Lease(job_id, job.fence, "worker"), 0, "again")
    assert await statuses(sessions, dataset_id, row_id) == ("PROCESSING", "QUEUED")
    job = await claimed(sessions, job_id)
    assert job is not None
    async with sessions.begin() as session:
        await job_lifecycle.fail(session, Lease(job_id, job.fence, "worker"), DiskFull("No room."))
    assert await statuses(sessions, dataset_id, row_id) == ("DOWNLOADED", "ERROR")
    async with sessions() as session:
        row = await session.get(Tokenization, row_id)
        assert row is not None
        assert row.error is not None
        assert (row.error["code"], row.error["title"]) == ("DISK_FULL", DiskFull.title())


async def test_a_cancelled_tokenization_is_gone(sessions: Sessions) -> None:
    dataset_id, row_id, job_id = await with_tokenization(sessions)
    async with sessions.begin() as session:
        await job_lifecycle.request_cancel(session, job_id)
    assert await statuses(sessions, dataset_id, row_id) == ("DOWNLOADED", None)


@pytest.mark.parametrize(("end", "status"), [(X, "ERROR"), (F, "ERROR"), (R, "PROCESSING"), (Q, "PENDING")])
async def test_a_dataset_without_data_says_why(sessions: Sessions, end: JobState, status: str) -> None:
    dataset_id = await insert_dataset(sessions)
    await make_job(sessions, end, dataset_id=dataset_id, error=AppError("Broken."))
    async with sessions() as session:
        dataset = await session.get(Dataset, dataset_id)
    assert dataset is not None
    assert dataset.status == status
    assert (dataset.error is not None) == (end in TERMINAL_STATES)
