"""Progress events to browsers: through Redis, at most once, never in the way of the work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any, Protocol
from uuid import UUID

import socketio
from redis.asyncio import Redis
from redis.exceptions import RedisError

PROGRESS_EVENT = "dataset:progress"
LIST_ROOM = "datasets"
CONNECT = {"socket_connect_timeout": 3, "socket_keepalive": True}
SEND_S, LISTEN_AGAIN_S = 3, 1

log = logging.getLogger(__name__)


def dataset_room(dataset_id: UUID | str) -> str:
    return f"dataset:{dataset_id}"


class Emitter(Protocol):
    async def emit(self, event: str, data: Any, *, room: Any) -> Any: ...


class RedisManager(socketio.AsyncRedisManager):  # type: ignore[misc]
    """Listens again a second after Redis was away, where the library's own pauses grow to a minute."""

    async def _redis_listen_with_retries(self) -> AsyncIterator[Any]:
        while True:
            try:
                async with (
                    Redis.from_url(self.redis_url, **self.redis_options) as redis,
                    redis.pubsub(ignore_subscribe_messages=True) as pubsub,
                ):
                    await pubsub.subscribe(self.channel)
                    async for message in pubsub.listen():
                        yield message
            except (RedisError, OSError) as error:
                log.warning("no events from Redis: %s", error)
            await asyncio.sleep(LISTEN_AGAIN_S)

    async def close(self) -> None:
        """Stop listening, and leave Redis."""
        listening: asyncio.Task[None] | None = getattr(self, "thread", None)
        if listening is not None:
            listening.cancel()
            await asyncio.wait([listening])
        if self.redis is not None:
            await self.redis.aclose()


class Publisher:
    """Sends events on. An event that cannot be delivered within 3 s is dropped: clients refetch."""

    def __init__(self, emitter: Emitter, manager: RedisManager) -> None:
        self._emitter, self._manager = emitter, manager

    @classmethod
    def to_redis(cls, redis_url: str) -> "Publisher":
        """For processes that hold no sockets themselves."""
        manager = RedisManager(redis_url, write_only=True, redis_options={**CONNECT, "socket_timeout": SEND_S})
        return cls(manager, manager)

    async def progress(self, payload: dict[str, Any]) -> None:
        rooms = [LIST_ROOM]
        if payload["dataset_id"]:
            rooms.append(dataset_room(payload["dataset_id"]))
        try:
            await asyncio.wait_for(self._emitter.emit(PROGRESS_EVENT, payload, room=rooms), SEND_S)
        except (TimeoutError, RedisError, OSError) as error:
            log.warning("progress event dropped: %s", error)

    async def close(self) -> None:
        await self._manager.close()


class Teller:
    """Publishes in the background, one event at a time; of those that come meanwhile, the newest of each job."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._waiting: dict[str, dict[str, Any]] = {}
        self._sending: asyncio.Task[None] | None = None

    def tell(self, event: dict[str, Any]) -> None:
        self._waiting[event["job_id"]] = event
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        while self._waiting:
            await self._publisher.progress(self._waiting.pop(next(iter(self._waiting))))

    async def close(self) -> None:
        """Wait until the last has gone out, or was given up."""
        if self._sending is not None:
            await self._sending
        await self._publisher.close()
