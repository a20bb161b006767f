"""The embedded Valkey: what it keeps and that it can be stopped, killed, hung and emptied."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from mistudio.local.valkey import LocalValkey
from tests.local.waiting import has_ended


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalValkey]:
    server = LocalValkey(tmp_path / 'home with "quotes", spaces and a [pattern]')
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server: LocalValkey) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(server.url(), decode_responses=True, socket_timeout=5) as client:
        yield client


def test_it_asks_for_its_password(server: LocalValkey) -> None:
    with redis.Redis(port=server.port, retry=None) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    for secret in ("password", "valkey.conf"):
        assert stat.S_IMODE((server.home / secret).stat().st_mode) == 0o600


def test_only_the_loopback_address_is_listened_on(server: LocalValkey) -> None:
    connections = psutil.Process(server.pid).net_connections()
    assert {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_a_queue_outlives_a_stop(server: LocalValkey, client: redis.Redis) -> None:
    port = server.port
    client.rpush("queue", *range(1000))
    server.stop()
    server.start()
    assert server.port == port
    assert client.llen("queue") == 1000


def test_a_queue_outlives_a_crash(server: LocalValkey, client: redis.Redis) -> None:
    client.rpush("queue", *range(1000))
    client.waitaof(num_local=1, num_replicas=0, timeout=5000)
    server.kill()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    server.start()
    assert client.llen("queue") == 1000


def test_it_can_come_back_empty(server: LocalValkey, client: redis.Redis) -> None:
    client.set("a", 1)
    server.kill()
    server.wipe()
    server.start()
    assert client.get("a") is None


def test_it_can_hang(server: LocalValkey) -> None:
    with redis.Redis.from_url(server.url(), socket_timeout=0.1, retry=None) as client:
        server.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        server.resume()
        assert client.ping()


def test_kill_of_the_guard_leaves_no_process_and_the_next_start_works(server: LocalValkey) -> None:
    main = psutil.Process(server.pid)
    psutil.Process(server.guard_pid).kill()
    server.stop()
    server.start()
    assert has_ended(main)
