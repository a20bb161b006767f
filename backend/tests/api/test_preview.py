"""POST /tokenizers/preview, and dry runs: a worker answers while the request waits."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from mistudio.core.errors import TokenizerNotFound
from mistudio.local.valkey import LocalValkey
from mistudio.pipeline.sample_name import SAMPLE_TOKENIZER
from mistudio.services import preview_service
from tests.api.working import answer
from tests.app import App, Json, MakeApp, problem_of
from tests.factories import insert_dataset, make_dataset, make_sample_tokenizer

CONFIG: Json = {"tokenizer_name": SAMPLE_TOKENIZER, "max_length": 8, "padding": "do_not_pad"}
Ring = Callable[..., Awaitable[None]]


@pytest.fixture
async def worked(app: App, monkeypatch: pytest.MonkeyPatch) -> App:
    """With a worker, and the tokenizer that it needs."""
    make_sample_tokenizer(app.storage)

    async def ring(job_id: UUID, *_: object) -> None:
        await answer(app, job_id)

    monkeypatch.setattr(preview_service, "_ring", ring)
    return app


async def test_texts(worked: App) -> None:
    texts = ["the if statement", "", "a\0b \u202e ünï \U0001f600"]
    request = {"texts": texts, "configs": [CONFIG, {**CONFIG, "max_length": 2, "add_special_tokens": False}]}
    response = await worked.client.post("/tokenizers/preview", json=request)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["texts"] == texts
    first, second = body["results"]
    assert (first["config"]["max_length"], first["error"]) == (8, None)
    assert [row["num_characters"] for row in first["rows"]] == [len(text) for text in texts]
    pieces = first["rows"][0]["pieces"]
    assert pieces[0]["special"]
    assert "".join(piece["text"] for piece in pieces if not piece["special"]) == texts[0]
    assert second["rows"][0]["num_tokens"] == 2
    assert second["rows"][0]["num_truncated"] > 0
    assert second["rows"][1]["num_tokens"] == 0
    [job] = await worked.sql("SELECT kind, queue, priority, state FROM jobs")
    assert job == {"kind": "preview", "queue": "high_priority", "priority": 10, "state": "succeeded"}
    assert (await worked.client.get("/jobs")).json()["items"] == []


async def test_rows_of_a_dataset(worked: App) -> None:
    rows = {
        "train": [{"text": "one", "note": "1"}],
        "test": [{"text": "two", "note": "2"}, {"text": "a\0b", "note": ""}],
    }
    dataset_id = await make_dataset(worked.sessions, worked.storage, rows)

    async def texts(rows: list[int] | None, split: str | None, **config: object) -> list[str]:
        request = {"dataset_id": str(dataset_id), "split": split, "rows": rows, "configs": [{**CONFIG, **config}]}
        response = await worked.client.post("/tokenizers/preview", json=request)
        assert response.status_code == 200, response.text
        found: list[str] = response.json()["texts"]
        return found

    assert await texts(None, None) == ["one"]
    assert await texts([1, 0], "test") == ["a\0b", "two"]
    assert await texts([0], "test", text_columns=["note", "text"], text_separator=" | ") == ["2 | two"]


async def test_a_packed_configuration(worked: App) -> None:
    packed = {"tokenizer_name": SAMPLE_TOKENIZER, "packing": {"context_size": 16}}
    request = {"texts": ["a text"], "configs": [packed]}
    response = await worked.client.post("/tokenizers/preview", json=request)
    assert response.status_code == 200, response.text
    assert response.json()["results"][0]["config"]["packing"]["context_size"] == 16


async def test_one_configuration_that_fails_does_not_hide_the_others(worked: App) -> None:
    request = {"texts": ["x"], "configs": [{**CONFIG, "tokenizer_name": "local:none"}, CONFIG]}
    first, second = (await worked.client.post("/tokenizers/preview", json=request)).json()["results"]
    assert first["error"]["code"] == "TOKENIZER_NOT_FOUND"
    assert (first["rows"], second["error"], len(second["rows"])) == ([], None, 1)


async def test_a_long_text_is_cut(worked: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_service, "MAX_TEXT", 50)
    request = {"texts": ["ab" * 50], "configs": [CONFIG]}
    body = (await worked.client.post("/tokenizers/preview", json=request)).json()
    assert body["texts"] == ["ab" * 25]


async def test_a_dry_run(worked: App) -> None:
    dataset_id = await make_dataset(worked.sessions, worked.storage)
    path = f"/datasets/{dataset_id}/tokenize?dry_run=true"
    response = await worked.client.post(path, json=CONFIG)
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["dataset"], body["tokenization"], body["job"], body["task_id"]) == (None, None, None, None)
    assert body["dry_run"]["total_samples"] == 36
    assert body["dry_run"]["num_tokens"]["low"] <= body["dry_run"]["num_tokens"]["value"]
    assert await worked.sql("SELECT id FROM tokenizations") == []
    response = await worked.client.post(path, json={**CONFIG, "tokenizer_name": "local:none"})
    problem_of(response, 422, TokenizerNotFound.code)


async def test_questions_that_are_refused(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    ask = {"dataset_id": str(dataset_id), "configs": [CONFIG]}
    junk: list[tuple[Json, int, str]] = [
        ({"configs": [CONFIG]}, 422, "INVALID_REQUEST"),
        ({"texts": ["x"], **ask}, 422, "INVALID_REQUEST"),
        ({"texts": ["x"], "configs": []}, 422, "INVALID_REQUEST"),
        ({"texts": ["x"], "configs": [CONFIG] * 5}, 422, "INVALID_REQUEST"),
        ({"texts": ["x"] * 21, "configs": [CONFIG]}, 422, "INVALID_REQUEST"),
        ({"texts": [1], "configs": [CONFIG]}, 422, "INVALID_REQUEST"),
        ({"texts": "x", "configs": [CONFIG]}, 422, "INVALID_REQUEST"),
        ({"texts": ["x"], "configs": [CONFIG], "more": 1}, 422, "INVALID_REQUEST"),
        ({"texts": ["x"], "configs": [{**CONFIG, "packing": {"context_size": 8}}]}, 422, "INVALID_REQUEST"),
        ({**ask, "rows": [36]}, 422, "INVALID_REQUEST"),
        ({**ask, "rows": [-1]}, 422, "INVALID_REQUEST"),
        ({**ask, "rows": [2**70]}, 422, "INVALID_REQUEST"),
        ({**ask, "rows": [True]}, 422, "INVALID_REQUEST"),
        ({**ask, "rows": [0] * 21}, 422, "INVALID_REQUEST"),
        ({**ask, "split": "../x"}, 404, "SPLIT_NOT_FOUND"),
        ({**ask, "split": "x" * 201}, 422, "INVALID_REQUEST"),
        ({**ask, "configs": [{**CONFIG, "text_columns": ["none"]}]}, 422, "COLUMN_NOT_FOUND"),
        ({**ask, "dataset_id": str(uuid4())}, 404, "DATASET_NOT_FOUND"),
        ({**ask, "dataset_id": "../x"}, 422, "INVALID_REQUEST"),
        ({**ask, "dataset_id": str(await insert_dataset(app.sessions))}, 409, "DATASET_NOT_READY"),
    ]
    for request, status, code in junk:
        response = await app.client.post("/tokenizers/preview", json=request)
        assert (response.status_code, response.json()["code"]) == (status, code), (request, response.text)
    assert await app.sql("SELECT id FROM jobs") == []


async def test_nobody_answers(make_app: MakeApp) -> None:
    app = await make_app({"MISTUDIO_PREVIEW_WAIT_S": "0.1"})
    request = {"texts": ["x"], "configs": [CONFIG]}
    response = await app.client.post("/tokenizers/preview", json=request)
    problem = problem_of(response, 503, "BUSY")
    assert response.headers["retry-after"] == "1"
    assert app.queued() == {"high_priority": [problem["job_id"]]}
    assert (await app.client.get(f"/jobs/{problem['job_id']}")).json()["state"] == "queued"


async def test_no_broker(make_app: MakeApp, valkey: LocalValkey) -> None:
    app = await make_app()
    valkey.kill()
    request = {"texts": ["x"], "configs": [CONFIG]}
    problem_of(await app.client.post("/tokenizers/preview", json=request), 503, "BUSY")
    valkey.start()
