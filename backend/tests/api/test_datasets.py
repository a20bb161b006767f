"""/datasets: list, show, change, delete, statistics."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import insert

from mistudio.db.models import Dataset
from mistudio.schemas.job import JobKind, JobState
from tests.app import App, Json, problem_of
from tests.factories import insert_dataset, make_dataset, make_job, make_tokenization

JUNK_IDS = ["1", "x", "..", "%2e%2e%2f", "a" * 300, "%00", "%ED%A0%80", "00000000-0000-4000-8000-00000000000g"]


async def names(app: App, **query: Any) -> list[str]:
    """Names over all pages, in order; checks each page's size and total on the way."""
    found: list[str] = []
    total, cursor = None, None
    while True:
        response = await app.client.get("/datasets", params={**query, **({"cursor": cursor} if cursor else {})})
        assert response.status_code == 200, response.text
        page = response.json()
        assert total is None or page["total"] == total
        total, cursor = page["total"], page["next_cursor"]
        found += [item["name"] for item in page["items"]]
        if cursor is None:
            assert len(found) == total
            return found
        assert len(page["items"]) == int(query.get("limit", 50))


async def many(app: App, count: int) -> None:
    """Datasets that share their times and sizes, so that only the id tells them apart."""
    rows = [
        {
            "id": uuid4(),
            "name": f"set {i:04}",
            "source": "LOCAL",
            "status": "DOWNLOADED",
            "num_samples": i % 3 or None,
        }
        for i in range(count)
    ]
    async with app.sessions.begin() as session:
        await session.execute(insert(Dataset), rows)


async def test_none(client: httpx2.AsyncClient) -> None:
    response = await client.get("/datasets")
    assert response.status_code == 200
    assert response.json() == {"items": [], "total": 0, "next_cursor": None}


async def test_a_card(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage, name="cats")
    tokenization_id = await make_tokenization(app.sessions, app.storage, dataset_id)
    job_id = await make_job(app.sessions, JobState.RUNNING, kind=JobKind.TOKENIZE, dataset_id=dataset_id)
    await make_job(app.sessions, JobState.SUCCEEDED, dataset_id=dataset_id)
    await make_job(app.sessions, kind=JobKind.PREVIEW, dataset_id=dataset_id)
    [card] = (await app.client.get("/datasets")).json()["items"]
    assert card["id"] == str(dataset_id)
    assert (card["name"], card["source"], card["status"]) == ("cats", "LOCAL", "PROCESSING")
    assert (card["num_samples"], card["num_features"]) == (36, 3)
    assert card["splits"] == {"train": 30, "test": 6}
    assert card["size_bytes"] > 0
    assert (card["repo_id"], card["config"], card["error"], card["deleting"]) == (None, None, None, False)
    [tokenization] = card["tokenizations"]
    assert tokenization["id"] == str(tokenization_id)
    assert (tokenization["max_length"], tokenization["status"]) == (16, "READY")
    assert [job["id"] for job in card["active_jobs"]] == [str(job_id)]


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"])
async def test_pages_to_the_end(app: App, sort: str) -> None:
    await many(app, 25)
    whole = await names(app, sort=sort, limit=100)
    assert len(set(whole)) == 25
    assert await names(app, sort=sort, limit=4) == whole
    if sort in ("name", "-name"):
        assert whole == sorted(whole, reverse=sort == "-name")


@pytest.mark.parametrize("sort", ["num_samples", "-num_samples"])
async def test_unknown_sizes_have_their_place(app: App, sort: str) -> None:
    await many(app, 20)
    whole = await names(app, sort=sort, limit=100)
    assert await names(app, sort=sort, limit=3) == whole
    sizes = [int(name[-4:]) % 3 for name in whole]
    assert sizes == sorted(sizes, reverse=sort == "-num_samples")


async def test_a_page_deep_down_is_right_while_rows_come_and_go(app: App) -> None:
    await many(app, 30)
    first = (await app.client.get("/datasets", params={"sort": "name", "limit": 10})).json()
    await app.sql("DELETE FROM datasets WHERE name IN ('set 0003', 'set 0009', 'set 0012')")
    await insert_dataset(app.sessions, name="set 0000 b")
    await insert_dataset(app.sessions, name="set 0010 b")
    query = {"sort": "name", "limit": 4, "cursor": first["next_cursor"]}
    second = (await app.client.get("/datasets", params=query)).json()
    assert [item["name"] for item in second["items"]] == ["set 0010", "set 0010 b", "set 0011", "set 0013"]


async def test_filters(app: App) -> None:
    for name, source, status in (
        ("Cats 100%", "LOCAL", "DOWNLOADED"),
        ("cat_s", "LOCAL", "ERROR"),
        ("acme/Cats", "HUGGINGFACE", "DOWNLOADED"),
        ("dogs \\ birds", "HUGGINGFACE", "TOKENIZED"),
        ("Füße", "LOCAL", "PENDING"),
    ):
        await insert_dataset(app.sessions, name=name, source=source, status=status)
    assert await names(app, q="CATS", sort="name") == ["Cats 100%", "acme/Cats"]
    assert await names(app, q="0%") == ["Cats 100%"]
    assert await names(app, q="t_s") == ["cat_s"]
    assert await names(app, q="\\") == ["dogs \\ birds"]
    assert await names(app, q="füSSe") == []
    assert await names(app, q="FÜß") == ["Füße"]
    assert await names(app, q="' OR 1=1 --") == []
    assert await names(app, q="") != []
    assert await names(app, source="HUGGINGFACE", sort="name") == ["acme/Cats", "dogs \\ birds"]
    assert await names(app, status=["ERROR", "PENDING"], sort="name") == ["Füße", "cat_s"]
    assert await names(app, status="DOWNLOADED", source="LOCAL", q="cat") == ["Cats 100%"]
    assert await names(app, limit=1, status="DOWNLOADED", sort="-name") == ["acme/Cats", "Cats 100%"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 101}, {"limit": -1}, {"limit": "x"}, {"limit": 1.5}, {"limit": "9" * 50},
        {"sort": "id"},
        {"sort": "name; DROP TABLE datasets"}, {"status": "x"}, {"status": "downloaded"}, {"source": "x"},
        {"q": "x" * 201}, {"q": "a\0b"}, {"cursor": "x" * 501},
    ],
)  # fmt: skip
async def test_queries_that_are_refused(client: httpx2.AsyncClient, query: dict[str, Any]) -> None:
    problem_of(await client.get("/datasets", params=query), 422, "INVALID_REQUEST")


NOW, SOME = "2026-01-01T00:00:00+00:00", str(uuid4())
JUNK_CURSORS = [
    "x", "====", "ü", "\0", "W10", "bnVsbA", "e30", "W1tbW1tbW1tbW1tbXV1dXV1dXV1dXV1dXQ", "////", "a" * 500,
    *(base64.urlsafe_b64encode(json.dumps(place).encode()).decode() for place in (
        [], [NOW], [NOW, SOME, SOME], [None, SOME], [NOW, None], [NOW, "x"], [NOW, 5], [5, SOME], [5.5, SOME],
        [True, SOME], [[NOW], SOME], ["2026-01-01T00:00:00", SOME], ["2026-99-01T00:00:00+00:00", SOME], ["", SOME],
        ["0001-01-01T00:00:00+23:59", SOME], ["9999-12-31T23:59:59-23:59", SOME], [2**70, SOME], [2**63, SOME],
        ["a\0b", SOME], {"a": 1}, "x",
    )),
]  # fmt: skip


async def test_cursors_that_are_none(app: App) -> None:
    await insert_dataset(app.sessions)
    for cursor in JUNK_CURSORS:
        for sort in ("-created_at", "name", "num_samples"):
            response = await app.client.get("/datasets", params={"cursor": cursor, "sort": sort})
            assert response.status_code in (200, 422), (cursor, sort, response.text)
            if response.status_code == 422:
                problem_of(response, 422, "INVALID_REQUEST")
        problem_of(await app.client.get("/jobs", params={"cursor": cursor}), 422, "INVALID_REQUEST")


async def test_show(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage, name="cats")
    body = (await app.client.get(f"/datasets/{dataset_id}")).json()
    assert body["metadata"]["schema"]["all_columns"] == ["text", "label", "note"]
    assert body["metadata"]["schema"]["column_info"] == {"text": "string", "label": "int64", "note": "string"}
    assert body["metadata"]["schema"]["text_columns"] == ["text"]
    assert body["metadata"]["splits"]["test"]["num_samples"] == 6
    assert body["raw_path"].startswith(f"datasets/raw/{dataset_id}/")
    assert body["tokenized_path"] is None
    [card] = (await app.client.get("/datasets")).json()["items"]
    assert {key: body[key] for key in card} == card


async def test_the_latest_tokenization_is_mirrored(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    await make_tokenization(app.sessions, app.storage, dataset_id, max_length=8)
    latest = await make_tokenization(app.sessions, app.storage, dataset_id, max_length=12)
    body = (await app.client.get(f"/datasets/{dataset_id}")).json()
    assert body["status"] == "TOKENIZED"
    assert f"/{latest}/" in body["tokenized_path"]
    assert body["metadata"]["tokenization_config"]["max_length"] == 12
    assert body["metadata"]["tokenization_stats"]["total"]["num_samples"] == 36


async def test_statistics(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    path = f"/datasets/{dataset_id}/statistics"
    empty = (await app.client.get(path)).json()
    assert (empty["tokenizations"], empty["latest"]) == ([], None)
    tokenization_id = await make_tokenization(app.sessions, app.storage, dataset_id, max_length=6)
    body = (await app.client.get(path)).json()
    assert body["dataset_id"] == str(dataset_id)
    assert (body["num_samples"], body["splits"]) == (36, {"train": 30, "test": 6})
    assert [(c["name"], c["dtype"], c["is_text"]) for c in body["columns"]] == [
        ("text", "string", True),
        ("label", "int64", False),
        ("note", "string", False),
    ]
    [tokenization] = body["tokenizations"]
    assert tokenization["id"] == str(tokenization_id)
    total = tokenization["statistics"]["total"]
    assert total == body["latest"]
    assert tokenization["statistics"]["split_distribution"] == {"train": 30, "test": 6}
    assert total["num_samples"] == 36
    assert total["num_tokens"] + total["padding_tokens"] == 36 * 6
    assert list(total["length_distribution"]) == [
        "0-50", "50-100", "100-200", "200-500", "500-1000", "1000-2000", "2000-5000", "5000+"
    ]  # fmt: skip
    assert total["vocab_size"] == total["unique_tokens"]


async def test_rename_and_columns(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage, name="before")
    path = f"/datasets/{dataset_id}"
    body = (await app.client.patch(path, json={"name": " ../after "})).json()
    assert body["name"] == "../after"
    body = (await app.client.patch(path, json={"text_columns": ["text", "note"], "separator": ""})).json()
    schema = body["metadata"]["schema"]
    assert (schema["text_columns"], schema["is_multi_column"], schema["separator"]) == (["text", "note"], True, "")
    assert (await app.client.patch(path, json={})).json()["name"] == "../after"
    assert (await app.client.get(path)).json()["metadata"] == body["metadata"]
    assert await app.sql("SELECT name FROM datasets") == [{"name": "../after"}]
    assert sorted(path.name for path in app.storage.root.iterdir()) == ["datasets"]


async def test_a_rename_keeps_what_a_job_writes_meanwhile(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    await make_tokenization(app.sessions, app.storage, dataset_id)
    body = (await app.client.patch(f"/datasets/{dataset_id}", json={"text_columns": ["note"]})).json()
    assert body["metadata"]["tokenization_stats"] is not None
    assert body["metadata"]["splits"]["train"]["num_samples"] == 30


async def test_changes_that_are_refused(app: App) -> None:
    await insert_dataset(app.sessions, name="taken")
    dataset_id = await make_dataset(app.sessions, app.storage, name="mine")
    path = f"/datasets/{dataset_id}"
    problem_of(await app.client.patch(path, json={"name": "taken"}), 409, "NAME_TAKEN")
    problem_of(await app.client.patch(path, json={"text_columns": ["text", "none"]}), 422, "COLUMN_NOT_FOUND")
    junk: list[Json] = [
        {"name": ""}, {"name": " "}, {"name": "x" * 201}, {"name": "ü" * 201}, {"name": "a\0"},
        {"name": "a\u202eb"},
        {"name": "a\u200bb"}, {"name": "a\x1b[0m"}, {"name": 5}, {"name": ["a"]}, {"text_columns": []},
        {"text_columns": "text"}, {"text_columns": [1]}, {"text_columns": ["\0"]}, {"separator": "x" * 101},
        {"separator": "\0"}, {"status": "TOKENIZED"}, {"raw_path": "/etc"}, {"id": str(uuid4())}, {"metadata": {}},
    ]  # fmt: skip
    for change in junk:
        problem_of(await app.client.patch(path, json=change), 422, "INVALID_REQUEST")
    assert (await app.client.get(path)).json()["name"] == "mine"


async def test_columns_of_data_that_are_not_there_yet(app: App) -> None:
    dataset_id = await insert_dataset(app.sessions)
    response = await app.client.patch(f"/datasets/{dataset_id}", json={"text_columns": ["text"]})
    problem_of(response, 409, "DATASET_NOT_READY")


async def test_delete(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage, name="cats")
    waiting = await make_job(app.sessions, kind=JobKind.TOKENIZE, dataset_id=dataset_id)
    running = await make_job(app.sessions, JobState.RUNNING, kind=JobKind.TOKENIZE, dataset_id=dataset_id)
    response = await app.client.delete(f"/datasets/{dataset_id}")
    assert response.status_code == 202
    body = response.json()
    assert response.headers["location"] == f"/api/v1/jobs/{body['task_id']}"
    assert (body["job"]["kind"], body["job"]["queue"]) == ("delete", "low_priority")
    assert body["dataset"]["deleting"]
    states = {row["id"]: row["state"] for row in await app.sql("SELECT id, state FROM jobs")}
    assert states == {waiting: "cancelled", running: "cancelling", UUID(body["task_id"]): "queued"}
    assert app.queued() == {"low_priority": [body["task_id"]]}
    assert (await app.client.get("/datasets")).json()["total"] == 0
    assert (await app.client.get(f"/datasets/{dataset_id}")).json()["deleting"]
    again = await app.client.delete(f"/datasets/{dataset_id}")
    assert again.json()["task_id"] == body["task_id"]


async def test_what_is_being_deleted_cannot_be_worked_with(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage, name="cats")
    path = f"/datasets/{dataset_id}"
    await app.client.delete(path)
    problem_of(await app.client.patch(path, json={"name": "dogs"}), 404, "DATASET_NOT_FOUND")
    problem_of(await app.client.get(f"{path}/samples"), 404, "DATASET_NOT_FOUND")
    response = await app.client.post(f"{path}/tokenize", json={"tokenizer_name": "a/b"})
    problem_of(response, 404, "DATASET_NOT_FOUND")
    preview = {"dataset_id": str(dataset_id), "rows": [0], "configs": [{"tokenizer_name": "a/b"}]}
    problem_of(await app.client.post("/tokenizers/preview", json=preview), 404, "DATASET_NOT_FOUND")
    assert await insert_dataset(app.sessions, name="cats")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_datasets_that_are_not(app: App, method: str) -> None:
    body = {"json": {"name": "x"}} if method == "PATCH" else {}
    response = await app.client.request(method, f"/datasets/{uuid4()}", **body)  # type: ignore[arg-type]
    problem_of(response, 404, "DATASET_NOT_FOUND")
    for junk in JUNK_IDS:
        response = await app.client.request(method, f"/datasets/{junk}", **body)  # type: ignore[arg-type]
        assert response.status_code in (404, 405, 422)
        assert response.headers["content-type"] == "application/problem+json"


async def test_the_demo_is_made_once(app: App) -> None:
    first = await app.client.post("/datasets/demo")
    assert first.status_code == 202
    body = first.json()
    assert body["job"]["params"] == {"builtin": True}
    assert (await app.client.post("/datasets/demo")).json()["task_id"] == body["task_id"]
    assert app.queued() == {"datasets": [body["task_id"]]}
