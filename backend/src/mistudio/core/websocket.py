"""The Socket.IO server: rooms a dataset, and one for the list."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import socketio
from redis.exceptions import RedisError

from mistudio.core.events import LIST_ROOM, dataset_room

log = logging.getLogger(__name__)


class RedisManager(socketio.AsyncRedisManager):  # type: ignore[misc]
    """Listens again within a second after Redis was away; the library's own pauses grow to a minute."""

    async def _redis_listen_with_retries(self) -> AsyncIterator[Any]:
        while True:
            try:
                self._redis_connect()
                await self.pubsub.subscribe(self.channel)
                async for message in self.pubsub.listen():
                    yield message
            except (RedisError, OSError) as error:
                log.warning("no events from Redis: %s", error)
            await asyncio.sleep(1)


def make_socket_server(redis_url: str) -> socketio.AsyncServer:
    """Host, origin and token are checked by the gate in front of the whole application."""
    server = socketio.AsyncServer(
        async_mode="asgi",
        client_manager=RedisManager(
            redis_url, redis_options={"socket_connect_timeout": 3, "socket_keepalive": True}
        ),
        transports=["websocket"],
        cors_allowed_origins=[],
        max_http_buffer_size=10_000,
        logger=False,
        engineio_logger=False,
    )

    async def room_of(message: Any) -> str | None:
        if not isinstance(message, dict):
            return None
        dataset_id = message.get("dataset_id")
        if dataset_id is None:
            return LIST_ROOM
        try:
            return dataset_room(UUID(str(dataset_id)))
        except ValueError:
            return None

    async def subscribe(sid: str, message: Any = None) -> bool:
        room = await room_of(message)
        if room is None:
            return False
        await server.enter_room(sid, room)
        return True

    async def unsubscribe(sid: str, message: Any = None) -> bool:
        room = await room_of(message)
        if room is None:
            return False
        await server.leave_room(sid, room)
        return True

    server.on("subscribe", subscribe)
    server.on("unsubscribe", unsubscribe)
    return server
