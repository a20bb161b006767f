"""Which jobs get a message, and when one is sent again. The broker is a real Redis."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from kombu.exceptions import OperationalError
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select, update

from mistudio.core import celery_app
from mistudio.core.broker import waiting_jobs
from mistudio.core.config import Settings
from mistudio.core.presence import connect
from mistudio.db.models import Job
from mistudio.db.session import Sessions
from mistudio.schemas.job import JobState
from mistudio.services import dispatch
from mistudio.services.dispatch import Dispatcher, dispatch_due, forget_lost_messages
from mistudio.services.job_lifecycle import seconds
from tests.factories import insert_dataset, make_job


@pytest.fixture(autouse=True)
def own_broker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery_app, "app", celery_app.make_celery())


async def messages(settings: Settings) -> set[UUID]:
    async with connect(settings.redis_url.get_secret_value()) as redis:
        return await waiting_jobs(redis)


async def unsent(sessions: Sessions) -> set[UUID]:
    async with sessions() as session:
        return set((await session.execute(select(Job.id).where(Job.dispatched_at.is_(None)))).scalars())


async def sent_long_ago(sessions: Sessions, settings: Settings, job_id: UUID) -> None:
    async with sessions.begin() as session:
        past = func.now() - seconds(settings.redispatch_s + 1)
        await session.execute(update(Job).where(Job.id == job_id).values(dispatched_at=past))


async def test_a_due_job_is_sent_once(sessions: Sessions, settings: Settings) -> None:
    job_id = await make_job(sessions)
    assert [await dispatch_due(sessions, settings) for _ in range(2)] == [1, 0]
    assert await messages(settings) == {job_id}


async def test_what_is_not_due_or_does_not_wait_is_not_sent(sessions: Sessions, settings: Settings) -> None:
    for state in set(JobState) - {JobState.QUEUED, JobState.FAILED}:
        await make_job(sessions, state)  # the retrying one in a minute
    assert await dispatch_due(sessions, settings) == 0


async def test_ten_dispatchers_at_once_send_each_job_once(
    sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: Counter[str] = Counter()
    monkeypatch.setattr(dispatch, "send_job", lambda job_id, *_: sent.update([job_id]))
    jobs = [await make_job(sessions) for _ in range(20)]
    for _ in range(20):
        await asyncio.gather(*(dispatch_due(sessions, settings) for _ in range(10)))
        async with sessions.begin() as session:  # as if they had been claimed, and the next were due
            await session.execute(
                update(Job).where(Job.dispatched_at.is_not(None)).values(run_at=func.now() + seconds(60))
            )
    assert sent == Counter(dict.fromkeys(map(str, jobs), 1))


async def test_a_dataset_has_few_messages_and_lets_others_in(sessions: Sessions, settings: Settings) -> None:
    crowded, other = await insert_dataset(sessions), await insert_dataset(sessions)
    for _ in range(100):
        await make_job(sessions, dataset_id=crowded)
    mine = await make_job(sessions, dataset_id=other)
    assert await dispatch_due(sessions, settings) == settings.dispatched_per_dataset + 1
    assert mine in await messages(settings)


async def test_the_more_important_and_the_older_go_first(sessions: Sessions, settings: Settings) -> None:
    dataset_id = await insert_dataset(sessions)
    first = await make_job(sessions, dataset_id=dataset_id)
    await make_job(sessions, dataset_id=dataset_id, priority=3)
    important = await make_job(sessions, dataset_id=dataset_id, priority=9)
    await dispatch_due(sessions, settings)
    assert await messages(settings) == {first, important}


async def test_what_could_not_be_sent_is_due_again(
    sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = {await make_job(sessions, dataset_id=await insert_dataset(sessions)) for _ in range(3)}
    sent: list[str] = []

    def fails_after_one(job_id: str, queue: str, priority: int) -> None:
        if sent:
            raise OperationalError("Redis is gone")
        sent.append(job_id)

    monkeypatch.setattr(dispatch, "send_job", fails_after_one)
    assert await dispatch_due(sessions, settings) == 1
    assert await unsent(sessions) == jobs - {UUID(sent[0])}


async def test_a_message_that_lies_in_no_queue_is_sent_again(sessions: Sessions, settings: Settings) -> None:
    lost, waiting = await make_job(sessions), await make_job(sessions)
    await dispatch_due(sessions, settings)
    for job_id in (lost, waiting):
        await sent_long_ago(sessions, settings, job_id)
    assert await forget_lost_messages(sessions, settings, await messages(settings) - {lost}) == 1
    assert await unsent(sessions) == {lost}
    assert await dispatch_due(sessions, settings) == 1


async def test_a_message_that_was_just_sent_is_not_taken_for_lost(sessions: Sessions, settings: Settings) -> None:
    await make_job(sessions)
    await dispatch_due(sessions, settings)
    assert await forget_lost_messages(sessions, settings, set()) == 0


async def test_messages_are_found_whatever_their_priority(sessions: Sessions, settings: Settings) -> None:
    jobs = {
        await make_job(sessions, dataset_id=await insert_dataset(sessions), queue=queue, priority=priority)
        for queue, priority in (("high_priority", 10), ("datasets", 7), ("processing", 0), ("low_priority", 3))
    }
    await dispatch_due(sessions, settings)
    assert await messages(settings) == jobs


async def test_a_dispatcher_rings_in_rounds_and_waits_for_nobody(
    sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, hangs = [], asyncio.Event()

    async def hanging(*_: object) -> int:
        rounds.append(1)
        await hangs.wait()
        return 0

    monkeypatch.setattr(dispatch, "dispatch_due", hanging)
    dispatcher = Dispatcher(sessions, settings)
    await asyncio.gather(*(dispatcher.ring(0.01) for _ in range(20)))
    assert len(rounds) == 1
    hangs.set()
    await dispatcher.ring(5)
    assert len(rounds) == 2  # one more for all that rang meanwhile
    await dispatcher.close()


async def test_a_silent_broker_is_an_error_to_the_reader() -> None:
    async with Redis(port=1, socket_connect_timeout=1) as nobody:
        with pytest.raises(RedisError):
            await waiting_jobs(nobody)
