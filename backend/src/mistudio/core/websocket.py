"""The Socket.IO server: rooms a dataset, and one for the list."""

from typing import Any
from uuid import UUID

import socketio

from mistudio.core.events import CONNECT, LIST_ROOM, RedisManager, dataset_room

ROOMS = 1000  # one client may be in; a page needs two


def make_socket_server(redis_url: str) -> socketio.AsyncServer:
    """Host, origin and token are checked by the gate in front of the whole application."""
    server = socketio.AsyncServer(
        async_mode="asgi",
        client_manager=RedisManager(redis_url, redis_options=CONNECT),
        transports=["websocket"],
        cors_allowed_origins=[],
        max_http_buffer_size=10_000,
        logger=False,
        engineio_logger=False,
    )

    async def subscribe(sid: str, *messages: Any) -> bool:
        """Answers whether the message named a room that the client is in now."""
        room = _room_of(messages)
        if room is None or len(server.rooms(sid)) >= ROOMS:
            return False
        await server.enter_room(sid, room)
        return True

    async def unsubscribe(sid: str, *messages: Any) -> bool:
        room = _room_of(messages)
        if room is None:
            return False
        await server.leave_room(sid, room)
        return True

    server.on("subscribe", subscribe)
    server.on("unsubscribe", unsubscribe)
    return server


def _room_of(messages: tuple[Any, ...]) -> str | None:
    """The room that `{dataset_id}` or `{}` names; None for anything else."""
    if len(messages) != 1 or not isinstance(messages[0], dict):
        return None
    dataset_id = messages[0].get("dataset_id")
    if dataset_id is None:
        return LIST_ROOM
    try:
        return dataset_room(UUID(dataset_id))
    except (ValueError, AttributeError, TypeError):
        return None
