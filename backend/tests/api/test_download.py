"""POST /datasets/download."""

from typing import Any

import pytest

from mistudio.schemas.job import JobState
from tests.app import App, Json, problem_of
from tests.factories import insert_dataset


async def ask(app: App, **request: Any) -> Json:
    response = await app.client.post("/datasets/download", json={"name": "acme/tiny", **request})
    assert response.status_code == 202, response.text
    body: Json = response.json()
    assert response.headers["location"] == f"/api/v1/jobs/{body['task_id']}"
    return body


async def test_a_request(app: App) -> None:
    wanted = {"config": "plain", "split": "train", "revision": "main", "max_samples": 10, "max_bytes": 10**9}
    body = await ask(app, **wanted, text_columns=["text"])
    dataset, job = body["dataset"], body["job"]
    assert (dataset["name"], dataset["source"], dataset["status"]) == ("acme/tiny/plain", "HUGGINGFACE", "PENDING")
    assert (dataset["repo_id"], dataset["config"]) == ("acme/tiny", "plain")
    assert (job["kind"], job["queue"], job["priority"]) == ("download", "datasets", 7)
    assert job["params"] == {"name": "acme/tiny", **wanted, "text_columns": ["text"], "named": False}
    assert app.queued() == {"datasets": [job["id"]]}


async def test_the_same_request_is_the_same_job_while_it_runs(app: App) -> None:
    first = await ask(app, split="all")
    assert (await ask(app))["task_id"] == first["task_id"]
    assert (await ask(app, config=None, split=None))["task_id"] == first["task_id"]
    assert (await ask(app, split="train"))["task_id"] != first["task_id"]
    await app.client.post(f"/jobs/{first['task_id']}/cancel")
    assert (await ask(app))["task_id"] != first["task_id"]


async def test_names_until_the_commit_is_known(app: App) -> None:
    shown = []
    for i in range(1, 5):
        shown.append((await ask(app, max_samples=i))["dataset"]["name"])
    assert shown == ["acme/tiny", "acme/tiny (2)", "acme/tiny (3)", "acme/tiny (4)"]


async def test_a_long_name_is_cut(app: App) -> None:
    name, config = f"{'n' * 90}/{'r' * 90}", "c" * 200
    first = (await ask(app, name=name, config=config))["dataset"]["name"]
    second = (await ask(app, name=name, config=config, split="x"))["dataset"]["name"]
    assert (len(first), len(second)) == (200, 200)
    assert second.endswith(" (2)")


async def test_a_name_of_ones_own(app: App) -> None:
    assert (await ask(app, display_name="mine"))["dataset"]["name"] == "mine"
    response = await app.client.post(
        "/datasets/download", json={"name": "acme/tiny", "display_name": "mine", "split": "x"}
    )
    problem_of(response, 409, "NAME_TAKEN")
    await insert_dataset(app.sessions, name="taken")
    response = await app.client.post("/datasets/download", json={"name": "acme/tiny", "display_name": "taken"})
    problem_of(response, 409, "NAME_TAKEN")
    assert len(await app.sql("SELECT id FROM jobs WHERE state = :s", s=JobState.QUEUED)) == 1


NOT_NAMES = [
    "", "/", ".", "..", "/etc", "/etc/passwd", "../..", "a/../b", "./a", "~/a", "text", "csv", "json", "parquet",
    "imagefolder", "Text", "http://169.254.169.254", "http://169.254.169.254/latest/meta-data", "hf://x",
    "hf://a/b",
    "file:///etc/passwd", "s3://a/b", "a/b/c", "a\\b", "a b", "a/b?x=1", "a/b#x", "a/b@main", "a%2fb",
    "%252e%252e/x",
    "a--b/c", "a/b.git", "api/models", "datasets/x", "a/", "/b", "ü/b", "a/b\n", "a/b\0", "a/\u202eb", "-a/b",
    "a/.b",
    "x" * 97, "a/" + "x" * 97, "x" * 201,
]  # fmt: skip


async def test_names_that_are_no_repository(app: App) -> None:
    for name in NOT_NAMES:
        response = await app.client.post("/datasets/download", json={"name": name})
        assert response.status_code == 422, name
        assert response.json()["code"] in ("HUB_NAME_INVALID", "INVALID_REQUEST"), name
    assert await app.sql("SELECT id FROM datasets") == []
    assert app.queued() == {}


@pytest.mark.parametrize(
    "junk",
    [
        {"max_samples": 0}, {"max_samples": -1}, {"max_samples": 2**53}, {"max_samples": 1.5}, {"max_samples": "x"},
        {"max_bytes": 0}, {"max_bytes": 10**400}, {"config": "a\0b"}, {"config": "a\u202eb"}, {"config": "x" * 201},
        {"config": 5}, {"split": "\n"}, {"split": []}, {"revision": "../main"[:2] + "$"}, {"revision": "a b"},
        {"revision": "x" * 201}, {"revision": ""}, {"text_columns": []}, {"text_columns": ["\0"]},
        {"text_columns": "x"},
        {"display_name": "\u202e"}, {"display_name": ""}, {"data_files": "/etc/passwd"}, {"data_dir": "/etc"},
        {"trust_remote_code": True}, {"token": "hf_x"}, {"endpoint": "http://127.0.0.1"}, {"name": None},
        {"name": ["a"]},
    ],
)  # fmt: skip
async def test_fields_that_are_refused(app: App, junk: Json) -> None:
    response = await app.client.post("/datasets/download", json={"name": "acme/tiny", **junk})
    problem_of(response, 422, "INVALID_REQUEST")
    assert await app.sql("SELECT id FROM jobs") == []
