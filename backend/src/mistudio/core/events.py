"""Progress events to browsers: through Redis, at most once, never in the way of the work."""

import asyncio
import logging
from typing import Any, Protocol
from uuid import UUID

import socketio
from redis.exceptions import RedisError

PROGRESS_EVENT = "dataset:progress"
LIST_ROOM = "datasets"
REDIS_TIMEOUTS = {"socket_timeout": 3, "socket_connect_timeout": 3}

log = logging.getLogger(__name__)


def dataset_room(dataset_id: UUID | str) -> str:
    return f"dataset:{dataset_id}"


class Emitter(Protocol):
    async def emit(self, event: str, data: Any, *, room: Any) -> Any: ...


class Publisher:
    """Sends events on. An event that cannot be delivered within 3 s is dropped: clients refetch."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter

    @classmethod
    def to_redis(cls, redis_url: str) -> "Publisher":
        """For processes that hold no sockets themselves."""
        return cls(socketio.AsyncRedisManager(redis_url, write_only=True, redis_options=REDIS_TIMEOUTS))

    async def progress(self, payload: dict[str, Any]) -> None:
        rooms = [LIST_ROOM]
        if payload["dataset_id"]:
            rooms.append(dataset_room(payload["dataset_id"]))
        try:
            await asyncio.wait_for(self._emitter.emit(PROGRESS_EVENT, payload, room=rooms), 3)
        except (TimeoutError, RedisError, OSError) as error:
            log.warning("progress event dropped: %s", error)
