"""/jobs: list, show, log, cancel, retry."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from mistudio.core.errors import HubUnreachable
from mistudio.schemas.job import JobKind, JobState
from tests.app import App, Json, problem_of
from tests.factories import insert_dataset, make_dataset, make_job

FAILURE = HubUnreachable("The Hub said nothing.", host="hub.example")
ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


async def ids(app: App, **query: Any) -> list[UUID]:
    response = await app.client.get("/jobs", params=query)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["total"] >= len(body["items"])
    return [UUID(item["id"]) for item in body["items"]]


async def test_newest_first_in_pages(app: App) -> None:
    made = [await make_job(app.sessions) for _ in range(7)]
    made.reverse()
    assert await ids(app) == made
    seen, cursor = [], None
    for size in (3, 3, 1):
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await app.client.get("/jobs", params=query)).json()
        assert (page["total"], len(page["items"])) == (7, size)
        seen += [UUID(item["id"]) for item in page["items"]]
        cursor = page["next_cursor"]
    assert (seen, cursor) == (made, None)


async def test_filters(app: App) -> None:
    dataset_id = await insert_dataset(app.sessions)
    queued = await make_job(app.sessions, dataset_id=dataset_id)
    running = await make_job(app.sessions, JobState.RUNNING, kind=JobKind.TOKENIZE)
    failed = await make_job(app.sessions, JobState.FAILED, kind=JobKind.DOWNLOAD, error=FAILURE)
    await make_job(app.sessions, kind=JobKind.PREVIEW)
    assert await ids(app) == [failed, running, queued]
    assert await ids(app, state="running") == [running]
    assert await ids(app, state=["running", "queued"]) == [running, queued]
    assert await ids(app, kind=["download", "tokenize"]) == [failed, running]
    assert await ids(app, dataset_id=str(dataset_id)) == [queued]
    assert await ids(app, dataset_id=str(uuid4())) == []
    for junk in ({"state": "x"}, {"kind": "x"}, {"dataset_id": "x"}, {"limit": 0}, {"cursor": "x"}):
        problem_of(await app.client.get("/jobs", params=junk), 422, "INVALID_REQUEST")


async def test_show(app: App) -> None:
    job_id = await make_job(app.sessions, JobState.FAILED, kind=JobKind.DOWNLOAD, error=FAILURE)
    body = (await app.client.get(f"/jobs/{job_id}")).json()
    assert (body["state"], body["attempt"], body["fence"]) == ("failed", 1, 1)
    assert body["error"] == {
        "code": "HUB_UNREACHABLE",
        "title": "The Hub does not answer.",
        "detail": "The Hub said nothing.",
        "extra": {"host": "hub.example"},
    }
    assert body["started_at"] <= body["finished_at"]


async def test_the_log_says_what_happened(app: App) -> None:
    job_id = await make_job(app.sessions, JobState.FAILED, error=FAILURE)
    body = (await app.client.get(f"/jobs/{job_id}/log")).json()
    assert body["job_id"] == str(job_id)
    assert [line["event"] for line in body["lines"]] == ["queued", "running", "failed"]
    assert [line["level"] for line in body["lines"]] == ["info", "info", "error"]
    assert body["lines"][2]["fields"]["code"] == "HUB_UNREACHABLE"
    assert body["lines"][0]["at"] <= body["lines"][2]["at"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (JobState.QUEUED, "cancelled"),
        (JobState.RETRYING, "cancelled"),
        (JobState.RUNNING, "cancelling"),
        (JobState.CANCELLING, "cancelling"),
    ],
)
async def test_cancel(app: App, before: JobState, after: str) -> None:
    job_id = await make_job(app.sessions, before)
    response = await app.client.post(f"/jobs/{job_id}/cancel")
    assert response.status_code == 202
    assert response.json()["state"] == after
    [row] = await app.sql("SELECT state, cancel_requested_at FROM jobs")
    assert row["state"] == after
    assert row["cancel_requested_at"] is not None


@pytest.mark.parametrize("state", ENDED)
async def test_what_has_ended_cannot_be_cancelled(app: App, state: JobState) -> None:
    job_id = await make_job(app.sessions, state, error=FAILURE)
    problem_of(await app.client.post(f"/jobs/{job_id}/cancel"), 409, "JOB_ENDED")
    assert (await app.client.get(f"/jobs/{job_id}")).json()["state"] == state


async def test_cancelling_an_ingest_leaves_the_dataset_with_the_reason(app: App) -> None:
    asked = (await app.client.post("/datasets/demo")).json()
    await app.client.post(f"/jobs/{asked['task_id']}/cancel")
    dataset = (await app.client.get(f"/datasets/{asked['dataset']['id']}")).json()
    assert (dataset["status"], dataset["error"]["code"]) == ("ERROR", "CANCELLED")


async def test_retry_an_ingest(app: App) -> None:
    asked = (await app.client.post("/datasets/demo")).json()
    await app.client.post(f"/jobs/{asked['task_id']}/cancel")
    response = await app.client.post(f"/jobs/{asked['task_id']}/retry")
    assert response.status_code == 202
    body: Json = response.json()
    assert body["task_id"] != asked["task_id"]
    assert response.headers["location"] == f"/api/v1/jobs/{body['task_id']}"
    assert body["dataset"]["id"] == asked["dataset"]["id"]
    assert body["dataset"]["status"] == "PENDING"
    assert body["job"]["params"] == asked["job"]["params"]
    assert body["task_id"] in app.queued()["datasets"]
    again = (await app.client.post(f"/jobs/{asked['task_id']}/retry")).json()
    assert again["task_id"] == body["task_id"]


async def test_retry_a_tokenization(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    config = {"tokenizer_name": "a/b", "packing": {"context_size": 16}}
    asked = (await app.client.post(f"/datasets/{dataset_id}/tokenize", json=config)).json()
    await app.client.post(f"/jobs/{asked['task_id']}/cancel")
    body = (await app.client.post(f"/jobs/{asked['task_id']}/retry")).json()
    assert body["job"]["params"] == asked["job"]["params"]
    assert body["tokenization"]["status"] == "QUEUED"


async def test_what_is_not_tried_again(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    for state in (JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED):
        job_id = await make_job(app.sessions, state, dataset_id=dataset_id)
        problem_of(await app.client.post(f"/jobs/{job_id}/retry"), 409, "JOB_NOT_RETRYABLE")
    here = await make_job(app.sessions, JobState.FAILED, error=FAILURE, dataset_id=dataset_id)
    problem_of(await app.client.post(f"/jobs/{here}/retry"), 409, "JOB_NOT_RETRYABLE")
    orphan = await make_job(app.sessions, JobState.FAILED, error=FAILURE)
    problem_of(await app.client.post(f"/jobs/{orphan}/retry"), 409, "JOB_NOT_RETRYABLE")
    deletion = await make_job(app.sessions, JobState.CANCELLED, kind=JobKind.DELETE, dataset_id=dataset_id)
    problem_of(await app.client.post(f"/jobs/{deletion}/retry"), 409, "JOB_NOT_RETRYABLE")
    await app.client.delete(f"/datasets/{dataset_id}")
    problem_of(await app.client.post(f"/jobs/{here}/retry"), 404, "DATASET_NOT_FOUND")


async def test_jobs_that_are_not(app: App) -> None:
    for method, path in (("GET", ""), ("GET", "/log"), ("POST", "/cancel"), ("POST", "/retry")):
        problem_of(await app.client.request(method, f"/jobs/{uuid4()}{path}"), 404, "JOB_NOT_FOUND")
        for junk in ("1", "..", "%2e%2e%2f", "a" * 300, "%00", "x;y"):
            response = await app.client.request(method, f"/jobs/{junk}{path}")
            assert response.status_code in (404, 405, 422), response.text
            assert response.headers["content-type"] == "application/problem+json"
