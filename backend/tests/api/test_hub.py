"""GET /hub/…: the routes, with the worker's part done in this process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import orjson
import pytest
from redis.asyncio import Redis

from mistudio.db.models import Job
from mistudio.services import hub_service, preview_service
from mistudio.services.secrets import keep_hub_token
from mistudio.workers.child import Reporter
from mistudio.workers.kinds.hub import hub_work
from tests.app import App, MakeApp, problem_of
from tests.hub.fixtures import LocalHub
from tests.hub.state import BAD_TOKEN, GOOD_TOKEN


def at_once(app: App, token: str | None) -> Callable[[UUID, str], Awaitable[None]]:
    """Stands for the worker: the question is answered as its child would answer it."""

    async def answer(job_id: UUID, queue: str) -> None:
        async with app.sessions() as session:
            job = await session.get(Job, job_id)
        assert job is not None
        assert (queue, job.queue, str(job.kind)) == ("high_priority", "high_priority", "preview")
        assert GOOD_TOKEN not in str(job.params)
        work = hub_work(job.params, app.storage, app.settings, token)
        said = await asyncio.to_thread(work, Reporter(-1))
        async with Redis.from_url(app.settings.redis_url.get_secret_value()) as redis:
            await redis.rpush(preview_service.answer_key(job_id), orjson.dumps(said))

    return answer


@pytest.fixture
async def hub_app(make_app: MakeApp, hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> App:
    hub_service.forget()
    app = await make_app({"HF_ENDPOINT": hub.endpoint})
    monkeypatch.setattr(preview_service, "_ring", at_once(app, None))
    return app


async def test_search(hub_app: App, hub: LocalHub) -> None:
    response = await hub_app.client.get("/hub/datasets", params={"q": "ti"})
    assert response.status_code == 200
    assert [hit["name"] for hit in response.json()] == ["acme/tiny", "acme/hostile"]
    assert response.json()[0]["downloads"] == 900
    assert "license:mit" in response.json()[0]["tags"]
    tokenizers = await hub_app.client.get("/hub/tokenizers", params={"q": "bpe"})
    assert {hit["name"]: hit["gated"] for hit in tokenizers.json()} == {"acme/bpe": False, "acme/gated-bpe": True}


async def test_the_same_search_is_not_asked_twice(hub_app: App, hub: LocalHub) -> None:
    for _ in range(3):
        await hub_app.client.get("/hub/datasets", params={"q": "tiny "})
    assert len(hub.state.requests("/api/datasets")) == 1


async def test_a_token_opens_its_own_answers(hub_app: App, hub: LocalHub) -> None:
    assert (await hub_app.client.get("/hub/datasets", params={"q": "secret"})).json() == []
    async with hub_app.sessions.begin() as session:
        await keep_hub_token(session, hub_app.settings, GOOD_TOKEN)
    found = (await hub_app.client.get("/hub/datasets", params={"q": "secret"})).json()
    assert [(hit["name"], hit["private"]) for hit in found] == [("acme/secret", True)]


async def test_an_unreachable_hub_is_said_within_five_seconds(
    make_app: MakeApp, hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub_service.forget()
    app = await make_app({"HF_ENDPOINT": hub.endpoint})
    hub.state.fault("/api/datasets", "stall")
    monkeypatch.setattr(hub_service, "ANSWER_S", 0.3)
    began = time.monotonic()
    problem_of(await app.client.get("/hub/datasets", params={"q": "x"}), 503, "HUB_UNREACHABLE")
    assert time.monotonic() - began < 3


async def test_a_rate_limit_says_when_to_come_back(hub_app: App, hub: LocalHub) -> None:
    hub.state.fault("/api/datasets", "status", status=429, headers={"Retry-After": "31"})
    response = await hub_app.client.get("/hub/datasets", params={"q": "y"})
    assert problem_of(response, 503, "HUB_RATE_LIMITED")["retry_after"] == 31


@pytest.mark.parametrize("name", ["acme/tiny", "stories"])
async def test_a_dataset(hub_app: App, name: str) -> None:
    response = await hub_app.client.get(f"/hub/datasets/{name}")
    assert response.status_code == 200
    body = response.json()
    assert (body["name"], body["license"], body["default_config"]) == (name, "mit", "plain")
    train = body["configs"][0]["splits"][0]
    assert (train["num_rows"], train["num_files"], train["num_bytes_arrow"], train["is_exact"]) == (
        2000,
        2,
        200000,
        True,
    )
    assert "files" not in train
    assert body["configs"][0]["features"] == {"text": "string", "label": "int64"}


async def test_first_rows(hub_app: App, hub: LocalHub) -> None:
    asked = {"name": "acme/tiny", "config": "extra", "split": "validation"}
    body = (await hub_app.client.get("/hub/rows", params=asked)).json()
    assert [column["name"] for column in body["columns"]] == ["text", "label"]
    assert (len(body["rows"]), body["text_columns"]) == (20, ["text"])
    again = await hub_app.client.get("/hub/rows", params=asked)
    assert again.json() == body
    assert len(hub.state.requests("validation.jsonl")) == 1


async def test_a_tokenizer(hub_app: App) -> None:
    body = (await hub_app.client.get("/hub/tokenizers/acme/bpe")).json()
    assert (body["vocab_size"], body["model_max_length"], body["model_type"]) == (321, 1024, "BPE")
    assert body["special_tokens"]["eos_token"] == "<eos>"
    assert (hub_app.storage.tokenizer_store() / body["fingerprint"] / "tokenizer.json").is_file()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/hub/datasets/acme/absent", 404, "HUB_NOT_FOUND"),
        ("/hub/datasets/acme/scripted", 422, "HUB_NEEDS_SCRIPT"),
        ("/hub/datasets/acme/images", 422, "HUB_NO_DATA"),
        ("/hub/datasets/acme/tiny?revision=nope", 404, "HUB_REVISION_NOT_FOUND"),
        ("/hub/datasets/acme/tiny?revision=../x", 404, "HUB_REVISION_NOT_FOUND"),
        ("/hub/datasets/text", 422, "HUB_NAME_INVALID"),
        ("/hub/datasets//etc/passwd", 422, "HUB_NAME_INVALID"),
        ("/hub/datasets/acme/..%2f..%2fx", 422, "HUB_NAME_INVALID"),
        ("/hub/datasets/a/b/c", 422, "HUB_NAME_INVALID"),
        ("/hub/datasets/acme/ti%00ny", 422, "HUB_NAME_INVALID"),
        ("/hub/rows?name=acme/tiny&config=nope", 404, "HUB_CONFIG_NOT_FOUND"),
        ("/hub/rows?name=acme/tiny&split=nope", 404, "HUB_SPLIT_NOT_FOUND"),
        ("/hub/rows?name=acme/gated", 403, "HUB_GATED"),
        ("/hub/rows?name=/etc", 422, "HUB_NAME_INVALID"),
        ("/hub/rows", 422, "INVALID_REQUEST"),
        ("/hub/tokenizers/acme/weights", 422, "TOKENIZER_NOT_FOUND"),
        ("/hub/tokenizers/acme/own-code", 422, "TOKENIZER_NEEDS_CODE"),
        ("/hub/tokenizers/acme/gated-bpe", 403, "HUB_GATED"),
    ],
)
async def test_what_is_not_there_says_so(hub_app: App, path: str, status: int, code: str) -> None:
    problem_of(await hub_app.client.get(path), status, code)


async def test_a_bad_token_is_said_and_not_repeated(
    hub_app: App, hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_service, "_ring", at_once(hub_app, BAD_TOKEN))
    response = await hub_app.client.get("/hub/datasets/acme/tiny")
    problem_of(response, 403, "HUB_TOKEN_INVALID")
    assert BAD_TOKEN not in response.text


async def test_nobody_answers(hub_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(job_id: UUID, queue: str) -> None:
        """No worker is there."""

    monkeypatch.setattr(preview_service, "_ring", nobody)
    object.__setattr__(hub_app.settings, "preview_wait_s", 0.1)
    problem_of(await hub_app.client.get("/hub/datasets/acme/tiny"), 503, "BUSY")
