"""The whole application in the test's own process: its gate, routes and sockets, on the real database and Redis.

- `make_app`: starts it with further settings. `app`: with none.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from redis import Redis
from sqlalchemy import text
from starlette.types import ASGIApp

from mistudio import main
from mistudio.core import celery_app
from mistudio.core.config import QUEUES, Settings, get_settings
from mistudio.core.storage import Storage
from mistudio.db.session import Sessions, make_engine, make_sessions

Json = dict[str, Any]
PROBLEM = "application/problem+json"


@dataclass
class App:
    """client: speaks to it as a program on this machine would, with the path relative to /api/v1."""

    asgi: ASGIApp
    settings: Settings
    sessions: Sessions
    storage: Storage
    client: httpx2.AsyncClient
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    def from_address(
        self, address: str = "127.0.0.1", host: str = "127.0.0.1", **headers: str
    ) -> httpx2.AsyncClient:
        """A client at another address, asking for another host, with headers of its own."""
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.asgi, client=(address, 50000)),
            base_url=f"http://{host}/api/v1",
            headers=headers,
        )
        self.clients.append(client)
        return client

    def queued(self) -> dict[str, list[str]]:
        """Queue → ids of the jobs whose messages wait there."""
        found: dict[str, list[str]] = {}
        with Redis.from_url(self.settings.redis_url.get_secret_value()) as redis:
            for queue in QUEUES:
                for key in [queue, *(f"{queue}:{priority}" for priority in range(1, 10))]:
                    for message in redis.lrange(key, 0, -1):
                        body = json.loads(base64.b64decode(json.loads(message)["body"]))
                        found.setdefault(queue, []).append(body[0][0])
        return found

    async def sql(self, statement: str, **parameters: Any) -> list[Json]:
        """Rows of a query, or none for what returns none."""
        async with self.sessions.begin() as session:
            result = await session.execute(text(statement), parameters)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []  # type: ignore[attr-defined]


def problem_of(response: httpx2.Response, status: int, code: str) -> Json:
    """The body of an error response, checked to be a whole problem document with this status and code."""
    assert response.headers["content-type"] == PROBLEM, response.text
    body: Json = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"] == "about:blank"
    assert body["request_id"] == response.headers["x-request-id"]
    return body


class _Lifespan:
    """Starts and stops an ASGI application as a server would."""

    def __init__(self, asgi: ASGIApp) -> None:
        self._asgi = asgi
        self._to_app: asyncio.Queue[Json] = asyncio.Queue()
        self._from_app: asyncio.Queue[Json] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._task = asyncio.create_task(self._asgi(scope, self._to_app.get, self._from_app.put))  # type: ignore[arg-type]
        await self._say("startup")

    async def stop(self) -> None:
        await self._say("shutdown")
        assert self._task is not None
        await self._task

    async def _say(self, what: str) -> None:
        await self._to_app.put({"type": f"lifespan.{what}"})
        answer = await asyncio.wait_for(self._from_app.get(), 10)
        assert answer["type"] == f"lifespan.{what}.complete", answer


MakeApp = Callable[..., Awaitable[App]]


@pytest.fixture
async def make_app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MakeApp]:
    """Keywords are environment variables. The application counts this machine's own logging as configured."""
    monkeypatch.setattr(main, "configure_logging", lambda *_: None)
    started: list[tuple[App, _Lifespan, Any]] = []

    async def make(environment: Mapping[str, str] | None = None) -> App:
        for name, value in (environment or {}).items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        configured = get_settings()
        monkeypatch.setattr(celery_app, "app", celery_app.make_celery())
        asgi = main.create_app()
        lifespan = _Lifespan(asgi)
        await lifespan.start()
        engine = make_engine(configured, 2)
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(asgi), base_url="http://127.0.0.1/api/v1")
        app = App(asgi, configured, make_sessions(engine), Storage(configured.data_dir), client, [client])
        await app.sql("INSERT INTO installation (id) VALUES ('test') ON CONFLICT DO NOTHING")
        started.append((app, lifespan, engine))
        return app

    yield make
    for app, lifespan, engine in started:
        for client in app.clients:
            await client.aclose()
        await lifespan.stop()
        await engine.dispose()


@pytest.fixture
async def app(make_app: MakeApp) -> App:
    return await make_app()


@pytest.fixture
def client(app: App) -> httpx2.AsyncClient:
    return app.client
