"""What all exports have in common."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from mistudio.core.errors import EmptyDataset, SplitNotFound
from mistudio.pipeline.exports.run import export
from mistudio.schemas.export import ExportRequest
from tests.pipeline.exports.conftest import MakeExport
from tests.pipeline.finished import Finished, finished


def test_the_recipe_and_the_facts_go_along(padded: Finished, make_export: MakeExport) -> None:
    out, made = make_export(padded, "jsonl")
    assert (out / "mistudio.json").read_bytes() == (padded.path / "mistudio.json").read_bytes()
    assert json.loads((out / "export.json").read_text()) == {
        "format": "jsonl",
        "num_rows": {"train": 150, "test": 3},
        "content_hash": padded.result.content_hash,
        "details": {"columns": ["input_ids", "attention_mask"]},
    }
    assert made.size_bytes == sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


def test_progress_is_rows(padded: Finished, tmp_path: Path) -> None:
    said: list[tuple[str, int, int | None, str]] = []
    export(padded.path, tmp_path / "out", ExportRequest(format="parquet"), lambda *line: said.append(line))
    assert said[0] == ("exporting", 0, 153, "samples")
    assert said[-1] == ("exporting", 153, 153, "samples")


def test_an_unknown_split(padded: Finished, make_export: MakeExport) -> None:
    with pytest.raises(SplitNotFound, match="train, test"):
        make_export(padded, "parquet", split="validation")


def test_a_result_without_rows(tmp_path: Path, demo_tokenizer: Path, make_export: MakeExport) -> None:
    made = finished(tmp_path, demo_tokenizer, {"train": ["short"]}, packing={"context_size": 512})
    with pytest.raises(EmptyDataset, match="not one row"):
        make_export(made, "parquet")


@pytest.mark.parametrize(
    "body",
    [
        {"format": "parquet", "pieces": True},
        {"format": "jsonl", "compression": "zstd"},
        {"format": "jsonl", "append_eos": True},
        {"format": "pickle"},
        {"format": "jsonl", "path": "/"},
    ],
)
def test_options_of_other_formats_are_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ExportRequest.model_validate(body)
