"""mistudio.Client and the commands that use it, against a real server and worker."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

import mistudio
from mistudio.client import Client, Tokenization, loading
from mistudio.client.api import ServerAway
from mistudio.client.recipes import OtherFile, RecipeInvalid
from mistudio.core.config import get_settings
from mistudio.core.errors import (
    Cancelled,
    DatasetNotFound,
    EmptyFile,
    HubNotFound,
    QueryFailed,
    QueryTooLarge,
    ServiceBusy,
    TokenizationNotFound,
)
from mistudio.local.network import free_port
from mistudio.schemas.job import JobState
from tests.hub.fixtures import LocalHub
from tests.stack import Stack

NOTEBOOK = Path(__file__).resolve().parents[3] / "docs" / "notebooks" / "first_steps.ipynb"
LINES = b"".join(b'{"text": "a cat sat on hill %d", "label": %d}\n' % (i, i % 3) for i in range(200))


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    with mistudio.Client(f"http://127.0.0.1:{stack.port}") as made:
        yield made


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "lines.jsonl"
    path.write_bytes(LINES)
    return path


@pytest.fixture
def made(client: Client, lines: Path, hub: LocalHub) -> Tokenization:
    """The same for all tests of the module: equal requests find it."""
    dataset = client.datasets.add(lines).wait(60)
    return dataset.tokenize("acme/bpe", max_length=24).wait(60)


def command(stack: Stack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mistudio.cli", *arguments],
        env=stack.environment,
        cwd=stack.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_file_becomes_tokens(client: Client, made: Tokenization) -> None:
    dataset = client.datasets.get("lines")
    assert (dataset.info.num_samples, dataset.info.splits) == (200, {"train": 200})
    assert dataset.samples(limit=1).rows[0].row == {"text": "a cat sat on hill 0", "label": 0}
    assert dataset.metadata().source is not None
    assert [d.name for d in client.datasets.list("lin")] == ["lines"]
    assert [t.id for t in dataset.tokenizations()] == [made.id]
    assert made.statistics.total.num_samples == 200
    assert client.tokenization(made.id).info == made.info


def test_sql(client: Client, made: Tokenization) -> None:
    dataset = client.datasets.get("lines")
    found = dataset.sql("SELECT label, count(*) AS n FROM data GROUP BY label ORDER BY label")
    assert [entry.row for entry in found.rows] == [
        {"label": 0, "n": 67},
        {"label": 1, "n": 67},
        {"label": 2, "n": 66},
    ]
    with pytest.raises(QueryFailed, match="disabled"):
        dataset.sql("SELECT * FROM read_text('/etc/passwd')")
    with pytest.raises(QueryTooLarge):
        dataset.sql("SELECT list(range) FROM range(1000000000)")


def test_a_hub_dataset(client: Client, hub: LocalHub) -> None:
    seen: list[str] = []
    pending = client.datasets.download("acme/tiny", split="test", max_samples=20)
    dataset = pending.wait(60, progress=lambda job: seen.append(job.state))
    assert dataset.info.splits == {"test": 20}
    assert seen[-1] == "succeeded"
    # The same commit again is the same dataset, whatever the request was called.
    other = client.datasets.download("acme/tiny", split="test", max_samples=20, revision="main").wait(60)
    assert other.id == dataset.id


def test_load_in_place(made: Tokenization, stack: Stack) -> None:
    found = made.load()
    assert made.info.path is not None
    assert found["train"].cache_files[0]["filename"].startswith(str(stack.data / made.info.path))
    assert found["train"].num_rows == 200


def test_load_from_another_machine(
    made: Tokenization, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LOOPBACK_NAMES", ())
    found = made.load(tmp_path)
    expected = load_from_disk(str(stack.data / str(made.info.path)))
    assert list(found) == list(expected)
    assert found["train"].features == expected["train"].features
    assert found["train"].to_dict() == expected["train"].to_dict()
    assert made.load(tmp_path)["train"].num_rows == 200


def test_exports(made: Tokenization, tmp_path: Path) -> None:
    export = made.export("bin", append_eos=False).wait(60)
    assert export.info.details is not None
    assert export.info.details["dtype"] == "uint16"
    folder = export.download(tmp_path / "bin")
    assert {p.name for p in folder.iterdir()} == {"train.bin", "train.idx", "export.json", "mistudio.json"}
    assert (folder / "train.bin").stat().st_size == 2 * made.statistics.total.num_tokens
    assert export.info.id in [e.info.id for e in made.exports()]
    again = made.export("bin", append_eos=False)
    assert again.wait().info == export.info
    export.delete()
    assert export.info.id not in [e.info.id for e in made.exports()]


def test_a_server_does_not_write_outside_the_folder(made: Tokenization, tmp_path: Path) -> None:
    export = made.export("jsonl").wait(60)
    assert export.info.files is not None
    for path in ("../outside", "/etc/outside"):
        export.info.files[0].path = path
        with pytest.raises(ValueError, match="outside"):
            export.download(tmp_path)


def test_verify(made: Tokenization) -> None:
    said = made.verify(rows=10)
    assert {c.name: (c.status, c.detail) for c in said.checks if c.status != "passed"} == {}
    assert said.ok
    assert 0 < said.num_rows_compared <= 10


def test_a_long_verification_is_waited_for(
    made: Tokenization, stack: Stack, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = made.verify(rows=3)
    call = client.api.call

    def too_slow(method: str, path: str, **options: Any) -> Any:
        if path.endswith("/verify"):
            ((job_id,),) = stack.sql(
                "SELECT id FROM jobs WHERE params->>'what' = 'verify' ORDER BY created_at DESC LIMIT 1"
            )
            raise ServiceBusy(job_id=job_id)
        return call(method, path, **options)

    monkeypatch.setattr(client.api, "call", too_slow)
    assert made.verify(rows=3) == answer


def test_errors_are_the_servers(client: Client, tmp_path: Path, hub: LocalHub) -> None:
    with pytest.raises(DatasetNotFound):
        client.datasets.get("00000000-0000-0000-0000-000000000000")
    with pytest.raises(TokenizationNotFound):
        client.tokenization("00000000-0000-0000-0000-000000000000")
    with pytest.raises(HubNotFound):
        client.datasets.download("acme/absent").wait(60)
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(EmptyFile):
        client.datasets.add(empty).wait(60)
    with pytest.raises(ServerAway, match="make run"):
        Client(f"http://127.0.0.1:{free_port()}").datasets.list()


def test_cancel_and_delete(client: Client, lines: Path, hub: LocalHub) -> None:
    dataset = client.datasets.add(lines, "to go", split="validation").wait(60)
    pending = dataset.tokenize("acme/bpe", max_length=9)
    pending.cancel()
    assert pending.job is not None
    if pending.job.state != JobState.SUCCEEDED:
        with pytest.raises(Cancelled):
            pending.wait(60)
    dataset.delete().wait(60)
    with pytest.raises(DatasetNotFound):
        client.datasets.get(dataset.id)


def test_a_recipe_gives_the_same_result(made: Tokenization, client: Client, lines: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mistudio.json"
    recipe.write_text(json.dumps(made.recipe()))
    client.datasets.get("lines").delete().wait(60)  # as on another machine
    again = client.run(recipe, file=lines)
    assert again.same
    assert [(c.name, c.same) for c in again.comparisons] == [
        ("raw data", True), ("tokenizer", True), ("content", True),
    ]  # fmt: skip
    assert again.tokenization.id != made.id
    other = tmp_path / "other.jsonl"
    other.write_bytes(LINES + b'{"text": "one more", "label": 1}\n')
    with pytest.raises(OtherFile):
        client.run(recipe, file=other)
    with pytest.raises(RecipeInvalid, match="give it"):
        client.run(recipe)


def test_run_says_whether_it_is_the_same(stack: Stack, hub: LocalHub, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    text = """
        source: {repo_id: acme/lines, split: validation}
        config: {tokenizer_name: acme/bpe, packing: {context_size: 16}}
    """
    recipe.write_text(text)
    first = command(stack, "run", str(recipe))
    assert first.returncode == 0, first.stderr
    assert "names no content hash" in first.stdout
    tokenization = first.stdout.split("\n")[-3].split()[0]
    written = stack.get(f"/tokenizations/{tokenization}/recipe")
    assert written["source"]["repo_id"] == "acme/lines"
    (tmp_path / "mistudio.json").write_text(json.dumps(written))
    second = command(stack, "run", str(tmp_path / "mistudio.json"))
    assert (second.returncode, "The result is the same." in second.stdout) == (0, True), second.stderr
    recipe.write_text(text + f"\n        content_hash: '{'0' * 32}'\n")
    third = command(stack, "run", str(recipe))
    assert (third.returncode, "not the same" in third.stdout) == (1, True), third.stderr


def test_verify_and_export_commands(stack: Stack, made: Tokenization, tmp_path: Path) -> None:
    verified = command(stack, "verify", "lines", "--rows", "5")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert verified.stdout.count("✓") == 6
    exported = command(stack, "export", made.id, "--format", "jsonl", "--pieces", "--to", str(tmp_path / "out"))
    assert exported.returncode == 0, exported.stderr
    assert len((tmp_path / "out" / "train.jsonl").read_text().splitlines()) == 200
    refused = command(stack, "export", made.id, "--format", "saelens")
    assert refused.returncode == 1
    assert "packing" in refused.stderr
    # A damaged file is found, and said by the exit status.
    (file,) = (stack.data / str(made.info.path) / "train").glob("*.arrow")
    content = file.read_bytes()
    file.write_bytes(content[:-1000] + bytes(200) + content[-800:])
    damaged = command(stack, "verify", made.id)
    file.write_bytes(content)
    assert damaged.returncode == 1
    assert "✗" in damaged.stdout


def test_the_notebook(stack: Stack, hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTUDIO_URL", f"http://127.0.0.1:{stack.port}")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    cells = [c for c in json.loads(NOTEBOOK.read_text())["cells"] if c["cell_type"] == "code"]
    names: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    get_settings.cache_clear()
    names["client"].close()
    assert names["check"].ok
    assert names["again"].same
    assert names["tokens"].num_rows == names["rows"].num_rows
