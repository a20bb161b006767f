"""A result is verified against its recipe, and every kind of damage is found by the check that is there for it."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mistudio.core.errors import TokenizerNotFound
from mistudio.pipeline.progress import silent
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.verify.checks import Recorded, verify
from mistudio.schemas.verification import Check
from tests.pipeline.finished import Finished, finished

CONFIGS: list[dict[str, Any]] = [
    {"max_length": 16},
    {"max_length": 16, "padding": "longest", "pad_to_multiple_of": 8},
    {"padding": "do_not_pad", "truncation": "do_not_truncate", "return_attention_mask": False},
    {"max_length": 12, "stride": 4},
    {"max_length": 12, "stride": 4, "padding": "longest", "add_special_tokens": False},
    {"packing": {"context_size": 32}},
    {"packing": {"context_size": 7, "begin_sequence_token": "bos", "sequence_separator_token": "eos"}},
    {
        "packing": {
            "context_size": 64,
            "begin_batch_token": None,
            "sequence_separator_token": None,
            "shuffle": True,
        },
        "add_special_tokens": False,
    },
]


def recorded(made: Finished, **changed: Any) -> Recorded:
    facts: dict[str, Any] = {
        "config": made.config,
        "tokenizer": made.result.tokenizer,
        "raw_fingerprint": made.summary.fingerprint,
        "fingerprint": made.fingerprint,
        "content_hash": made.result.content_hash,
        "num_rows": made.result.statistics.split_distribution,
    }
    return Recorded(**{**facts, **changed})


def check(made: Finished, whole: bool = True, **changed: Any) -> dict[str, Check]:
    checks, compared = verify(
        made.raw,
        made.path,
        lambda: made.tokenizer,
        recorded(made, **changed),
        whole=whole,
        num_rows=200,
        seconds=60,
        progress=silent,
    )
    assert compared > 0 or {"failed"} & {c.status for c in checks}
    return {c.name: c for c in checks}


def failed(checks: dict[str, Check]) -> set[str]:
    return {name for name, check in checks.items() if check.status == "failed"}


@pytest.mark.parametrize("options", CONFIGS, ids=str)
def test_a_sound_result_passes(tmp_path: Path, demo_tokenizer: Path, options: dict[str, Any]) -> None:
    checks = check(finished(tmp_path, demo_tokenizer, **options))
    assert {name: (c.status, c.detail) for name, c in checks.items() if c.status != "passed"} == {}
    assert list(checks) == ["recipe", "tokenizer", "identity", "files", "content", "rows"]


@pytest.fixture
def made(tmp_path: Path, demo_tokenizer: Path) -> Finished:
    return finished(tmp_path, demo_tokenizer, max_length=16)


def rewrite(made: Finished, change: Any) -> None:
    """Write the train split's file again, its table changed."""
    (path,) = (made.path / "train").glob("*.arrow")
    with pa.ipc.open_stream(path.read_bytes()) as reader:
        table = change(reader.read_all())
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


@pytest.mark.parametrize("options", [CONFIGS[0], CONFIGS[5]], ids=str)
def test_a_changed_id_is_found(tmp_path: Path, demo_tokenizer: Path, options: dict[str, Any]) -> None:
    made = finished(tmp_path, demo_tokenizer, **options)

    def change(table: pa.Table) -> pa.Table:
        field = table.schema.field("input_ids")
        rows = table.column("input_ids").to_pylist()
        rows = [[*row[:3], row[3] + 1, *row[4:]] for row in rows]
        return table.set_column(0, field, pa.array(rows, field.type))

    rewrite(made, change)
    checks = check(made)
    assert failed(checks) == {"content", "rows"}
    assert "differ from transformers: " in checks["rows"].detail


def test_a_lost_row_is_found(made: Finished) -> None:
    rewrite(made, lambda table: table.slice(0, table.num_rows - 1))
    checks = check(made)
    assert failed(checks) == {"files", "content"}
    assert (checks["files"].expected, checks["files"].found) == ("test: 3, train: 150", "test: 3, train: 149")


def test_a_file_cut_short_is_found(made: Finished) -> None:
    (path,) = (made.path / "train").glob("*.arrow")
    os.truncate(path, path.stat().st_size // 2)
    assert "files" in failed(check(made))


def test_a_missing_file_is_found(made: Finished) -> None:
    shutil.rmtree(made.path / "test")
    assert failed(check(made)) == {"files"}


def test_damaged_borders_do_not_end_the_process(made: Finished) -> None:
    (path,) = (made.path / "train").glob("*.arrow")
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
        borders = next(iter(reader)).column("input_ids").buffers()[1]
        at = path.read_bytes().index(borders.to_pybytes())
    with path.open("r+b") as file:
        file.seek(at + 8)
        file.write((2**30).to_bytes(4, "little"))
    checks = check(made)
    assert checks["content"].status == "failed"
    assert "damaged" in checks["content"].detail


def test_another_tokenizer_is_found(made: Finished, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(made.tokenizer, other)
    state = json.loads((other / "tokenizer.json").read_text())
    state["model"]["merges"] = state["model"]["merges"][:50]
    (other / "tokenizer.json").write_text(json.dumps(state))
    moved = Finished(made.raw, other, made.path, made.config, made.summary, made.result, made.fingerprint)
    checks = check(moved)
    assert failed(checks) == {"tokenizer", "identity", "rows"}
    assert checks["tokenizer"].found == load(other, "x", None).info.fingerprint


def test_a_tokenizer_that_is_gone_is_said(made: Finished) -> None:
    def gone() -> Path:
        raise TokenizerNotFound("There is no folder.")

    checks, compared = verify(
        made.raw, made.path, gone, recorded(made), whole=True, num_rows=5, seconds=1, progress=silent
    )
    assert [(c.name, c.status) for c in checks] == [
        ("recipe", "passed"), ("tokenizer", "failed"), ("files", "passed"), ("content", "passed"),
    ]  # fmt: skip
    assert "There is no folder." in checks[1].detail
    assert compared == 0


def test_an_edited_recipe_is_found(made: Finished) -> None:
    recipe = json.loads((made.path / "mistudio.json").read_text())
    (made.path / "mistudio.json").write_text(json.dumps({**recipe, "content_hash": "0" * 32}))
    assert failed(check(made)) == {"recipe"}
    (made.path / "mistudio.json").unlink()
    assert failed(check(made)) == {"recipe"}


def test_other_raw_data_are_found(made: Finished) -> None:
    assert failed(check(made, raw_fingerprint="0" * 32)) == {"identity"}


def test_hashing_may_be_left_out(made: Finished) -> None:
    checks = check(made, whole=False)
    assert checks["content"].status == "skipped"
    assert failed(checks) == set()
