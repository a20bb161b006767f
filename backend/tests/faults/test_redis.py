"""Redis goes away: requests are accepted, running work ends, nothing is lost."""

import time
from collections.abc import Callable

import pytest

from tests.faults.cells import cells
from tests.faults.failpoints import hold, release, tokenize
from tests.stack import Stack

Saw = Callable[[str], None]
ACCEPTED_S = 10.0


def goes_away(stack: Stack, how: str) -> None:
    if how == "hung":
        stack.valkey.pause()
    else:
        stack.valkey.kill()


def comes_back(stack: Stack, how: str) -> None:
    if how == "empty":
        stack.valkey.wipe()
    stack.valkey.resume()
    stack.valkey.start()


def through(stack: Stack, how: str, at: str) -> str:
    """One job is held at `at` when Redis goes, another is asked for meanwhile. Returns what to say of it."""
    first, _ = hold(stack, at)
    goes_away(stack, how)
    asked = time.monotonic()
    second = tokenize(stack)
    answered = time.monotonic() - asked
    assert answered < ACCEPTED_S
    release(stack, at)
    if at in ("F2", "F3", "F4"):  # what runs needs no Redis to end
        assert stack.wait_for(first)["attempt"] == 1
    comes_back(stack, how)
    back = time.monotonic()
    assert [stack.wait_for(job_id)["attempt"] for job_id in (first, second)] == [1, 1]
    return f"202 after {answered:.2f} s; all done {time.monotonic() - back:.1f} s after it was back"


@pytest.mark.fault("Redis killed")
@cells("F3", "F0", "F1", "F2", "F4")
def test_killed(faulty: Stack, saw: Saw, at: str) -> None:
    saw(through(faulty, "killed", at))


@pytest.mark.fault("Redis restarted empty")
@cells("F1", "F0", "F2", "F3", "F4")
def test_restarted_empty(faulty: Stack, saw: Saw, at: str) -> None:
    saw(through(faulty, "empty", at))


@pytest.mark.fault("Redis hung")
@cells("F0", "F1", "F2", "F3", "F4")
def test_hung(faulty: Stack, saw: Saw, at: str) -> None:
    saw(through(faulty, "hung", at))


@pytest.mark.fault("Redis away: many requests on one connection")
def test_requests_do_not_wait_for_each_other(faulty: Stack, saw: Saw) -> None:
    """Also reads, uploads and cancels are answered as ever."""
    faulty.valkey.pause()
    slowest, jobs = 0.0, []
    for _ in range(5):
        for ask in (
            lambda: jobs.append(tokenize(faulty)),
            lambda: faulty.client.post(f"/jobs/{jobs[-1]}/cancel").raise_for_status(),
            lambda: faulty.get("/datasets"),
            lambda: faulty.upload(b"one line\nanother\n"),
        ):
            started = time.monotonic()
            ask()
            slowest = max(slowest, time.monotonic() - started)
    faulty.valkey.resume()
    assert slowest < ACCEPTED_S
    assert {faulty.wait_for(job_id, "cancelled")["state"] for job_id in jobs} == {"cancelled"}
    saw(f"20 requests, the slowest {slowest:.2f} s")


@pytest.mark.fault("Redis away: a preview")
def test_a_preview_says_that_nobody_answers(faulty: Stack, saw: Saw) -> None:
    faulty.valkey.kill()
    body = {"texts": ["a cat"], "configs": [{"tokenizer_name": "acme/bpe"}]}
    answer = faulty.client.post("/tokenizers/preview", json=body)
    assert (answer.status_code, answer.json()["code"]) == (503, "BUSY")
    faulty.valkey.start()
    faulty.wait_for(answer.json()["job_id"])
    saw("503 BUSY with the job, which is done later")
