"""Cancel and delete against running work: one terminal state, and a clean disk."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.cells import cells
from tests.faults.failpoints import arm, held, hold, release, shared_dataset
from tests.local.waiting import eventually
from tests.stack import Stack

Saw = Callable[[str], None]
ENDS = ("cancelled", "succeeded")


@pytest.mark.fault("cancel at each place")
@cells("F4", "F0", "F1", "F2", "F3", "F5", "F6")
def test_a_cancelled_job_ends_once(faulty: Stack, saw: Saw, at: str) -> None:
    """Until the work is published a cancel stops it; from then on the job may have succeeded."""
    job_id, _ = hold(faulty, at)
    answer = faulty.client.post(f"/jobs/{job_id}/cancel")
    assert answer.status_code == (409 if at == "F6" else 202)
    release(faulty, at)
    ends = {"F5": ("succeeded",), "F6": ("succeeded",)}.get(at, ("cancelled",))
    job = faulty.wait_for(job_id, *ends)
    saw(f"{answer.status_code}, {job['state']}")


@pytest.mark.fault("cancel against finish")
def test_cancel_against_finish(faulty: Stack, saw: Saw) -> None:
    ended = []
    for _ in range(5):
        job_id, _ = hold(faulty, "F5")
        release(faulty, "F5")
        answer = faulty.client.post(f"/jobs/{job_id}/cancel")
        assert answer.status_code in (202, 409)
        faulty.wait_for(job_id)  # its result was published: a cancel comes too late for that
        ended.append(str(answer.status_code))
    saw(f"answers {', '.join(ended)}; all succeeded")


@pytest.mark.fault("delete of a dataset while it is worked on")
@cells("F4", "F2", "F3", "F5", "F6")
def test_delete_while_running(faulty: Stack, saw: Saw, at: str) -> None:
    dataset_id = faulty.dataset()
    arm(faulty, at)
    job_id = faulty.tokenize(dataset_id)["task_id"]
    held(faulty, at)
    answer = faulty.client.delete(f"/datasets/{dataset_id}")
    assert answer.status_code == 202
    release(faulty, at)
    job = faulty.wait_for(job_id, *ENDS)
    faulty.wait_for(answer.json()["task_id"])
    assert faulty.client.get(f"/datasets/{dataset_id}").status_code == 404
    for folder in ("raw", "tokenized"):
        assert not (faulty.data / "datasets" / folder / dataset_id).exists()
    saw(f"job {job['state']}, disk freed")


@pytest.mark.fault("delete of a result while it is made")
@cells("F5", "F3", "F4")
def test_delete_of_a_tokenization(faulty: Stack, saw: Saw, at: str) -> None:
    dataset_id = shared_dataset(faulty)
    job_id, _ = hold(faulty, at)
    tokenization_id = faulty.job(job_id)["tokenization_id"]
    answer = faulty.client.delete(f"/tokenizations/{tokenization_id}")
    assert answer.status_code == 202
    release(faulty, at)
    job = faulty.wait_for(job_id, "cancelled")
    faulty.wait_for(answer.json()["task_id"])
    assert not (faulty.data / "datasets" / "tokenized" / dataset_id / tokenization_id).exists()
    saw(f"job {job['state']}, disk freed")


@pytest.mark.fault("delete against tokenize")
def test_delete_against_tokenize(faulty: Stack, saw: Saw) -> None:
    """Both at once, often: one of them is first, and no transaction waits for another in a circle."""
    codes = []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(4):
            dataset_id = faulty.dataset()
            path = f"/datasets/{dataset_id}"
            asked = pool.submit(faulty.client.post, f"{path}/tokenize", json={"tokenizer_name": "acme/bpe"})
            deleted = pool.submit(faulty.client.delete, path).result()
            assert deleted.status_code == 202
            faulty.wait_for(deleted.json()["task_id"])
            codes.append(asked.result().status_code)
    assert set(codes) <= {202, 404}
    eventually(lambda: faulty.sql("SELECT id FROM jobs WHERE finished_at IS NULL") == [], 20)
    assert faulty.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [["0"]]
    saw(f"answers {codes}, no deadlock")
