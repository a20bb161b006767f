"""Secrets are planted, everything is made to run and to fail, and then all that was left behind is searched."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from redis import Redis

from mistudio.services.secrets import KEY_FILE
from tests.hub.fixtures import LocalHub
from tests.hub.state import BAD_TOKEN, GOOD_TOKEN
from tests.local.waiting import eventually
from tests.stack import MakeStack, Stack, make_stack  # noqa: F401

FROM_ENVIRONMENT = "hf_planted_in_the_environment"
API_TOKEN = "planted-api-token-0123456789"
SECRET_KEY = "planted-secret-key-0123456789"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


class Listener:
    """Everything that is published in Redis."""

    def __init__(self, url: str) -> None:
        self.heard: list[bytes] = []
        self._redis = Redis.from_url(url)
        self._pubsub = self._redis.pubsub()
        self._pubsub.psubscribe("*")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._ended.is_set():
            message = self._pubsub.get_message(timeout=0.1)
            if message is not None and isinstance(message["data"], bytes):
                self.heard.append(message["data"])

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._pubsub.close()
        self._redis.close()


@pytest.fixture
def planted(make_stack: MakeStack, hub: LocalHub) -> Stack:  # noqa: F811
    stack = make_stack(
        HF_TOKEN=FROM_ENVIRONMENT,
        MISTUDIO_API_TOKEN=API_TOKEN,
        MISTUDIO_SECRET_KEY=SECRET_KEY,
        MISTUDIO_LOG_LEVEL="DEBUG",
        MISTUDIO_RETRIES="1",
    )
    stack.client.headers["Authorization"] = f"Bearer {API_TOKEN}"
    stack.start_api()
    stack.start_worker()
    stack.wait_ready()
    return stack


@pytest.fixture
def listener(planted: Stack) -> Iterator[Listener]:
    listener = Listener(planted.valkey.url())
    yield listener
    listener.close()


def run_and_fail(stack: Stack, hub: LocalHub, said: list[str]) -> None:
    """Everything that touches a token, under a good one, a bad one and the environment's."""

    def note(answer: httpx2.Response) -> None:
        answer.read()
        said.append(f"{answer.status_code} {answer.headers} {answer.text}")

    stack.client.event_hooks["response"].append(note)
    for token in (None, GOOD_TOKEN, BAD_TOKEN):
        if token is not None:
            assert stack.client.put("/settings", json={"hf_token": token}).status_code == 200
        for name in ("acme/tiny", "acme/gated", "acme/secret", "acme/none"):
            accepted = stack.download(name, max_samples=5)
            ended = stack.wait_for(accepted["task_id"], "succeeded", "failed")
            stack.get(f"/jobs/{ended['id']}/log")
        stack.client.get("/hub/datasets", params={"q": "secret"})
        stack.client.get("/hub/datasets/acme/gated")
        stack.client.get("/hub/tokenizers/acme/gated-bpe")
    hub.state.fault("acme/tiny", "status", status=500)
    broken = stack.download("acme/tiny", max_samples=7, display_name="broken")
    stack.wait_for(broken["task_id"], "failed")
    dataset_id = stack.dataset()
    for tokenizer in ("acme/gated-bpe", "acme/none"):
        tokenized = stack.tokenize(dataset_id, tokenizer)
        stack.wait_for(tokenized["task_id"], "failed", "succeeded")
    stack.client.post("/tokenizers/preview", json={"texts": ["x"], "configs": [{"tokenizer_name": "acme/none"}]})
    stack.client.put("/settings", json={"hf_token": "not a token \u202e"})
    stack.client.post("/session", json={"token": API_TOKEN})
    for path in ("/settings", "/datasets", "/jobs", "/storage", "/metrics"):
        assert stack.client.get(path).status_code == 200


def database(stack: Stack) -> str:
    dumped = [stack.postgres.sql(f"SELECT row_to_json(t) FROM {table} t", stack.database)
              for [table] in stack.sql(TABLES)]  # fmt: skip
    return "\n".join(dumped)


def redis_dump(stack: Stack) -> str:
    with Redis.from_url(stack.valkey.url()) as redis:
        return "\n".join(repr(redis.dump(key)) for key in redis.scan_iter())


def files(root: Path) -> Iterator[tuple[Path, bytes]]:
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()


@pytest.mark.timeout(400)
def test_no_secret_is_found_anywhere(planted: Stack, hub: LocalHub, listener: Listener) -> None:
    said: list[str] = []
    run_and_fail(planted, hub, said)
    eventually(lambda: any(b"failed" in message for message in listener.heard))
    database_password = planted.environment["DATABASE_URL"].partition("://")[2].partition("@")[0].partition(":")[2]
    redis_password = planted.valkey.url().partition("://:")[2].partition("@")[0]
    found = {
        "the database": database(planted),
        "Redis": redis_dump(planted),
        "events": b"\n".join(listener.heard).decode(),
        "the log of the API": planted.log("api"),
        "the log of the worker": planted.log("worker"),
        "responses": "\n".join(said),
    }
    for where, text in found.items():
        assert len(text) > 100, where
        for secret in (
            FROM_ENVIRONMENT,
            GOOD_TOKEN,
            BAD_TOKEN,
            API_TOKEN,
            SECRET_KEY,
            database_password,
            redis_password,
        ):
            assert secret not in text, f"{secret} in {where}"
    for path, content in files(planted.data):
        for secret in (FROM_ENVIRONMENT, GOOD_TOKEN, BAD_TOKEN, API_TOKEN, SECRET_KEY):
            assert secret.encode() not in content, f"{secret} in {path}"
    assert not (planted.data / KEY_FILE).exists()
    kept = json.loads(planted.postgres.sql("SELECT secrets FROM installation", planted.database))
    assert kept["hf_token"].startswith("gAAAA")  # a Fernet token, and nothing else
    assert any(str(entry.authorized) == "True" for entry in hub.state.log)
