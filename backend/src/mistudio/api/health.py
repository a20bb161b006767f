"""Is it alive, is it ready, what does it count."""

import asyncio

from fastapi import APIRouter, Request, Response
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from mistudio import __version__
from mistudio.core.presence import live_workers
from mistudio.schemas.health import Health, Readiness

router = APIRouter(tags=["health"])
CHECK_S = 3


@router.get("/health")
async def health() -> Health:
    """The process answers."""
    return Health(status="ok", version=__version__)


@router.get("/ready", responses={503: {"model": Readiness}})
async def ready(request: Request, response: Response) -> Readiness:
    """Database, Redis and at least one worker answer: a job would be done now."""
    database, (redis, workers) = await asyncio.gather(_database(request), _redis(request))
    answer = Readiness(ready=database and redis and workers > 0, database=database, redis=redis, workers=workers)
    response.status_code = 200 if answer.ready else 503
    return answer


async def _database(request: Request) -> bool:
    try:
        async with asyncio.timeout(CHECK_S), request.app.state.sessions() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


async def _redis(request: Request) -> tuple[bool, int]:
    try:
        async with asyncio.timeout(CHECK_S):
            return True, await live_workers(request.app.state.redis)
    except (RedisError, OSError, TimeoutError):
        return False, 0
