"""The supervisor starts, watches and stops; whatever is killed, nothing is left and the next start works."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from mistudio.local.installation import dsn
from tests.local.running import Running, all_ended, family, name_of
from tests.local.waiting import eventually

Start = Callable[..., Running]


@pytest.fixture(scope="module")
def used_before(service_dir: Path) -> Path:
    """A data directory that a stack has run on. Copies of it spare each test the making of a database."""
    running = Running(service_dir / "used before").ready()
    assert "bringing the database up to date" in running.said
    assert running.signal(signal.SIGINT) == 0
    running.close()
    return running.data_dir


@pytest.fixture
def start(used_before: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts a stack on a data directory of the test's own, or again on it; `name` tells several apart."""
    started: list[Running] = []

    def starting(name: str = "data", **settings: str) -> Running:
        data_dir = used_before.parent / request.node.name / name
        if not data_dir.exists():
            data_dir.parent.mkdir(exist_ok=True)
            subprocess.run(["cp", "-a", used_before, data_dir], check=True)  # with the owners
        started.append(Running(data_dir, **settings))
        return started[-1]

    yield starting
    for running in started:
        running.close()
    # At once: what has not reached the disk yet is cheap to remove.
    shutil.rmtree(used_before.parent / request.node.name, ignore_errors=True)


def address(running: Running, name: str = "DATABASE_URL") -> str:
    """What its programs were told."""
    return psutil.Process(running.pid_of("worker")).environ()[name]


def ask(running: Running, statement: str) -> object:
    """The first value of a statement's first row, from its database."""

    async def asking() -> object:
        connection = await asyncpg.connect(dsn(address(running)))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(asking())


def processes_of(running: Running, name: str) -> list[psutil.Process]:
    return [process for process in family(running.process.pid) if name_of(process) == name]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(start: Start, number: signal.Signals) -> None:
    running = start().ready()
    running.pid_of("reserved")
    processes = family(running.process.pid)
    assert len(processes) > 15
    assert running.signal(number) == 0
    assert running.said.endswith("mistudio | stopping\n")
    assert all_ended(processes)
    assert not running.left()
    assert "database system is shut down" in (running.data_dir / "logs" / "postgres.log").read_text()


def test_kill_of_the_supervisor_leaves_nothing_and_rows_are_kept(start: Start) -> None:
    running = start().ready()
    running.pid_of("reserved")
    ask(running, "CREATE TABLE kept AS SELECT 1 AS n")
    processes = family(running.process.pid)
    running.process.kill()
    again = start().ready()
    assert all_ended(processes)
    assert ask(again, "SELECT n FROM kept") == 1
    assert again.signal(signal.SIGINT) == 0


def test_a_program_that_dies_is_started_again_and_what_it_started_is_gone(start: Start) -> None:
    running = start().ready()
    below = family(running.pid_of("worker"))
    os.kill(below[0].pid, signal.SIGKILL)
    running.wait_for("worker ended with status 137, starting it again in 0.5 s")
    assert running.pid_of("worker", 2) != below[0].pid
    assert all_ended(below)


def test_a_program_whose_guard_is_killed_is_ended_and_started_again(start: Start) -> None:
    running = start().ready()
    below = family(running.pid_of("api"))
    guard = psutil.Process(below[0].pid).parent()
    assert guard is not None
    guard.kill()
    running.pid_of("api", 2)
    assert all_ended(below)


@pytest.mark.parametrize("victim", ["the server", "its guard"])
def test_a_killed_database_comes_back_at_its_address(start: Start, victim: str) -> None:
    running = start().ready()
    ask(running, "CREATE TABLE kept AS SELECT 1 AS n")
    before = processes_of(running, "postgres")
    guard = before[0].parent()
    assert guard is not None
    (before[0] if victim == "the server" else guard).kill()
    running.wait_for("postgres ended, starting it again")
    eventually(lambda: all_ended(before) and processes_of(running, "postgres"))
    assert eventually(lambda: _kept(running)) == 1


def test_a_killed_queue_comes_back_at_its_address(start: Start) -> None:
    running = start().ready()
    with redis.Redis.from_url(address(running, "REDIS_URL")) as client:
        client.set("kept", 1)
        client.waitaof(num_local=1, num_replicas=0, timeout=5000)
        processes_of(running, "valkey-server")[0].kill()
        running.wait_for("valkey ended, starting it again")
        eventually(lambda: _answers(client))
        assert client.get("kept") == b"1"


def test_a_second_start_on_the_same_data_says_so(start: Start) -> None:
    first = start().ready()
    second = start()
    assert second.end() == 1
    assert f"miStudio is already running on {first.data_dir} (process {first.process.pid})" in second.said
    assert len(second.said.splitlines()) == 1


def test_two_stacks_run_side_by_side(start: Start) -> None:
    one, two = start("one").ready(), start("two").ready()
    assert address(one) != address(two)
    assert one.signal(signal.SIGINT) == 0
    assert ask(two, "SELECT 1") == 1


def test_a_port_in_use_is_named(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        running = start(MISTUDIO_PORT=str(other.getsockname()[1]))
        assert running.end() == 1
    assert "is in use by another program. Choose another one with MISTUDIO_PORT." in running.said
    assert len(running.said.splitlines()) == 1


def test_other_machines_are_let_in_with_a_token_only(start: Start) -> None:
    running = start(MISTUDIO_HOST="0.0.0.0")
    assert running.end() == 1
    assert "set MISTUDIO_API_TOKEN" in running.said
    assert start(MISTUDIO_HOST="0.0.0.0", MISTUDIO_API_TOKEN="secret").ready().signal(signal.SIGINT) == 0


def test_settings_that_cannot_be_used_are_named(start: Start) -> None:
    running = start(MISTUDIO_PORT="many", MISTUDIO_LEASE_S="-1")
    assert running.end() == 1
    assert running.said.startswith("mistudio: Settings cannot be used: MISTUDIO_PORT: ")
    assert "MISTUDIO_LEASE_S" in running.said


def test_given_servers_are_used_and_none_is_started(start: Start, database_url: str, redis_url: str) -> None:
    running = start(DATABASE_URL=database_url, REDIS_URL=redis_url).ready()
    assert address(running) == database_url
    assert not processes_of(running, "postgres")
    assert not processes_of(running, "valkey-server")
    assert running.signal(signal.SIGINT) == 0


def test_the_database_of_another_installation_is_refused(start: Start, database_url: str, redis_url: str) -> None:
    given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    one = start("one", **given).ready()
    one.signal(signal.SIGINT)
    (one.data_dir.parent / "two").mkdir()
    (one.data_dir.parent / "two" / "installation_id").write_text("3c0c7a3e-5d0e-4b8e-9f57-0c4a5d8c9b11\n")
    refused = start("two", **given)
    assert refused.end() == 1
    assert "belongs to installation" in refused.said
    assert "Traceback" not in refused.said


def test_a_database_that_refuses_us_is_named_without_its_password(start: Start, database_url: str) -> None:
    running = start(DATABASE_URL=database_url.replace("mistudio:", "mistudio:wrong", 1))
    assert running.end() == 1
    assert "The database of DATABASE_URL cannot be used: password authentication failed" in running.said
    assert "wrong" not in running.said


def test_programs_that_never_start_end_the_start(start: Start) -> None:
    running = start(module="tests.local.stand_in_broken")
    assert running.end() == 1
    assert "api does not start: see the lines above" in running.said
    assert not running.left()


@pytest.mark.timeout(300)
def test_the_real_api_and_workers_leave_nothing_either(start: Start) -> None:
    running = start(module="mistudio.cli").ready(timeout_s=120)
    processes = family(running.process.pid)
    commands = [" ".join(process.cmdline()) for process in processes]
    for part in ("mistudio.cli api", "-Q high_priority,", "mistudio.workers.reconciler"):
        assert any(part in command for command in commands)
    running.process.kill()
    eventually(lambda: all_ended(processes))
    again = start(module="mistudio.cli").ready(timeout_s=120)
    processes = family(again.process.pid)
    assert again.signal(signal.SIGINT) == 0
    assert all_ended(processes)
    assert not again.left()
    assert "Traceback" not in running.said + again.said


def as_account(uid: int) -> list[str]:
    """Runs as another user, who may read what root's Python consists of but write nothing of root's."""
    capability = "+dac_read_search"
    ids = [f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    return ["setpriv", *ids, f"--inh-caps={capability}", f"--ambient-caps={capability}"]


def test_an_ordinary_user_can_run_it(start: Start, service_dir: Path) -> None:
    data_dir = service_dir / "ordinary"
    data_dir.mkdir()
    prefix = []
    if os.geteuid() == 0:
        os.chown(data_dir, 65534, 65534)
        prefix = as_account(65534)
    running = Running(data_dir, prefix=prefix)
    try:
        running.ready()
        running.pid_of("reserved")
        uids = {process.uids().real for process in family(running.process.pid)}
        assert uids == {65534 if prefix else os.geteuid()}
        assert running.signal(signal.SIGINT) == 0
        assert not running.left()
    finally:
        running.close()


def _kept(running: Running) -> object:
    try:
        return ask(running, "SELECT n FROM kept")
    except (OSError, asyncpg.CannotConnectNowError):
        return None


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
