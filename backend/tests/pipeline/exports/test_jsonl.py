"""JSONL: one object a row, read by the json module and by `datasets`."""

import json
from pathlib import Path

from datasets import load_dataset

from mistudio.pipeline.arrow_read import open_split
from mistudio.pipeline.tokenize.loading import load
from tests.pipeline.exports.conftest import MakeExport
from tests.pipeline.finished import TEXTS, Finished


def test_rows(padded: Finished, make_export: MakeExport) -> None:
    out, made = make_export(padded, "jsonl")
    for split in ("train", "test"):
        lines = (out / f"{split}.jsonl").read_text().splitlines()
        assert [json.loads(line) for line in lines] == open_split(padded.path, split).to_pylist()
    assert made.details == {"columns": ["input_ids", "attention_mask"]}


def test_packed_rows_with_pieces(packed: Finished, make_export: MakeExport) -> None:
    out, made = make_export(packed, "jsonl", pieces=True, split="train")
    rows = [json.loads(line) for line in (out / "train.jsonl").read_text().splitlines()]
    table = open_split(packed.path, "train")
    assert [row["document_starts"] for row in rows] == table.column("document_starts").to_pylist()
    tokenizer = load(packed.tokenizer, "demo", None).tokenizer
    assert all("".join(row["pieces"]) == tokenizer.decode(row["input_ids"]) for row in rows)
    assert TEXTS["train"][0] in "".join(rows[0]["pieces"] + rows[1]["pieces"])
    assert made.details["columns"] == ["input_ids", "document_ids", "document_starts", "pieces"]


def test_datasets_reads_the_directory(padded: Finished, make_export: MakeExport, tmp_path: Path) -> None:
    out, _ = make_export(padded, "jsonl")
    found = load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    assert {split: found[split].num_rows for split in found} == {"train": 150, "test": 3}
