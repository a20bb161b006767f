"""Telling the browsers how a job stands, without ever making the work wait for Redis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mistudio.core.config import Settings
from mistudio.core.events import Publisher, Teller
from mistudio.db.models import Dataset, Job
from mistudio.db.session import Sessions


@asynccontextmanager
async def telling(settings: Settings) -> AsyncIterator[Teller]:
    """On leaving, the last event has gone out or was given up."""
    teller = Teller(Publisher.to_redis(settings.redis_url.get_secret_value()))
    try:
        yield teller
    finally:
        await teller.close()


async def status_of(sessions: Sessions, job: Job) -> str | None:
    """The status of the job's dataset."""
    if job.dataset_id is None:
        return None
    async with sessions() as session:
        dataset = await session.get(Dataset, job.dataset_id)
    return dataset.status if dataset else None
