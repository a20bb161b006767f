"""POST /datasets/{id}/tokenize."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from mistudio.core.errors import TokenizerInvalid
from mistudio.pipeline.sample_name import SAMPLE_TOKENIZER
from mistudio.schemas.job import JobState
from mistudio.services import job_lifecycle
from mistudio.services.job_lifecycle import Lease
from tests.app import App, Json, problem_of
from tests.factories import insert_dataset, make_dataset, make_tokenization


async def ask(app: App, dataset_id: UUID, **config: Any) -> httpx2.Response:
    return await app.client.post(f"/datasets/{dataset_id}/tokenize", json={"tokenizer_name": "acme/bpe", **config})


async def accepted(app: App, dataset_id: UUID, **config: Any) -> Json:
    response = await ask(app, dataset_id, **config)
    assert response.status_code == 202, response.text
    body: Json = response.json()
    assert response.headers["location"] == f"/api/v1/jobs/{body['task_id']}"
    return body


@pytest.fixture
async def dataset_id(app: App) -> UUID:
    return await make_dataset(app.sessions, app.storage)


async def test_the_defaults(app: App, dataset_id: UUID) -> None:
    body = await accepted(app, dataset_id)
    job, tokenization = body["job"], body["tokenization"]
    assert (job["kind"], job["queue"], job["priority"], job["state"]) == ("tokenize", "processing", 7, "queued")
    assert job["tokenization_id"] == tokenization["id"]
    assert (tokenization["status"], tokenization["num_tokens"], tokenization["path"]) == ("QUEUED", None, None)
    config = {
        "tokenizer_name": "acme/bpe",
        "tokenizer_revision": None,
        "max_length": 512,
        "padding": "max_length",
        "truncation": "longest_first",
        "add_special_tokens": True,
        "return_attention_mask": True,
        "stride": None,
        "pad_to_multiple_of": None,
        "text_columns": ["text"],
        "text_separator": "\n",
        "packing": None,
        "chat_template": None,
    }
    assert {key: tokenization["config"][key] for key in config} == config
    assert job["params"]["config"] == tokenization["config"]
    assert body["dry_run"] is None
    assert app.queued() == {"processing": [job["id"]]}
    [row] = await app.sql("SELECT status, config FROM tokenizations")
    assert (row["status"], row["config"]) == ("QUEUED", tokenization["config"])


EQUAL: list[Json] = [
    {},
    {"max_length": 512},
    {"padding": "max_length", "stride": None},
    {"text_columns": ["text"], "text_separator": "\n"},
    {"add_special_tokens": True, "packing": None, "chat_template": None},
]
DIFFERENT: list[Json] = [
    {"max_length": 511},
    {"padding": "longest"},
    {"padding": "do_not_pad"},
    {"truncation": "only_first"},
    {"truncation": "do_not_truncate"},
    {"add_special_tokens": False},
    {"return_attention_mask": False},
    {"stride": 10},
    {"pad_to_multiple_of": 8},
    {"text_columns": ["text", "note"]},
    {"text_columns": ["note", "text"]},
    {"text_separator": " "},
    {"tokenizer_revision": "main"},
    {"tokenizer_name": "acme/other"},
    {"tokenizer_name": "local:mine"},
    {"packing": {"context_size": 512}},
    {"packing": {"context_size": 512, "shuffle": True}},
    {"chat_template": {"messages_column": "text"}},
]


async def test_equal_requests_are_one_job_and_different_ones_are_not(app: App, dataset_id: UUID) -> None:
    first = await accepted(app, dataset_id)
    for config in EQUAL:
        body = await accepted(app, dataset_id, **config)
        assert (body["task_id"], body["tokenization"]["id"]) == (first["task_id"], first["tokenization"]["id"])
    jobs = {first["task_id"]}
    for config in DIFFERENT:
        jobs.add((await accepted(app, dataset_id, **config))["task_id"])
    assert len(jobs) == 1 + len(DIFFERENT)
    assert len(await app.sql("SELECT id FROM tokenizations")) == len(jobs)


async def test_a_result_that_is_there_is_the_answer(app: App, dataset_id: UUID) -> None:
    tokenization_id = await make_tokenization(app.sessions, app.storage, dataset_id)
    response = await ask(app, dataset_id, tokenizer_name=SAMPLE_TOKENIZER, max_length=16)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["tokenization"]["id"] == str(tokenization_id)
    assert (body["job"], body["task_id"]) == (None, None)
    assert body["tokenization"]["statistics"]["total"]["num_samples"] == 36
    assert "location" not in response.headers


async def test_after_a_failure_it_is_tried_again(app: App, dataset_id: UUID) -> None:
    first = await accepted(app, dataset_id)
    async with app.sessions.begin() as session:
        job = await job_lifecycle.claim(session, UUID(first["task_id"]), "test", 60)
        assert job is not None
        await job_lifecycle.fail(session, Lease(job.id, job.fence, "test"), TokenizerInvalid("No such file."))
    shown = (await app.client.get(f"/tokenizations/{first['tokenization']['id']}")).json()
    assert (shown["status"], shown["error"]["code"]) == ("ERROR", "TOKENIZER_INVALID")
    again = await accepted(app, dataset_id)
    assert again["task_id"] != first["task_id"]
    assert again["tokenization"]["id"] == first["tokenization"]["id"]
    assert (again["tokenization"]["status"], again["tokenization"]["error"]) == ("QUEUED", None)
    assert await app.sql("SELECT count(*) FROM jobs WHERE state = :s", s=JobState.QUEUED) == [{"count": 1}]


async def test_a_dataset_without_data(app: App) -> None:
    dataset_id = await insert_dataset(app.sessions)
    problem_of(await ask(app, dataset_id), 409, "DATASET_NOT_READY")
    problem_of(await ask(app, uuid4()), 404, "DATASET_NOT_FOUND")
    assert await app.sql("SELECT id FROM tokenizations") == []


async def test_what_can_be_said_at_once_is_said_at_once(app: App, dataset_id: UUID) -> None:
    problem = problem_of(await ask(app, dataset_id, text_columns=["text", "none"]), 422, "COLUMN_NOT_FOUND")
    assert problem["column"] == "none"
    chat = {"chat_template": {"messages_column": "messages"}}
    problem_of(await ask(app, dataset_id, **chat), 422, "COLUMN_NOT_FOUND")
    numbers = await make_dataset(app.sessions, app.storage, {"train": [{"text": "a", "n": 1}]})
    await app.sql("UPDATE datasets SET metadata = jsonb_set(metadata, '{schema,text_columns}', '[]')")
    problem_of(await ask(app, numbers), 422, "NO_TEXT_COLUMN")
    await app.sql("UPDATE datasets SET num_samples = 0")
    problem_of(await ask(app, numbers), 422, "EMPTY_DATASET")
    assert app.queued() == {}


NOT_TOKENIZERS = [
    "", "/etc", "/etc/passwd", "..", "../../x", "text/../..", "http://169.254.169.254", "hf://x", "file:///etc",
    "a/b/c", "a b", "a\0b", "a/b\u202e", "%252e%252e", "local:", "local:..", "local:../x", "local:/etc",
    "local:a/b",
    "local:a\\b", "local:.hidden", "local:a\0", "local:%2e%2e", "local:" + "x" * 101, "LOCAL:x/y/z", "x" * 201,
    "local:local:x", "ns/" + "x" * 300,
]  # fmt: skip


async def test_names_that_are_no_tokenizer(app: App, dataset_id: UUID) -> None:
    for name in NOT_TOKENIZERS:
        for path in (f"/datasets/{dataset_id}/tokenize", f"/datasets/{dataset_id}/tokenize?dry_run=true"):
            response = await app.client.post(path, json={"tokenizer_name": name})
            assert response.status_code == 422, name
            code = response.json()["code"]
            assert code in ("INVALID_REQUEST", "HUB_NAME_INVALID", "TOKENIZER_NOT_FOUND"), name
        preview = {"texts": ["a"], "configs": [{"tokenizer_name": name}]}
        assert (await app.client.post("/tokenizers/preview", json=preview)).status_code == 422
    assert await app.sql("SELECT id FROM jobs") == []


JUNK: list[Json] = [
    *({"max_length": value} for value in (-1, 0, 2**24 + 1, 2**31, 10**400, 1.5, "x", "8", "", None, [], True)),
    *({"padding": value} for value in ("", "MAX_LENGTH", "max", True, False, None, 0, [])),
    *({"truncation": value} for value in ("", "longest", True, False, None, 0, {})),
    *({"add_special_tokens": value} for value in ("yes", "true", None, 1, [])),
    *({"return_attention_mask": value} for value in ("", None, 0)),
    *({"stride": value} for value in (-1, 512, 513, 2**24, 2**31, "x", 1.5, True)),
    *({"pad_to_multiple_of": value} for value in (0, -8, 2**17, "x")),
    *({"text_columns": value} for value in ([], "text", [1], [None], ["x"] * 1001, {}, ["\0"])),
    *({"text_separator": value} for value in ("x" * 101, "\0", 5, [])),
    *({"tokenizer_revision": value} for value in ("", "a b", "x\0", "x" * 201, "a$b", 5)),
    *({"packing": value} for value in ({}, [], True, 8)),
    *({"packing": {"context_size": value}} for value in (0, -1, 2**24 + 1, 2**31, "8", None, True)),
    *(
        {"packing": {"context_size": 8, **more}}
        for more in (
            {"more": 1}, {"begin_batch_token": "x"}, {"begin_batch_token": -1}, {"begin_batch_token": True},
            {"sequence_separator_token": 2**31}, {"seed": -1}, {"seed": 2**63}, {"shuffle": "maybe"},
            {"shuffle": 1},
        )
    ),
    *(
        {"packing": {"context_size": 8}, **clash}
        for clash in (
            {"max_length": 8}, {"max_length": 512}, {"padding": "longest"}, {"truncation": "only_first"},
            {"stride": 2}, {"pad_to_multiple_of": 8},
        )
    ),
    {"stride": 5, "truncation": "do_not_truncate"},
    *({"chat_template": value} for value in ([], "x", {"more": 1}, {"messages_column": "\0"})),
    *({"chat_template": value} for value in ({"messages_column": None}, {"add_generation_prompt": "yes"})),
    {"tokenizer_name": None}, {"tokenizer_name": 5}, {"tokenizer_name": ["a"]}, {"more": 1}, {"num_proc": 4},
    {"trust_remote_code": True}, {"cache_dir": "/etc"}, {"use_fast": False}, {"max_Length": 5},
]  # fmt: skip


async def test_configurations_that_are_refused(app: App, dataset_id: UUID) -> None:
    for config in JUNK:
        response = await ask(app, dataset_id, **config)
        problem_of(response, 422, "INVALID_REQUEST")
    path = f"/datasets/{dataset_id}/tokenize"
    for text in (b"", b"[]", b'{"tokenizer_name": "acme/bpe", "max_length": NaN}', b'{"max_length": 5}',
                 b'{"tokenizer_name": "acme/bpe", "max_length": Infinity}'):  # fmt: skip
        response = await app.client.post(path, content=text, headers={"content-type": "application/json"})
        problem_of(response, 422, "INVALID_REQUEST")
    problem_of(
        await app.client.post(f"{path}?dry_run=maybe", json={"tokenizer_name": "a/b"}), 422, "INVALID_REQUEST"
    )
    assert await app.sql("SELECT id FROM tokenizations") == []
    assert app.queued() == {}


async def test_revisions_that_are_none(app: App, dataset_id: UUID) -> None:
    for revision in ("../x", "a/../b", "/x", "-x", "a//b", "."):
        problem_of(await ask(app, dataset_id, tokenizer_revision=revision), 404, "HUB_REVISION_NOT_FOUND")
    assert app.queued() == {}


async def test_a_packed_result_is_shown_and_its_dataset_can_be_changed(app: App, dataset_id: UUID) -> None:
    packing = {"context_size": 32}
    tokenization_id = await make_tokenization(
        app.sessions, app.storage, dataset_id, max_length=512, packing=packing
    )
    shown = (await app.client.get(f"/tokenizations/{tokenization_id}")).json()
    assert (shown["context_size"], shown["max_length"]) == (32, None)
    for _ in range(2):
        response = await app.client.patch(f"/datasets/{dataset_id}", json={"separator": " "})
        assert response.status_code == 200
        assert response.json()["metadata"]["tokenization_config"]["packing"]["context_size"] == 32
    again = await ask(app, dataset_id, tokenizer_name=SAMPLE_TOKENIZER, packing=packing, text_separator="\n")
    assert (again.status_code, again.json()["tokenization"]["id"]) == (200, str(tokenization_id))


async def test_another_queue(make_app: Any) -> None:
    app = await make_app({"MISTUDIO_TOKENIZE_QUEUE": "datasets"})
    dataset_id = await make_dataset(app.sessions, app.storage)
    body = await accepted(app, dataset_id)
    assert body["job"]["queue"] == "datasets"
    assert app.queued() == {"datasets": [body["task_id"]]}
