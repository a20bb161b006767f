"""SAELens: a `tokens` column of one size, and the metadata that its own pretokenizing writes."""

import json
from pathlib import Path

import pytest
from datasets import List, Value, load_dataset

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.arrow_read import open_split
from tests.pipeline.exports.conftest import MakeExport
from tests.pipeline.finished import Finished


def test_rows_are_tokens(packed: Finished, make_export: MakeExport, tmp_path: Path) -> None:
    out, made = make_export(packed, "saelens")
    # As SAELens' activation store opens a dataset by its name.
    found = load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache"))
    assert found.features == {"tokens": List(Value("int32"), length=32)}
    assert found["tokens"][:] == open_split(packed.path, "train").column("input_ids").to_pylist()
    assert made.details == {"column": "tokens", "context_size": 32}


def test_metadata(packed: Finished, make_export: MakeExport) -> None:
    out, _ = make_export(packed, "saelens", split="train")
    assert json.loads((out / "sae_lens.json").read_text()) == {
        "sae_lens_version": "6.18.0",
        "tokenizer_name": "local:demo",
        "original_dataset": "unknown",
        "original_dataset_name": None,
        "original_split": "train",
        "original_data_files": None,
        "original_column_name": "text",
        "context_size": 32,
        "shuffled": False,
        "seed": None,
        "begin_batch_token": "bos",
        "begin_sequence_token": None,
        "sequence_separator_token": "bos",
        "disable_concat_sequences": False,
    }


def test_padded_rows_are_refused(padded: Finished, make_export: MakeExport) -> None:
    with pytest.raises(OptionNotSupported, match="packing"):
        make_export(padded, "saelens")
