"""Downloads from a Hub that misbehaves, and by workers that are killed, through the whole stack."""

import time

from tests.hub.fixtures import LocalHub
from tests.hub.state import GOOD_TOKEN
from tests.local.waiting import eventually
from tests.stack import Stack


def left_behind(stack: Stack) -> list[str]:
    """Files of downloads that no dataset points to."""
    staging = stack.data / ".staging"
    return [str(path) for path in staging.rglob("*") if path.is_file()] if staging.exists() else []


def test_a_question_about_the_hub_is_answered_by_a_worker(stack: Stack, hub: LocalHub) -> None:
    found = stack.get("/hub/datasets/acme/tiny")
    assert [config["name"] for config in found["configs"]] == ["plain", "extra"]
    began = time.monotonic()
    shown = stack.get("/hub/rows?name=acme/large")
    assert len(shown["rows"]) == 20
    assert time.monotonic() - began < 10
    assert stack.get("/hub/tokenizers/acme/bpe")["vocab_size"] == 321


def test_a_download_becomes_a_dataset_of_its_commit(stack: Stack, hub: LocalHub) -> None:
    accepted = stack.download("acme/tiny", config="plain", split="test")
    stack.wait_for(accepted["task_id"])
    dataset = stack.get(f"/datasets/{accepted['dataset']['id']}")
    sha = hub.state.repositories["datasets", "acme/tiny"].branches["main"]
    assert (dataset["status"], dataset["num_samples"], dataset["splits"]) == ("DOWNLOADED", 300, {"test": 300})
    assert dataset["metadata"]["source"]["revision"] == sha
    assert left_behind(stack) == []


def test_a_gated_download_says_where_to_ask(stack: Stack, hub: LocalHub) -> None:
    failed = stack.wait_for(stack.download("acme/gated")["task_id"], "failed")
    assert failed["error"]["code"] == "HUB_GATED"
    assert failed["error"]["extra"]["url"] == f"{hub.endpoint}/datasets/acme/gated"
    assert left_behind(stack) == []


def test_a_token_given_in_the_settings_opens_the_gate(stack: Stack, hub: LocalHub) -> None:
    stack.client.put("/settings", json={"hf_token": GOOD_TOKEN}).raise_for_status()
    try:
        job = stack.wait_for(stack.download("acme/gated")["task_id"])
        assert GOOD_TOKEN not in str(job) + str(stack.get(f"/jobs/{job['id']}/log"))
    finally:
        stack.client.put("/settings", json={"hf_token": ""}).raise_for_status()
    assert all(GOOD_TOKEN not in stack.log(name) for name in stack.processes)


def test_a_rate_limit_is_obeyed_and_shown(stack: Stack, hub: LocalHub) -> None:
    hub.state.fault("/tree/", "status", status=429, headers={"Retry-After": "2"}, times=1)
    accepted = stack.download("acme/lines")
    waiting = stack.wait_for(accepted["task_id"], "retrying")
    assert "2 seconds" in waiting["message"]
    asked = len(hub.state.requests("/tree/"))
    stack.wait_for(accepted["task_id"])
    assert asked == 1


def test_a_cancelled_download_leaves_nothing(stack: Stack, hub: LocalHub) -> None:
    hub.state.fault("GET /files/", "stall", after=100_000)
    accepted = stack.download("acme/large")
    eventually(lambda: left_behind(stack), 60)
    stack.post(f"/jobs/{accepted['task_id']}/cancel")
    stack.wait_for(accepted["task_id"], "cancelled")
    eventually(lambda: not left_behind(stack), 30)


def test_a_killed_worker_costs_only_what_it_had_not_written(stack: Stack, hub: LocalHub) -> None:
    tree = next(iter(hub.state.repositories["datasets", "acme/large"].commits.values()))
    size, oid = tree["train.parquet"].size, tree["train.parquet"].sha256
    hub.state.fault("GET /files/", "stall", after=size * 9 // 10)
    accepted = stack.download("acme/large")
    eventually(lambda: any(p.stat().st_size >= size * 9 // 10 for p in stack.data.rglob(oid)), 60)
    stack.kill("worker")
    hub.state.faults.clear()
    hub.state.log.clear()
    stack.start_worker()
    stack.wait_for(accepted["task_id"], timeout_s=120)
    assert sum(entry.sent for entry in hub.state.requests("/files/")) <= size // 10 + 1
    assert left_behind(stack) == []
