"""What handlers are given."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import BackgroundTasks, Depends, Path, Query, Request
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.events import Teller
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.services import dataset_service, tokenization_service
from mistudio.services.dispatch import Dispatcher
from mistudio.services.job_views import progress_event

PATIENCE_S = 1.0  # what a connection waits after its answer, when the broker is silent


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def storage_of(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


def redis_of(request: Request) -> "Redis":
    redis: Redis = request.app.state.redis
    return redis


async def session_of(request: Request) -> AsyncIterator[AsyncSession]:
    """One request, one transaction, committed before the answer goes out."""
    async with request.app.state.sessions.begin() as session:
        yield session


class Doorbell:
    """After the answer: let the workers know of new jobs, and the browsers of changed ones."""

    def __init__(self, request: Request, tasks: BackgroundTasks) -> None:
        self._dispatcher: Dispatcher = request.app.state.dispatcher
        self._teller: Teller = request.app.state.teller
        self._tasks = tasks

    def ring(self, *jobs: Job, status: str | None = None) -> None:
        """Call with the jobs as they stand at the end of the transaction."""
        events = [progress_event(job, status) for job in jobs]
        self._tasks.add_task(self._after, events)

    async def _after(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            self._teller.tell(event)
        await self._dispatcher.ring(PATIENCE_S)


SettingsDep = Annotated[Settings, Depends(settings_of)]
StorageDep = Annotated[Storage, Depends(storage_of)]
RedisDep = Annotated["Redis", Depends(redis_of)]
SessionDep = Annotated[AsyncSession, Depends(session_of, scope="function")]
DoorbellDep = Annotated[Doorbell, Depends(Doorbell)]
Limit = Annotated[int, Query(ge=1, le=100, description="rows a page")]
Cursor = Annotated[str | None, Query(max_length=500)]


async def dataset_of(session: SessionDep, dataset_id: Annotated[UUID, Path()]) -> Dataset:
    return await dataset_service.get(session, dataset_id)


async def living_dataset_of(session: SessionDep, dataset_id: Annotated[UUID, Path()]) -> Dataset:
    return await dataset_service.get_living(session, dataset_id)


async def tokenization_of(session: SessionDep, tokenization_id: Annotated[UUID, Path()]) -> Tokenization:
    return await tokenization_service.get(session, tokenization_id)


DatasetDep = Annotated[Dataset, Depends(dataset_of)]
LivingDatasetDep = Annotated[Dataset, Depends(living_dataset_of)]
TokenizationDep = Annotated[Tokenization, Depends(tokenization_of)]
