"""The local Hub on two loopback ports: one for the Hub, one for its file store."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.hub.app import make_app
from tests.hub.state import HubState


class _Server(uvicorn.Server):
    """Signals belong to the process that runs the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(port: int = 0) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def origin(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def configured(state: HubState, store: socket.socket) -> uvicorn.Config:
    state.files_origin = origin(store)
    return uvicorn.Config(
        make_app(state), log_level="critical", proxy_headers=False, lifespan="off", timeout_graceful_shutdown=1
    )


@contextmanager
def serve(state: HubState) -> Iterator[str]:
    """Run the Hub in a thread; yields its address."""
    hub, store = listen(), listen()
    server = _Server(configured(state, store))
    started = threading.Event()
    startup = server.startup

    async def announcing_startup(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = announcing_startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [hub, store]}, daemon=True)
    thread.start()
    if not started.wait(30):
        raise RuntimeError("the local Hub did not start")
    try:
        yield origin(hub)
    finally:
        server.should_exit = True
        thread.join(10)
