"""Token streams: what nanoGPT maps into memory, and the index that Megatron reads beside it."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from transformers import PreTrainedTokenizerBase

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.arrow_read import open_split
from mistudio.pipeline.exports import binary
from mistudio.pipeline.tokenize.loading import load
from tests.pipeline.exports.conftest import MakeExport
from tests.pipeline.finished import TEXTS, Finished, finished

MEGATRON_TYPES = {4: np.dtype("<i4"), 8: np.dtype("<u2")}


def read_megatron(prefix: Path) -> list[list[int]]:
    """Every sequence, after the layout that Megatron-LM documents for its indexed datasets."""
    raw = prefix.with_suffix(".idx").read_bytes()
    assert raw[:9] == b"MMIDIDX\x00\x00"
    version, code, sequences, borders = struct.unpack_from("<QBQQ", raw, 9)
    assert version == 1
    lengths = np.frombuffer(raw, "<i4", sequences, 34)
    pointers = np.frombuffer(raw, "<i8", sequences, 34 + 4 * sequences)
    documents = np.frombuffer(raw, "<i8", borders, 34 + 12 * sequences)
    assert len(raw) == 34 + 12 * sequences + 8 * borders
    assert documents.tolist() == list(range(sequences + 1))
    data, dtype = prefix.with_suffix(".bin").read_bytes(), MEGATRON_TYPES[code]
    assert len(data) == int(lengths.sum()) * dtype.itemsize
    return [
        np.frombuffer(data, dtype, length, pointer).tolist()
        for length, pointer in zip(lengths.tolist(), pointers.tolist(), strict=True)
    ]


def tokenizer_of(made: Finished) -> PreTrainedTokenizerBase:
    return load(made.tokenizer, "demo", None).tokenizer


def documents(made: Finished, eos: bool, limit: int | None = 48) -> list[list[int]]:
    tokenizer = tokenizer_of(made)
    rows = [tokenizer(text)["input_ids"][:limit] for text in TEXTS["train"]]
    return [[*row, tokenizer.eos_token_id] if eos and row[-1] != tokenizer.eos_token_id else row for row in rows]


def test_documents_end_with_eos(padded: Finished, make_export: MakeExport) -> None:
    out, made = make_export(padded, "bin")
    expected = documents(padded, eos=True)
    stream = np.memmap(out / "train.bin", dtype=np.uint16, mode="r")
    assert stream.tolist() == [token for document in expected for token in document]
    assert read_megatron(out / "train") == expected
    assert made.details == {
        "dtype": "uint16",
        "eos_token_id": tokenizer_of(padded).eos_token_id,
        "num_tokens": {"train": len(stream), "test": made.details["num_tokens"]["test"]},
        "num_documents": {"train": 150, "test": made.details["num_documents"]["test"]},
    }
    assert [f.path for f in made.files] == [
        "export.json", "mistudio.json", "test.bin", "test.idx", "train.bin", "train.idx",
    ]  # fmt: skip


def test_without_eos(padded: Finished, make_export: MakeExport) -> None:
    out, made = make_export(padded, "bin", append_eos=False, split="train")
    assert read_megatron(out / "train") == documents(padded, eos=False)
    assert made.details["eos_token_id"] is None


def test_packed_rows_stay_as_they_are(packed: Finished, make_export: MakeExport) -> None:
    out, _ = make_export(packed, "bin", split="train")
    assert read_megatron(out / "train") == open_split(packed.path, "train").column("input_ids").to_pylist()


def test_empty_documents_are_left_out(tmp_path: Path, demo_tokenizer: Path, make_export: MakeExport) -> None:
    bare = {"padding": "do_not_pad", "truncation": "do_not_truncate", "add_special_tokens": False}
    made = finished(tmp_path, demo_tokenizer, {"train": ["", "one", "", "two words", ""]}, **bare)
    out, _ = make_export(made, "bin")
    tokenizer = tokenizer_of(made)
    texts = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("one", "two words")]
    assert read_megatron(out / "train") == [[*ids, tokenizer.eos_token_id] for ids in texts]


def test_a_split_without_tokens(tmp_path: Path, demo_tokenizer: Path, make_export: MakeExport) -> None:
    bare = {"padding": "do_not_pad", "truncation": "do_not_truncate", "add_special_tokens": False}
    made = finished(tmp_path, demo_tokenizer, {"train": ["one"], "test": [""]}, **bare)
    out, _ = make_export(made, "bin")
    assert read_megatron(out / "test") == []


def test_large_vocabularies_take_four_bytes(
    padded: Finished, make_export: MakeExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binary, "NARROW_IDS", 10)
    monkeypatch.setattr(binary, "AT_ONCE", 7)  # the index is written in pieces
    out, made = make_export(padded, "bin", split="train")
    assert made.details["dtype"] == "int32"
    assert read_megatron(out / "train") == documents(padded, eos=True)
    assert (np.fromfile(out / "train.bin", np.uint32) == np.fromfile(out / "train.bin", np.int32)).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_length": 16, "return_attention_mask": False}, "attention mask"),
        ({"max_length": 16, "stride": 4}, "stride"),
    ],
)
def test_rows_that_are_no_documents_are_refused(
    tmp_path: Path, demo_tokenizer: Path, make_export: MakeExport, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(OptionNotSupported, match=said):
        make_export(finished(tmp_path, demo_tokenizer, **options), "bin")
