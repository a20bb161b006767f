"""Requests and messages that come more than once, or late; and everything stopped at once."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.failpoints import arm, disarm, held, shared_dataset, tokenize
from tests.faults.test_processes import counts
from tests.local.waiting import eventually
from tests.stack import Stack

Saw = Callable[[str], None]


def send(stack: Stack, job_id: str, times: int) -> None:
    """Ring for a job that has been rung for already."""
    code = f"""
from mistudio.core.celery_app import send_job
for _ in range({times}):
    send_job({job_id!r}, "processing", 7)
"""
    subprocess.run([sys.executable, "-c", code], env=stack.environment, check=True, timeout=60)


@pytest.mark.fault("20 identical requests at once")
def test_equal_requests_make_one_job(faulty: Stack, saw: Saw) -> None:
    dataset_id = shared_dataset(faulty)
    body = {"tokenizer_name": "acme/bpe", "max_length": 9}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: faulty.client.post(f"/datasets/{dataset_id}/tokenize", json=body), range(20))
        )
    assert {answer.status_code for answer in answers} <= {202, 200}
    jobs = {answer.json()["task_id"] for answer in answers if answer.status_code == 202}
    made = {answer.json()["tokenization"]["id"] for answer in answers}
    assert (len(jobs), len(made)) == (1, 1)
    faulty.wait_for(jobs.pop())
    saw(f"one job, {len(answers)} equal answers")


@pytest.mark.fault("message delivered twice, and after the end")
def test_a_second_message_has_no_effect(faulty: Stack, saw: Saw) -> None:
    arm(faulty, "F3")
    job_id = tokenize(faulty)
    held(faulty, "F3")
    send(faulty, job_id, 3)
    disarm(faulty)
    faulty.wait_for(job_id)
    before = faulty.sql(f"SELECT * FROM jobs WHERE id = '{job_id}'")
    send(faulty, job_id, 3)
    other = tokenize(faulty)
    faulty.wait_for(other)  # behind them in the queue
    assert faulty.sql(f"SELECT * FROM jobs WHERE id = '{job_id}'") == before
    assert counts(faulty, job_id)["attempt"] == 1
    saw("six more messages, one attempt")


@pytest.mark.fault("whole stack stopped: 5 queued, 2 running")
def test_everything_is_done_after_the_next_start(both: Stack, saw: Saw) -> None:
    arm(both, "F3", "F4")  # a place for each
    jobs = [tokenize(both) for _ in range(2)]
    for place in ("F3", "F4"):
        held(both, place)
    jobs += [tokenize(both) for _ in range(5)]
    both.kill("api")
    for name in ("a", "b"):
        both.kill(name)
    both.valkey.kill()
    both.postgres.kill()
    disarm(both)
    both.postgres.start()
    both.valkey.start()
    both.start_worker("a")
    both.start_api()
    started = time.monotonic()
    assert {both.wait_for(job_id)["state"] for job_id in jobs} == {"succeeded"}
    saw(f"7 jobs succeeded within {time.monotonic() - started:.1f} s of the start")


@pytest.mark.fault("a hundred jobs of one dataset")
@pytest.mark.further_cell
def test_a_hundred_jobs_do_not_starve_another_s(faulty: Stack, saw: Saw) -> None:
    """Ahead of the other dataset's job are those that run and the two whose messages wait, not the hundred."""
    other = faulty.dataset()
    done = "SELECT count(*) FROM jobs WHERE state = 'succeeded' AND dataset_name = 'shared'"
    many = [tokenize(faulty) for _ in range(100)]
    before = int(faulty.sql(done)[0][0])
    faulty.wait_for(faulty.tokenize(other)["task_id"])
    ahead = int(faulty.sql(done)[0][0]) - before
    for job_id in many:
        faulty.client.post(f"/jobs/{job_id}/cancel")
    eventually(lambda: faulty.sql("SELECT id FROM jobs WHERE finished_at IS NULL") == [], 60)
    saw(f"the other's was done after {ahead} of the hundred")
    assert ahead <= 12
