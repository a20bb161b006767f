"""Which waiting jobs get a message in the broker, and when one is sent again.

Fairness is decided here: a dataset has at most a few messages waiting in a queue, however many jobs it has.
"""

import asyncio
import logging
from collections.abc import Collection
from uuid import UUID

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from mistudio.core.celery_app import send_job
from mistudio.core.config import Settings
from mistudio.core.failpoints import reach
from mistudio.db.models import Job
from mistudio.db.session import Sessions
from mistudio.schemas.job import JobState

WAITING = (JobState.QUEUED, JobState.RETRYING)
BROKER_ERRORS = (OperationalError, RedisError, OSError)

log = logging.getLogger(__name__)

_TAKE = text("""
WITH waiting AS (
    SELECT id, dispatched_at, row_number() OVER (
        PARTITION BY queue, dataset_id ORDER BY (dispatched_at IS NULL), priority DESC, run_at, id) AS place
    FROM jobs WHERE state IN ('queued', 'retrying') AND run_at <= now()
), chosen AS (
    SELECT jobs.id FROM jobs JOIN waiting USING (id)
    WHERE waiting.dispatched_at IS NULL AND waiting.place <= :per_dataset
    FOR UPDATE OF jobs SKIP LOCKED
)
UPDATE jobs SET dispatched_at = now() FROM chosen
WHERE jobs.id = chosen.id AND jobs.dispatched_at IS NULL AND jobs.state IN ('queued', 'retrying')
RETURNING jobs.id, jobs.queue, jobs.priority
""")


async def dispatch_due(sessions: Sessions, settings: Settings) -> int:
    """Send what is due and not yet sent. Returns how many messages; what could not be sent is due again."""
    async with sessions.begin() as session:
        chosen = (await session.execute(_TAKE, {"per_dataset": settings.dispatched_per_dataset})).all()
    if not chosen:
        return 0
    await asyncio.to_thread(reach, "F0")
    for sent, (job_id, queue, priority) in enumerate(chosen):
        try:
            await asyncio.to_thread(send_job, str(job_id), queue, priority)
        except BROKER_ERRORS as error:
            log.warning("%d of %d messages could not be sent: %s", len(chosen) - sent, len(chosen), error)
            await _unmark(sessions, [row.id for row in chosen[sent:]])
            return sent
    await asyncio.to_thread(reach, "F1")
    return len(chosen)


async def _unmark(sessions: Sessions, ids: list[UUID]) -> None:
    """Let the reconciler send these in its next round."""
    try:
        async with sessions.begin() as session:
            await session.execute(
                update(Job).where(Job.id.in_(ids), Job.state.in_(WAITING)).values(dispatched_at=None)
            )
    except (SQLAlchemyError, OSError) as error:
        log.warning("the messages will be found lost after a while: %s", error)


async def forget_lost_messages(sessions: Sessions, settings: Settings, waiting: Collection[UUID]) -> int:
    """Jobs whose message was sent a while ago and lies in no queue count as not sent. Returns how many.

    waiting: the jobs that have a message in the broker. Messages held by a live, busy worker are doubled by this,
    and so reach an idle one; the claim makes the second harmless.
    """
    sent_before = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, settings.redispatch_s)
    overdue = select(Job.id).where(
        Job.state.in_(WAITING), Job.run_at <= func.now(), Job.dispatched_at < sent_before
    )
    async with sessions.begin() as session:
        lost = set((await session.execute(overdue)).scalars()).difference(waiting)
        if lost:
            await session.execute(
                update(Job)
                .where(Job.id.in_(lost), Job.state.in_(WAITING), Job.dispatched_at < sent_before)
                .values(dispatched_at=None)
            )
    return len(lost)


class Dispatcher:
    """For a process that enqueues: sends in the background, one round at a time, however often it is rung."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions, self._settings = sessions, settings
        self._due = False
        self._round: asyncio.Task[None] | None = None

    async def ring(self, patience_s: float) -> None:
        """Send what is due. Returns when it is sent, or after `patience_s`: a silent broker holds up nobody."""
        self._due = True
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._rounds())
        await asyncio.wait({self._round}, timeout=patience_s)

    async def _rounds(self) -> None:
        while self._due:
            self._due = False
            try:
                await dispatch_due(self._sessions, self._settings)
            except (SQLAlchemyError, OSError) as error:
                log.warning("the reconciler will send what is due: %s", error)

    async def close(self) -> None:
        """Stop sending. What was not sent is sent by a reconciler."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.wait({self._round})
