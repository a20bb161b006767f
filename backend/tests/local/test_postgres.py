"""The embedded PostgreSQL: what it keeps, whom it lets in, and that it never outlives us."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mistudio.core.errors import LocalServiceFailed
from mistudio.local.account import service_account
from mistudio.local.lock import holders
from mistudio.local.postgres import DATABASE, ROLE, LocalPostgres
from tests.local.waiting import eventually, has_ended

COUNT = "SELECT count(*) FROM kept"


@pytest.fixture
def server(service_dir: Path, request: pytest.FixtureRequest) -> Iterator[LocalPostgres]:
    """A server not yet started, stopped at the end whatever the test did."""
    server = LocalPostgres(service_dir / request.node.name, test_mode=True)
    yield server
    server.stop()
    shutil.rmtree(server.home)


def test_it_has_one_database_with_an_ordinary_owner(server: LocalPostgres) -> None:
    server.start()
    databases = server.sql("SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE NOT datistemplate")
    assert set(databases.splitlines()) == {f"{DATABASE}|{ROLE}", "postgres|postgres"}
    assert server.sql(f"SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = '{ROLE}'") == "f|f"
    assert server.sql("SHOW password_encryption") == "scram-sha-256"
    assert server.url().startswith(f"postgresql+asyncpg://{ROLE}:")


def test_only_the_loopback_address_is_listened_on_and_a_password_is_asked(server: LocalPostgres) -> None:
    server.start()
    main = psutil.Process(server.pid)
    assert {c.laddr.ip for c in main.net_connections() if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
    server._passwords[ROLE] = server._passwords["postgres"] = "wrong"
    with pytest.raises(LocalServiceFailed, match="password authentication failed"):
        server.sql("SELECT 1")


def test_secrets_are_readable_by_their_owner_alone(server: LocalPostgres) -> None:
    server.start()
    mode = (server.home / "passwords.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    command = " ".join(psutil.Process(server.pid).cmdline())
    assert not any(password in command for password in server._passwords.values())


def test_rows_and_port_are_kept_over_a_stop_and_a_crash(server: LocalPostgres) -> None:
    server.start()
    port = server.port
    server.sql("CREATE TABLE kept AS SELECT 1 AS n", DATABASE)
    server.stop()
    assert not server.running
    assert server.start().sql(COUNT, DATABASE) == "1"
    server.sql("INSERT INTO kept VALUES (2)", DATABASE)
    server.kill()
    assert not server.running
    assert server.start().sql(COUNT, DATABASE) == "2"
    assert server.port == port


def test_a_paused_server_answers_after_it_is_resumed(server: LocalPostgres) -> None:
    server.start()
    server.pause()
    assert psutil.Process(server.pid).status() == psutil.STATUS_STOPPED
    server.resume()
    assert server.sql("SELECT 1") == "1"


def test_kill_of_the_guard_leaves_no_process_and_the_next_start_works(server: LocalPostgres) -> None:
    server.start()
    server.sql("CREATE TABLE kept AS SELECT 1 AS n", DATABASE)
    main, port = psutil.Process(server.pid), server.port
    psutil.Process(server.guard_pid).kill()
    server.stop()
    again = LocalPostgres(server.home, port=port, test_mode=True)
    with again:
        assert has_ended(main)
        assert again.sql(COUNT, DATABASE) == "1"


PARENT = """
import sys, time
from pathlib import Path
from mistudio.local.postgres import LocalPostgres
server = LocalPostgres(Path(sys.argv[1]), test_mode=True).start()
server.sql("CREATE TABLE kept AS SELECT 1 AS n", "mistudio")
print(server.pid, flush=True)
time.sleep(600)
"""


def test_kill_of_the_parent_leaves_no_process_and_the_next_start_works(server: LocalPostgres) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, server.home], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        main = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert server.start().sql(COUNT, DATABASE) == "1"
    assert has_ended(main)
    server.stop()
    eventually(lambda: not holders(server.home / "lock"))


def test_two_servers_run_side_by_side(server: LocalPostgres, service_dir: Path) -> None:
    server.start()
    with LocalPostgres(service_dir / "other", test_mode=True) as other:
        assert other.port != server.port
        other.sql("CREATE TABLE only_here (n int)", DATABASE)
        assert server.sql("SELECT to_regclass('only_here')", DATABASE) == ""


def test_an_interrupted_first_start_begins_again(server: LocalPostgres) -> None:
    server.home.mkdir()
    (server.home / "data.part").mkdir()
    (server.home / "data.part" / "PG_VERSION").write_text("1")
    server.start()
    (server.home / "prepared").unlink()
    server.stop()
    assert server.start().sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'") == "1"


def test_data_of_another_version_are_left_alone(server: LocalPostgres) -> None:
    server.start().stop()
    (server.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(LocalServiceFailed, match="was made by PostgreSQL 14"):
        server.start()
    assert (server.data / "postgresql.conf").exists()


def test_a_reused_pid_in_the_pid_file_does_not_stop_a_start(server: LocalPostgres) -> None:
    server.start().stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n1\n\n127.0.0.1\n0 0\nready\n")
    assert server.start().sql("SELECT 1") == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_as_root_it_runs_as_a_service_account(server: LocalPostgres) -> None:
    server.start()
    account = service_account()
    assert account is not None
    assert psutil.Process(server.pid).uids().real == account.uid
    assert server.data.stat().st_uid == account.uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_as_root_a_closed_directory_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(LocalServiceFailed, match="cannot enter"):
        LocalPostgres(tmp_path / "closed").start()
