"""PostgreSQL goes away in the middle of a job."""

import time
from collections.abc import Callable

import pytest

from tests.faults.cells import cells
from tests.faults.failpoints import hold, release
from tests.local.waiting import eventually
from tests.stack import Stack

Saw = Callable[[str], None]


@pytest.mark.fault("PostgreSQL restarted")
@cells("F5", "F2", "F3", "F4")
def test_a_restart_costs_no_attempt(faulty: Stack, saw: Saw, at: str) -> None:
    job_id, _ = hold(faulty, at)
    faulty.postgres.kill()
    faulty.postgres.start()
    back = time.monotonic()
    release(faulty, at)
    job = faulty.wait_for(job_id)
    saw(f"attempt {job['attempt']} succeeded {time.monotonic() - back:.1f} s after it was back")


@pytest.mark.fault("PostgreSQL away for longer than a lease")
@cells("F3", "F4", "F5")
def test_a_worker_that_cannot_say_it_lives_stops_its_work(faulty: Stack, saw: Saw, at: str) -> None:
    job_id, process = hold(faulty, at)
    faulty.postgres.stop()
    if at != "F5":  # there the work is over
        eventually(lambda: not process.is_running(), 10)
    answer = faulty.client.get("/datasets")
    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    faulty.postgres.start()
    release(faulty, at)
    job = faulty.wait_for(job_id)
    saw(f"work stopped; attempt {job['attempt']} succeeded")


@pytest.mark.fault("PostgreSQL hung")
@cells("F3")
def test_a_silent_database_is_as_bad_as_none(faulty: Stack, saw: Saw, at: str) -> None:
    job_id, process = hold(faulty, at)
    faulty.postgres.pause()
    eventually(lambda: not process.is_running(), 10)
    faulty.postgres.resume()
    release(faulty, at)
    job = faulty.wait_for(job_id)
    saw(f"work stopped; attempt {job['attempt']} succeeded")
    assert job["attempt"] == 2
