"""Events over real sockets: a real server, the real client, and Redis between processes."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import socketio
import uvicorn

from mistudio import main
from mistudio.core import websocket
from mistudio.core.config import Settings, get_settings
from mistudio.core.events import PROGRESS_EVENT, Publisher
from mistudio.local.network import bind
from mistudio.local.valkey import LocalValkey
from tests.local.waiting import eventually

TOKEN = "a long random text for tests"
Serve = Callable[..., str]


@pytest.fixture
def serve(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts the application on a port of its own, with further settings. Returns its address."""
    monkeypatch.setattr(main, "configure_logging", lambda *_: None)
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(**environment: str) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        listening = bind("127.0.0.1", 0)
        server = uvicorn.Server(
            uvicorn.Config(main.create_app(), log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread))
        eventually(lambda: server.started)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


class Client:
    """A connected page: `events` holds what it was sent."""

    def __init__(self, address: str, **headers: str) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._client = socketio.Client(reconnection=False)
        self._client.on(PROGRESS_EVENT, self.events.put)
        self._client.connect(address, headers=headers, transports=["websocket"], wait_timeout=5)
        self._socket = self._client.eio.ws

    def ask(self, event: str, *message: Any) -> Any:
        """The server's answer to an event with these arguments."""
        return self._client.call(event, message if len(message) != 1 else message[0], timeout=5)

    def next(self) -> dict[str, Any]:
        return self.events.get(timeout=5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.eio.wait()
        self._socket.shutdown()  # the library leaves it open when the other side ended the connection

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def publish(settings: Settings, *events: dict[str, Any]) -> None:
    """Send events as a worker does: through Redis, without a socket of its own."""

    async def send() -> None:
        publisher = Publisher.to_redis(settings.redis_url.get_secret_value())
        for event in events:
            await publisher.progress(event)
        await publisher.close()

    asyncio.run(send())


def event(dataset_id: object, seq: int = 1) -> dict[str, Any]:
    return {"dataset_id": str(dataset_id) if dataset_id else None, "job_id": str(uuid4()), "fence": 1, "seq": seq}


def test_rooms(serve: Serve, settings: Settings) -> None:
    one, other = uuid4(), uuid4()
    address = serve()
    with Client(address) as detail, Client(address) as panel, Client(address) as both, Client(address) as idle:
        assert detail.ask("subscribe", {"dataset_id": str(one)}) is True
        assert panel.ask("subscribe", {}) is True
        assert both.ask("subscribe", {"dataset_id": str(one)}) is True
        assert both.ask("subscribe", {"dataset_id": None}) is True
        sent = [event(one, 1), event(other, 2), event(None, 3), event(one, 4)]
        publish(settings, *sent)
        assert [panel.next()["seq"] for _ in range(4)] == [1, 2, 3, 4]
        assert [both.next()["seq"] for _ in range(4)] == [1, 2, 3, 4]
        assert [detail.next() for _ in range(2)] == [sent[0], sent[3]]
        assert detail.ask("unsubscribe", {"dataset_id": str(one)}) is True
        publish(settings, event(one, 5))
        assert panel.next()["seq"] == both.next()["seq"] == 5
        assert detail.events.empty()
        assert idle.events.empty()


def test_many_events_keep_their_order(serve: Serve, settings: Settings) -> None:
    dataset_id = uuid4()
    with Client(serve()) as client:
        client.ask("subscribe", {"dataset_id": str(dataset_id)})
        publish(settings, *(event(dataset_id, seq) for seq in range(500)))
        assert [client.next()["seq"] for _ in range(500)] == list(range(500))


def test_two_servers_share_their_events(serve: Serve, settings: Settings) -> None:
    with Client(serve()) as one, Client(serve()) as other:
        one.ask("subscribe", {})
        other.ask("subscribe", {})
        publish(settings, event(uuid4(), 7))
        assert one.next()["seq"] == other.next()["seq"] == 7


def test_events_come_again_soon_after_redis_was_away(serve: Serve, settings: Settings, valkey: LocalValkey) -> None:
    with Client(serve()) as client:
        client.ask("subscribe", {})
        publish(settings, event(None, 1))
        assert client.next()["seq"] == 1
        valkey.kill()
        publish(settings, event(None, 2))  # lost, and no harm done
        valkey.start()
        back = time.monotonic()

        def arrives() -> bool:
            publish(settings, event(None, 3))
            try:
                return bool(client.events.get(timeout=0.1))
            except queue.Empty:
                return False

        eventually(arrives, 10)
        assert time.monotonic() - back < 2


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def handshake(address: str, **headers: str) -> int:
    """The status that a browser's attempt to open a socket gets."""
    path = f"{address}/socket.io/?EIO=4&transport=websocket"
    with httpx2.Client() as client, client.stream("GET", path, headers={**HANDSHAKE, **headers}) as response:
        return response.status_code


def test_other_pages_are_refused(serve: Serve) -> None:
    address = serve()
    assert handshake(address) == handshake(address, Origin=address) == 101
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://["},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert handshake(address, **headers) == 403, headers


def test_the_token_is_asked_for(serve: Serve) -> None:
    address = serve(MISTUDIO_API_TOKEN=TOKEN)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": "mistudio_session=1.2.3"}):
        assert handshake(address, **headers) == 403, headers
    with Client(address, Authorization=f"Bearer {TOKEN}") as client:
        assert client.ask("subscribe", {}) is True


def test_polling_is_refused(serve: Serve) -> None:
    response = httpx2.get(f"{serve()}/socket.io/?EIO=4&transport=polling")
    assert response.status_code == 400


JUNK: list[tuple[Any, ...]] = [
    (), (None,), ("x",), (5,), ([],), ([{}],), ({}, {}), ({}, 1, 2), ({"dataset_id": "x"},), ({"dataset_id": 5},),
    ({"dataset_id": ["a"]},), ({"dataset_id": {}},), ({"dataset_id": "datasets"},), ({"dataset_id": "../x"},),
    ({"dataset_id": "\0"},), ({"dataset_id": "a" * 5000},), (b"bytes",), (True,),
]  # fmt: skip


def test_junk_is_answered_with_no(serve: Serve, settings: Settings) -> None:
    with Client(serve()) as client:
        for message in JUNK:
            assert client.ask("subscribe", *message) is False, message
            assert client.ask("unsubscribe", *message) is False, message
        publish(settings, event(uuid4()))
        assert client.ask("subscribe", {}) is True
        assert client.events.empty()


def test_a_client_cannot_send_to_others(serve: Serve) -> None:
    address = serve()
    with Client(address) as one, Client(address) as other:
        one.ask("subscribe", {})
        other._client.emit(PROGRESS_EVENT, event(None))
        other._client.emit("enter_room", {"room": "datasets"})
        assert other.ask("subscribe", {"dataset_id": str(uuid4())}) is True
        assert one.events.empty()


def test_rooms_of_one_client_are_counted(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "ROOMS", 4)
    with Client(serve()) as client:
        answers = [client.ask("subscribe", {"dataset_id": str(uuid4())}) for _ in range(5)]
        assert answers == [True, True, True, False, False]


def test_a_message_that_is_too_long_ends_the_connection(serve: Serve) -> None:
    address = serve()
    with Client(address) as long, Client(address) as other:
        long._client.emit("subscribe", {"dataset_id": "a" * 50_000})
        eventually(lambda: not long._client.connected)
        assert other.ask("subscribe", {}) is True
