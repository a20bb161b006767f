"""schemathesis over the whole OpenAPI document, against real processes: no 5xx, every response as described."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub.fixtures import LocalHub
from tests.stack import Stack, make_stack, stack  # noqa: F401

# 503 is an answer: a worker that is busy with other questions. 507 likewise: a disk that is full. What a valid
# request asks for need not exist, so that only invalid ones have an answer that the document tells.
SETTINGS = """
hooks = "tests.hostile.schema_hooks"
[generation]
max-examples = {examples}
database = "none"
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503, 507]
positive_data_acceptance.enabled = false
[[operations]]
include-method = "GET"
[operations.parameters]
"path.dataset_id" = "{dataset_id}"
"path.tokenization_id" = "{tokenization_id}"
"path.job_id" = "{job_id}"
"path.name" = "acme/tiny"
"""
ROOT = Path(__file__).parents[2]
EXAMPLES = 3


@pytest.mark.timeout(400)
def test_every_response_is_as_described(stack: Stack, hub: LocalHub, tmp_path: Path) -> None:  # noqa: F811
    dataset_id = stack.dataset()
    made = stack.tokenize(dataset_id)
    stack.wait_for(made["task_id"])
    settings = tmp_path / "schemathesis.toml"
    ids = {"dataset_id": dataset_id, "tokenization_id": made["tokenization"]["id"], "job_id": made["task_id"]}
    settings.write_text(SETTINGS.format(examples=EXAMPLES, **ids))
    program = Path(sys.executable).with_name("schemathesis")
    run = subprocess.run(
        [
            program, "--config-file", settings, "run", f"http://127.0.0.1:{stack.port}/openapi.json",
            "--phases", "examples,coverage,fuzzing,stateful", "--seed", "1", "--continue-on-failure",
            "--no-shrink", "--no-color", "--request-timeout", "20", "--warnings", "off",
        ],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=350,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "unexpected error" not in stack.log("api")
    assert stack.running("api")
    assert stack.running("worker")
