"""Exports, verification and recipe of a tokenization, with the worker's part done in this process."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from mistudio.core.errors import WorkerCrashed
from mistudio.core.storage import remove_tree
from mistudio.schemas.job import JobKind, JobState
from mistudio.services import preview_service
from mistudio.workers.leftovers import remove_leftovers
from tests.app import App, problem_of
from tests.factories import insert_dataset, make_dataset, make_job, make_tokenization
from tests.working import work_on

Json = dict[str, Any]


@pytest.fixture
async def tokenization(app: App) -> str:
    """A finished, packed tokenization."""
    dataset = await make_dataset(app.sessions, app.storage)
    made = await make_tokenization(app.sessions, app.storage, dataset, max_length=512)
    return str(made)


async def export(app: App, tokenization: str, **body: Any) -> Json:
    """Ask for an export and have it made. Returns the finished view."""
    response = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "jsonl", **body})
    assert response.status_code == 202, response.text
    ended = await work_on(app.sessions, app.settings, app.storage, response.json()["task_id"])
    assert ended.state == JobState.SUCCEEDED, ended.error_detail
    shown: Json = (await app.client.get(f"/exports/{ended.id}")).json()
    return shown


async def test_a_request_is_a_job(app: App, tokenization: str) -> None:
    response = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "bin"})
    assert response.status_code == 202
    body = response.json()
    assert response.headers["location"] == f"/api/v1/jobs/{body['task_id']}"
    assert (body["job"]["kind"], body["job"]["queue"]) == ("export", "low_priority")
    assert body["tokenization"]["id"] == tokenization
    assert body["export"]["id"] == body["task_id"]
    assert (body["export"]["format"], body["export"]["files"], body["export"]["path"]) == ("bin", None, None)
    assert app.queued() == {"low_priority": [body["task_id"]]}
    again = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "bin"})
    assert again.json()["task_id"] == body["task_id"]
    other = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "parquet"})
    assert other.json()["task_id"] != body["task_id"]


async def test_files_are_listed_and_served(app: App, tokenization: str) -> None:
    shown = await export(app, tokenization, pieces=True)
    assert shown["state"] == "succeeded"
    assert shown["num_rows"] == {"train": 30, "test": 6}
    assert shown["path"] == f"exports/{tokenization}/{shown['id']}-1"
    assert [f["path"] for f in shown["files"]] == ["export.json", "mistudio.json", "test.jsonl", "train.jsonl"]
    assert shown["size_bytes"] == sum(f["size_bytes"] for f in shown["files"])
    listed = (await app.client.get(f"/tokenizations/{tokenization}/exports")).json()["items"]
    assert listed == [shown]
    response = await app.client.get(f"/exports/{shown['id']}/files/train.jsonl")
    assert response.status_code == 200
    assert response.headers["content-disposition"] == 'attachment; filename="train.jsonl"'
    rows = [json.loads(line) for line in response.text.splitlines()]
    assert len(rows) == 30
    assert "".join(rows[0]["pieces"]).startswith("<bos>a cat sat on hill 0<pad>")
    part = await app.client.get(f"/exports/{shown['id']}/files/train.jsonl", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.text) == (206, response.text[5:10])


async def test_an_equal_export_is_made_once(app: App, tokenization: str) -> None:
    shown = await export(app, tokenization, format="parquet")
    again = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "parquet"})
    assert again.status_code == 200
    assert again.json()["export"] == shown
    assert "location" not in again.headers
    # Without its files it is nothing, and is made again.
    remove_tree(app.storage.inside(shown["path"]))
    problem_of(await app.client.get(f"/exports/{shown['id']}"), 404, "EXPORT_NOT_FOUND")
    third = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "parquet"})
    assert third.status_code == 202


async def test_deleted_exports_are_gone(app: App, tokenization: str) -> None:
    shown = await export(app, tokenization)
    assert (await app.client.delete(f"/exports/{shown['id']}")).status_code == 204
    assert not app.storage.inside(shown["path"]).exists()
    assert not app.storage.job_staging(UUID(shown["id"])).exists()
    problem_of(await app.client.delete(f"/exports/{shown['id']}"), 404, "EXPORT_NOT_FOUND")
    assert (await app.client.get(f"/tokenizations/{tokenization}/exports")).json()["items"] == []


async def test_a_running_export_has_no_files(app: App, tokenization: str) -> None:
    asked = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "bin"})
    job = asked.json()["task_id"]
    assert (await app.client.get(f"/exports/{job}")).json()["state"] == "queued"
    problem_of(await app.client.get(f"/exports/{job}/files/train.bin"), 409, "CONFLICT")
    problem_of(await app.client.delete(f"/exports/{job}"), 409, "CONFLICT")


@pytest.mark.parametrize(
    "path", ["nothing.jsonl", "", "../../../installation", "..%2F..%2Finstallation", "%2Fetc%2Fpasswd", "a%00b"]
)
async def test_other_files_are_not_served(app: App, tokenization: str, path: str) -> None:
    shown = await export(app, tokenization)
    response = await app.client.get(f"/exports/{shown['id']}/files/{path}")
    assert response.status_code == 404, response.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"format": "pickle"}, 422, "INVALID_REQUEST"),
        ({"format": "parquet", "pieces": True}, 422, "INVALID_REQUEST"),
        ({"format": "parquet", "directory": "/tmp"}, 422, "INVALID_REQUEST"),
        ({"format": "parquet", "split": "validation"}, 404, "SPLIT_NOT_FOUND"),
    ],
)
async def test_bad_requests(app: App, tokenization: str, body: Json, status: int, code: str) -> None:
    problem_of(await app.client.post(f"/tokenizations/{tokenization}/export", json=body), status, code)


async def test_what_does_not_fit_fails_with_its_reason(app: App, tokenization: str) -> None:
    asked = await app.client.post(f"/tokenizations/{tokenization}/export", json={"format": "saelens"})
    ended = await work_on(app.sessions, app.settings, app.storage, asked.json()["task_id"])
    shown = (await app.client.get(f"/exports/{ended.id}")).json()
    assert (shown["state"], shown["error"]["code"]) == ("failed", "OPTION_NOT_SUPPORTED")
    assert "packing" in shown["error"]["detail"]
    again = await app.client.post(f"/jobs/{ended.id}/retry")
    assert again.status_code == 202
    assert again.json()["job"]["params"] == {"format": "saelens", "split": None, "compression": "zstd"}
    assert again.json()["task_id"] != str(ended.id)


async def test_unknown_ids(app: App, tokenization: str) -> None:
    problem_of(await app.client.get(f"/exports/{uuid4()}"), 404, "EXPORT_NOT_FOUND")
    ingest = await make_job(app.sessions, JobState.SUCCEEDED)
    problem_of(await app.client.get(f"/exports/{ingest}"), 404, "EXPORT_NOT_FOUND")
    for path in ("exports", "recipe", "verify"):
        problem_of(await app.client.get(f"/tokenizations/{uuid4()}/{path}"), 404, "TOKENIZATION_NOT_FOUND")


async def test_without_a_result_there_is_nothing_to_take(app: App) -> None:
    dataset = await insert_dataset(app.sessions)
    (row,) = await app.sql(
        "INSERT INTO tokenizations (id, dataset_id, status, config, params_hash) VALUES "
        "(gen_random_uuid(), :dataset, 'QUEUED', '{\"tokenizer_name\": \"gpt2\"}', 'x') RETURNING id",
        dataset=dataset,
    )
    base = f"/tokenizations/{row['id']}"
    problem_of(await app.client.post(f"{base}/export", json={"format": "bin"}), 409, "TOKENIZATION_NOT_READY")
    problem_of(await app.client.get(f"{base}/recipe"), 409, "TOKENIZATION_NOT_READY")
    problem_of(await app.client.get(f"{base}/verify"), 409, "TOKENIZATION_NOT_READY")


async def test_the_recipe(app: App, tokenization: str) -> None:
    recipe = (await app.client.get(f"/tokenizations/{tokenization}/recipe")).json()
    shown = (await app.client.get(f"/tokenizations/{tokenization}")).json()
    assert recipe["content_hash"] == shown["content_hash"]
    assert recipe["config"]["max_length"] == 512


async def test_leftovers_keep_exports_that_a_job_points_to(app: App, tokenization: str) -> None:
    shown = await export(app, tokenization)
    failed = await make_job(
        app.sessions,
        JobState.FAILED,
        kind=JobKind.EXPORT,
        tokenization_id=UUID(tokenization),
        params={"format": "jsonl"},
        error=WorkerCrashed(),
    )
    orphan = app.storage.export(UUID(tokenization), failed, 1)
    orphan.mkdir()
    await remove_leftovers(app.sessions, app.storage)
    assert app.storage.inside(shown["path"]).is_dir()
    assert not orphan.exists()


async def test_deleting_the_tokenization_frees_its_exports(app: App, tokenization: str) -> None:
    shown = await export(app, tokenization)
    deleted = await app.client.delete(f"/tokenizations/{tokenization}")
    await work_on(app.sessions, app.settings, app.storage, deleted.json()["task_id"])
    assert not app.storage.inside("exports", tokenization).exists()
    problem_of(await app.client.get(f"/exports/{shown['id']}"), 404, "EXPORT_NOT_FOUND")


@pytest.fixture
def answered(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Questions are answered at once, as a worker would. Returns the queues they were sent to."""
    queues: list[str] = []

    async def answer(job_id: UUID, queue: str) -> None:
        queues.append(queue)
        await work_on(app.sessions, app.settings, app.storage, job_id)

    monkeypatch.setattr(preview_service, "_ring", answer)
    return queues


async def test_verification(app: App, tokenization: str, answered: list[str]) -> None:
    response = await app.client.get(f"/tokenizations/{tokenization}/verify", params={"rows": 20})
    assert response.status_code == 200, response.text
    said = response.json()
    # The factory gives a random identity, which is what this finds.
    assert {c["name"]: c["status"] for c in said["checks"]} == {
        "recipe": "passed", "tokenizer": "passed", "identity": "failed",
        "files": "passed", "content": "passed", "rows": "passed",
    }  # fmt: skip
    assert said["ok"] is False
    assert said["tokenization_id"] == tokenization
    assert 0 < said["num_rows_compared"] <= 20
    assert answered == ["high_priority"]


async def test_the_answer_is_kept_with_its_job(app: App, tokenization: str, answered: list[str]) -> None:
    said = (await app.client.get(f"/tokenizations/{tokenization}/verify", params={"full": False})).json()
    (job,) = await app.sql("SELECT result FROM jobs WHERE kind = 'preview'")
    assert job["result"] == {"answered": True, "verification": said}
    assert {c["name"]: c["status"] for c in said["checks"]}["content"] == "skipped"


async def test_large_results_are_hashed_in_the_background(app: App, tokenization: str, answered: list[str]) -> None:
    await app.sql("UPDATE tokenizations SET size_bytes = 10000000000")
    await app.client.get(f"/tokenizations/{tokenization}/verify")
    await app.client.get(f"/tokenizations/{tokenization}/verify", params={"full": True})
    assert answered == ["high_priority", "low_priority"]


async def test_a_lost_tokenizer_is_a_failed_check(app: App, tokenization: str, answered: list[str]) -> None:
    remove_tree(app.storage.tokenizer_store())
    said = (await app.client.get(f"/tokenizations/{tokenization}/verify")).json()
    assert {c["name"]: c["status"] for c in said["checks"]}["tokenizer"] == "failed"
