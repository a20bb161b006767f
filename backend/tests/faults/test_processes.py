"""Processes of ours that are killed, paused or told to stop, at each place of a job's way."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.faults.cells import cells
from tests.faults.failpoints import arm, disarm, held, hold, owner_of, release, tokenize
from tests.local.waiting import eventually, has_ended
from tests.stack import Stack

Saw = Callable[[str], None]
LEASE_S = 3.0


def counts(stack: Stack, job_id: str) -> dict[str, int]:
    names = ("attempt", "crashes", "lost_leases", "failures", "fence")
    (row,) = stack.sql(f"SELECT {', '.join(names)} FROM jobs WHERE id = '{job_id}'")
    return dict(zip(names, map(int, row), strict=True))


@pytest.mark.fault("kill -9 of the working child")
@cells("F3", "F2", "F4", "F5", "F6")
def test_a_killed_child_s_work_is_done_again(faulty: Stack, saw: Saw, at: str) -> None:
    """From F5 on the work is over, and it is the process that publishes which is killed."""
    job_id, process = hold(faulty, at)
    family = process.children(recursive=True)
    process.kill()
    killed = time.monotonic()
    release(faulty, at)
    job = faulty.wait_for(job_id)
    saw(f"attempt {job['attempt']} succeeded after {time.monotonic() - killed:.1f} s")
    eventually(lambda: all(has_ended(child) for child in family), 5)
    seen = counts(faulty, job_id)
    crashed, lost = (at in ("F3", "F4")), (at in ("F2", "F5"))
    assert (seen["attempt"], seen["crashes"], seen["lost_leases"]) == (1 + crashed + lost, crashed, lost)


@pytest.mark.fault("kill -9 of the working child, twice")
@cells("F3", "F4")
def test_the_second_crash_fails_the_job(faulty: Stack, saw: Saw, at: str) -> None:
    job_id, process = hold(faulty, at)
    for _ in range(2):
        process.kill()
        release(faulty, at)
        arm(faulty, at)
        if counts(faulty, job_id)["crashes"] == 0 and faulty.job(job_id)["state"] != "failed":
            process = held(faulty, at)
    job = faulty.wait_for(job_id, "failed")
    disarm(faulty)
    saw(f"{job['error']['code']} after attempt {job['attempt']}")
    assert (job["error"]["code"], job["error"]["extra"], job["attempt"]) == ("WORKER_CRASHED", {"signal": 9}, 2)


@pytest.mark.fault("kill -9 of the worker")
@cells("F4", "F1", "F2", "F3", "F5", "F6")
def test_a_killed_worker_s_job_is_done_elsewhere(faulty: Stack, saw: Saw, at: str) -> None:
    arm(faulty, at)
    job_id = tokenize(faulty)
    name = owner_of(faulty, held(faulty, at))
    # At F1 the message lies in the broker, or has just been taken by one of these.
    names = ["a", "b"] if at == "F1" else [name]
    below = [process for name in names for process in faulty.tree(name)]
    for name in names:
        faulty.kill(name)
    killed = time.monotonic()
    release(faulty, at)
    eventually(lambda: all(has_ended(process) for process in below), 5)
    for name in names:
        faulty.start_worker(name)
    job = faulty.wait_for(job_id)
    saw(f"attempt {job['attempt']} succeeded after {time.monotonic() - killed:.1f} s")
    assert counts(faulty, job_id)["crashes"] == 0


@pytest.mark.fault("SIGSTOP of the worker, then CONT")
@cells("F5", "F3", "F4")
def test_a_worker_that_was_away_changes_nothing_when_it_returns(both: Stack, saw: Saw, at: str) -> None:
    job_id, process = hold(both, at)
    stopped = both.tree(owner_of(both, process))
    for process in stopped:
        process.suspend()
    job = both.wait_for(job_id)
    assert job["fence"] == 2
    before = both.sql(f"SELECT state, fence, seq, result, finished_at FROM jobs WHERE id = '{job_id}'")
    result = both.sql("SELECT id, path, finished_at FROM tokenizations ORDER BY id")
    for process in reversed(stopped):
        process.resume()
    release(both, at)
    name = owner_of(both, stopped[0])
    eventually(lambda: len(both.tree(name)) <= 4, 10)  # main, pool of two, reconciler: its child is dead
    assert both.sql(f"SELECT state, fence, seq, result, finished_at FROM jobs WHERE id = '{job_id}'") == before
    assert both.sql("SELECT id, path, finished_at FROM tokenizations ORDER BY id") == result
    saw("done by the other under fence 2; nothing changed afterwards")


@pytest.mark.fault("SIGTERM of the worker (deploy)")
@cells("F3", "F4")
def test_a_worker_that_is_told_to_stop_hands_its_job_back(both: Stack, saw: Saw, at: str) -> None:
    job_id, process = hold(both, at)
    name = owner_of(both, process)
    started = time.monotonic()
    both.processes[name].terminate()
    eventually(lambda: counts(both, job_id)["attempt"] == 2, LEASE_S)  # the other has taken it
    handed = time.monotonic() - started
    release(both, at)
    both.processes[name].wait(30)
    job = both.wait_for(job_id)
    seen = counts(both, job_id)
    assert (job["attempt"], seen["crashes"], seen["lost_leases"], seen["failures"]) == (2, 0, 0, 0)
    saw(f"taken by the other after {handed:.1f} s")


@pytest.mark.fault("kill -9 of the API")
@cells("F0", "F1")
def test_a_request_that_was_accepted_is_done(faulty: Stack, saw: Saw, at: str) -> None:
    arm(faulty, at)
    job_id = tokenize(faulty)
    assert owner_of(faulty, held(faulty, at)) == "api"
    faulty.kill("api")
    killed = time.monotonic()
    release(faulty, at)
    faulty.start_api()
    job = faulty.wait_for(job_id)
    saw(f"attempt {job['attempt']} succeeded after {time.monotonic() - killed:.1f} s")
    assert job["attempt"] == 1


@pytest.mark.fault("SIGTERM of every process at once")
@cells("F3")
def test_a_signal_to_the_whole_group_is_no_crash(faulty: Stack, saw: Saw, at: str) -> None:
    """As service managers do that signal each process of a unit."""
    job_id, process = hold(faulty, at)
    name = owner_of(faulty, process)
    for process in faulty.tree(name):
        os.kill(process.pid, signal.SIGTERM)
    release(faulty, at)
    faulty.processes[name].wait(30)
    job = faulty.wait_for(job_id)
    assert counts(faulty, job_id)["crashes"] == 0
    saw(f"attempt {job['attempt']} succeeded")
