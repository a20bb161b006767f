"""The guard: whatever dies first, nothing is left."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mistudio.local.process import GuardedProcess
from tests.local.waiting import eventually, has_ended

# Starts a child in a session of its own, which starts one more and forgets it; prints the three pids.
FAMILY = textwrap.dedent("""
    import os, subprocess, sys, textwrap, time
    middle = '''
    import subprocess, sys, time
    print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid, flush=True)
    time.sleep(600 if sys.argv[1:] else 0)
    '''
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(middle), *sys.argv[1:]],
                             stdout=subprocess.PIPE, text=True, start_new_session=True)
    print(os.getpid(), child.pid, child.stdout.readline().strip(), flush=True)
    time.sleep(600)
""")


@pytest.fixture(params=["stays", "orphans"])
def family(request: pytest.FixtureRequest) -> Iterator[tuple[GuardedProcess, list[psutil.Process]]]:
    """A guarded program, and itself, its child and its grandchild, whose parent is alive or already gone."""
    arguments = ["stay"] if request.param == "stays" else []
    process = GuardedProcess([sys.executable, "-c", FAMILY, *arguments], output=subprocess.PIPE, grace_s=5)
    pids = [int(pid) for pid in process.output.readline().split()]
    if not arguments:
        eventually(lambda: has_ended(psutil.Process(pids[1])))
        del pids[1]
    yield process, [psutil.Process(pid) for pid in pids]
    process.stop()
    process.output.close()


def test_stop_ends_all(family: tuple[GuardedProcess, list[psutil.Process]]) -> None:
    process, members = family
    assert process.pid == members[0].pid
    assert process.stop() == 128 + signal.SIGTERM
    assert all(map(has_ended, members))


def test_death_of_the_program_ends_all(family: tuple[GuardedProcess, list[psutil.Process]]) -> None:
    process, members = family
    process.send_signal(signal.SIGKILL)
    eventually(lambda: process.poll() is not None)
    assert process.poll() == 128 + signal.SIGKILL
    assert all(map(has_ended, members))


def test_a_signal_to_the_guard_ends_all(family: tuple[GuardedProcess, list[psutil.Process]]) -> None:
    process, members = family
    psutil.Process(process.guard_pid).terminate()
    eventually(lambda: all(map(has_ended, members)))


def test_kill_of_the_guard_ends_the_program(family: tuple[GuardedProcess, list[psutil.Process]]) -> None:
    process, members = family
    psutil.Process(process.guard_pid).kill()
    eventually(lambda: has_ended(members[0]))
    for left in members[1:]:  # theirs is the supervisor, which adopts them
        left.kill()


PARENT = """
import subprocess, sys, time
from mistudio.local.process import GuardedProcess
process = GuardedProcess([sys.executable, "-c", sys.argv[1], "stay"], output=subprocess.PIPE, grace_s=5)
print(process.output.readline().decode(), flush=True)
time.sleep(600)
"""


def test_kill_of_the_parent_ends_all() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, FAMILY], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        members = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        guard = members[0].parent()
        assert guard is not None
        parent.kill()
    eventually(lambda: all(map(has_ended, [guard, *members])))


def test_a_program_that_ignores_the_signal_is_killed_after_its_grace() -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    process = GuardedProcess([sys.executable, "-c", stubborn], output=subprocess.PIPE, grace_s=0.2)
    assert process.output.readline() == b"deaf\n"
    assert process.stop() == 128 + signal.SIGKILL
    process.output.close()


def test_the_status_is_the_program_s_own(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        process = GuardedProcess([sys.executable, "-c", "raise SystemExit(7)"], output=log)
        assert eventually(process.poll) == 7
        missing = GuardedProcess([tmp_path / "nothing"], output=log)
        assert eventually(missing.poll) == 127
        process.stop()
        missing.stop()
    assert b"cannot start" in (tmp_path / "log").read_bytes()
