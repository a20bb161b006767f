"""Which waiting jobs get a message in the broker, and when one is sent again.

Fairness is decided here: a dataset has at most a few messages waiting in a queue, however many jobs it has.
"""

import asyncio
import logging

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy import text

from mistudio.core.celery_app import send_job
from mistudio.core.config import Settings
from mistudio.db.session import Sessions

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

_OVERDUE = text("""
SELECT DISTINCT queue FROM jobs
WHERE state IN ('queued', 'retrying') AND run_at <= now()
  AND dispatched_at < now() - make_interval(secs => :age)
""")

_FORGET = text("""
UPDATE jobs SET dispatched_at = NULL
WHERE state IN ('queued', 'retrying') AND run_at <= now() AND queue = :queue
  AND dispatched_at < now() - make_interval(secs => :age)
""")


async def dispatch_due(sessions: Sessions, settings: Settings) -> int:
    """Send what is due and not yet sent. A message that cannot be sent is sent again by the reconciler."""
    async with sessions.begin() as session:
        chosen = (await session.execute(_TAKE, {"per_dataset": settings.dispatched_per_dataset})).all()
    for sent, (job_id, queue, priority) in enumerate(chosen):
        try:
            await asyncio.to_thread(send_job, str(job_id), queue, priority)
        except (OperationalError, RedisError, OSError) as error:
            log.warning(
                "%d of %d messages not sent, will be sent again: %s", len(chosen) - sent, len(chosen), error
            )
            return sent
    return len(chosen)


async def forget_lost_messages(sessions: Sessions, settings: Settings, waiting: dict[str, int]) -> None:
    """Messages that were sent a while ago, and are in no queue, are lost: their jobs count as not sent.

    waiting: queue → messages in the broker. A message held by a live, busy worker may be doubled by this;
    the claim makes the second one harmless.
    """
    age = {"age": settings.redispatch_s}
    async with sessions.begin() as session:
        for queue in (await session.execute(_OVERDUE, age)).scalars().all():
            if waiting.get(queue, 0) == 0:
                await session.execute(_FORGET, {**age, "queue": queue})
