"""/tokenizations: show, rows, delete."""

from uuid import uuid4

import pytest

from mistudio.schemas.job import JobKind
from tests.app import App, problem_of
from tests.factories import make_dataset, make_tokenization


async def test_list_and_show(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    assert (await app.client.get(f"/datasets/{dataset_id}/tokenizations")).json() == {"items": []}
    first = await make_tokenization(app.sessions, app.storage, dataset_id, max_length=8)
    second = await make_tokenization(app.sessions, app.storage, dataset_id, max_length=12)
    items = (await app.client.get(f"/datasets/{dataset_id}/tokenizations")).json()["items"]
    assert [item["id"] for item in items] == [str(first), str(second)]
    shown = (await app.client.get(f"/tokenizations/{second}")).json()
    assert shown == items[1]
    assert (shown["status"], shown["dataset_id"], shown["num_samples"]) == ("READY", str(dataset_id), 36)
    assert shown["columns"] == ["input_ids", "attention_mask"]
    assert shown["tokenizer"]["vocab_size"] > 300
    assert shown["engine"]["name"]
    assert len(shown["content_hash"]) >= 32
    assert shown["path"].startswith(f"datasets/tokenized/{dataset_id}/{second}/")
    assert list(shown["statistics"]["splits"]) == ["train", "test"]


async def test_rows(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    tokenization_id = await make_tokenization(app.sessions, app.storage, dataset_id)
    path = f"/tokenizations/{tokenization_id}/samples"
    page = (await app.client.get(path, params={"split": "test", "offset": 4, "limit": 5})).json()
    assert [feature["name"] for feature in page["features"]] == ["input_ids", "attention_mask", "pieces"]
    assert (page["num_rows_total"], [row["row_idx"] for row in page["rows"]]) == (6, [4, 5])
    row = page["rows"][0]["row"]
    assert len(row["input_ids"]) == len(row["attention_mask"]) == len(row["pieces"]) == 16
    shown = [piece for piece, mask in zip(row["pieces"], row["attention_mask"], strict=True) if mask]
    assert "".join(shown).replace("<bos>", "") == "a dog ran over water 4"
    problem_of(await app.client.get(path, params={"split": "none"}), 404, "SPLIT_NOT_FOUND")
    for query in ({"limit": 0}, {"limit": 101}, {"offset": -1}, {"offset": 2**53}, {"split": "x" * 101}):
        problem_of(await app.client.get(path, params=query), 422, "INVALID_REQUEST")


async def test_a_result_that_is_not_there_yet(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    asked = await app.client.post(f"/datasets/{dataset_id}/tokenize", json={"tokenizer_name": "a/b"})
    tokenization_id = asked.json()["tokenization"]["id"]
    problem_of(await app.client.get(f"/tokenizations/{tokenization_id}/samples"), 409, "TOKENIZATION_NOT_READY")


async def test_delete(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    kept = await make_tokenization(app.sessions, app.storage, dataset_id, max_length=8)
    gone = await make_tokenization(app.sessions, app.storage, dataset_id, max_length=12)
    response = await app.client.delete(f"/tokenizations/{gone}")
    assert response.status_code == 202
    body = response.json()
    assert (body["job"]["kind"], body["job"]["tokenization_id"]) == ("delete", str(gone))
    assert response.headers["location"] == f"/api/v1/jobs/{body['task_id']}"
    assert f"/{kept}/" in body["dataset"]["tokenized_path"]
    assert app.queued() == {"low_priority": [body["task_id"]]}
    problem_of(await app.client.get(f"/tokenizations/{gone}"), 404, "TOKENIZATION_NOT_FOUND")
    problem_of(await app.client.get(f"/tokenizations/{gone}/samples"), 404, "TOKENIZATION_NOT_FOUND")
    problem_of(await app.client.delete(f"/tokenizations/{gone}"), 404, "TOKENIZATION_NOT_FOUND")
    items = (await app.client.get(f"/datasets/{dataset_id}/tokenizations")).json()["items"]
    assert [item["id"] for item in items] == [str(kept)]


async def test_the_last_one_takes_the_mirror_with_it(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    tokenization_id = await make_tokenization(app.sessions, app.storage, dataset_id)
    dataset = (await app.client.delete(f"/tokenizations/{tokenization_id}")).json()["dataset"]
    assert (dataset["status"], dataset["tokenized_path"]) == ("DOWNLOADED", None)
    assert dataset["metadata"]["tokenization_config"] is None
    assert dataset["metadata"]["tokenization_stats"] is None


async def test_deleting_one_that_waits_cancels_its_job(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    asked = (await app.client.post(f"/datasets/{dataset_id}/tokenize", json={"tokenizer_name": "a/b"})).json()
    deleted = await app.client.delete(f"/tokenizations/{asked['tokenization']['id']}")
    assert deleted.status_code == 202
    rows = await app.sql("SELECT kind, state FROM jobs ORDER BY created_at")
    assert rows == [{"kind": "tokenize", "state": "cancelled"}, {"kind": "delete", "state": "queued"}]
    again = await app.client.post(f"/datasets/{dataset_id}/tokenize", json={"tokenizer_name": "a/b"})
    assert again.status_code == 202
    assert again.json()["tokenization"]["id"] != asked["tokenization"]["id"]
    assert len(await app.sql("SELECT id FROM jobs WHERE kind = :kind", kind=JobKind.TOKENIZE)) == 2


@pytest.mark.parametrize("junk", ["1", "..", "%2e%2e", "a" * 300, "%00", "\xfc"])
async def test_tokenizations_that_are_not(app: App, junk: str) -> None:
    for path in ("", "/samples"):
        problem_of(await app.client.get(f"/tokenizations/{uuid4()}{path}"), 404, "TOKENIZATION_NOT_FOUND")
        response = await app.client.get(f"/tokenizations/{junk}{path}")
        assert response.status_code in (404, 422)
        assert response.headers["content-type"] == "application/problem+json"
