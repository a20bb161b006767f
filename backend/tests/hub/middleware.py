"""Around every request: the log, and the faults that need no knowledge of repositories."""

import asyncio

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.hub.faults import Fault, Logged
from tests.hub.state import HubState


class Tap:
    """Logs, and injects what `state.faults` asks for.

    Routes see the path as it came, still percent-encoded, so that a revision may hold slashes.
    """

    def __init__(self, app: ASGIApp, state: HubState) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope["path"] = scope["raw_path"].decode()
        if scope["path"].startswith("/__"):
            return await self.app(scope, receive, send)
        logged = self._note(scope)
        fault = self.state.fault_for(str(logged))
        logged.fault = fault.kind if fault else None

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                logged.status = message["status"]
            logged.sent += len(message.get("body", b"")) if scope["method"] != "HEAD" else 0
            await send(message)

        if fault is None:
            return await self.app(scope, receive, noting_send)
        return await self._inject(fault, scope, receive, noting_send, send)

    async def _inject(self, fault: Fault, scope: Scope, receive: Receive, noting_send: Send, send: Send) -> None:
        match fault.kind:
            case "status":
                answer = JSONResponse({"error": "injected"}, fault.status, headers=fault.headers)
                await answer(scope, receive, noting_send)
            case "drop":
                hang_up(send)
            case "move" | "squash":
                for repository in self.state.repositories.values():
                    if repository.name in scope["path"]:
                        repository.commit({"MOVED.md": str(len(repository.commits))})
                        if fault.kind == "squash":
                            repository.squash()
                await self.app(scope, receive, noting_send)
            case "truncate" | "corrupt" | "no_ranges":
                scope["fault"] = fault
                await self.app(scope, receive, noting_send)
            case "cut" | "stall" | "slow":
                await self.app(scope, receive, spoiled(fault, receive, noting_send, send))

    def _note(self, scope: Scope) -> Logged:
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        at_store = self.state.files_origin.endswith(f":{scope['server'][1]}")
        logged = Logged(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode(),
            range=headers.get("range"),
            authorized="authorization" in headers,
            origin="files" if at_store else "hub",
        )
        self.state.log.append(logged)
        return logged


def spoiled(fault: Fault, receive: Receive, noting_send: Send, send: Send) -> Send:
    """A `send` whose body ends, falls silent or crawls."""
    room = fault.after

    async def spoiling_send(message: Message) -> None:
        nonlocal room
        body: bytes = message.get("body", b"")
        if message["type"] != "http.response.body":
            await noting_send(message)
        elif fault.kind == "slow":
            for start in range(0, len(body), max(1, fault.rate // 20)):
                piece = body[start : start + max(1, fault.rate // 20)]
                await noting_send({**message, "body": piece, "more_body": True})
                await asyncio.sleep(len(piece) / fault.rate)
            await noting_send({**message, "body": b""})
        elif len(body) <= room and message.get("more_body"):
            room -= len(body)
            await noting_send(message)
        else:
            await noting_send({**message, "body": body[:room], "more_body": True})
            if fault.kind == "stall":
                while (await receive())["type"] != "http.disconnect":
                    pass
            hang_up(send)
            raise asyncio.CancelledError

    return spoiling_send


def hang_up(send: Send) -> None:
    """End the TCP connection at once: uvicorn's `send` is a method of the object that holds the transport."""
    cycle = send.__self__  # type: ignore[attr-defined]
    cycle.transport.abort()
