import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import Dataset, DatasetDict, Features, List, Sequence, Value, load_from_disk

from mistudio.core.errors import ColumnNotFound, EmptyDataset, OptionNotSupported
from mistudio.pipeline.arrow_read import open_split
from mistudio.pipeline.content_hash import ContentHash
from mistudio.pipeline.tokenize.statistics import Statistics
from tests.pipeline.tokenize.conftest import MakeRaw
from tests.pipeline.tokenize.running import run
from tests.strings import adversarial
from tests.tokenizers import loaded

TEXTS = adversarial(300)


@pytest.fixture
def raw(make_raw: MakeRaw) -> Path:
    return make_raw({"train": {"text": TEXTS}, "test": {"text": [*TEXTS[:7], None, ""]}})


def expected(name: str, texts: list[str], **options: Any) -> Any:
    tokenizer = loaded(name).tokenizer
    tokenizer.padding_side = loaded(name).info.padding_side
    tokenizer.truncation_side = loaded(name).info.truncation_side
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer(texts, verbose=False, **options)


@pytest.mark.parametrize("name", ["gpt2", "llama2", "minilm", "unigram", "byt5"])
def test_all_splits_hold_what_transformers_gives(name: str, raw: Path, tmp_path: Path) -> None:
    warnings = pytest.warns(UserWarning, match="already has </s>") if name == "byt5" else _quiet()
    with warnings:
        result = run(raw, tmp_path / "out", name, max_length=32)
        encoded = expected(name, TEXTS, max_length=32, padding="max_length", truncation=True)
    made = load_from_disk(str(tmp_path / "out"))
    assert isinstance(made, DatasetDict)
    assert {split: rows.num_rows for split, rows in made.items()} == {"train": len(TEXTS), "test": 9}
    for column in made["train"].column_names:
        assert made["train"][column][:] == encoded[column]
    assert set(made["train"].column_names) == set(encoded) == set(result.columns)
    assert result.engine.fallback_reason is None or name == "byt5"
    assert result.engine.checked_samples >= 32


class _quiet:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_features_are_declared_and_nothing_else_lies_there(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "out", "minilm", stride=4, max_length=16)
    made = load_from_disk(str(tmp_path / "out"))["train"]
    assert made.features == Features(
        {
            "input_ids": List(Value("int32")),
            "attention_mask": List(Value("int8")),
            "token_type_ids": List(Value("int8")),
            "sample_idx": Value("int64"),
        }
    )
    names = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    split = {f"{s}/{f}" for s in ("train", "test") for f in ("state.json", "dataset_info.json")}
    shards = {f"{s}/data-00000-of-00001.arrow" for s in ("train", "test")}
    statistics = {"statistics/train.npz", "statistics/test.npz"}
    assert names == split | shards | statistics | {"dataset_dict.json", "mistudio.json"}


def test_windows_point_to_their_sample(raw: Path, tmp_path: Path) -> None:
    result = run(raw, tmp_path / "out", stride=3, max_length=16, padding="do_not_pad")
    made = load_from_disk(str(tmp_path / "out"))["train"]
    encoded = expected("demo", TEXTS, stride=3, max_length=16, truncation=True, return_overflowing_tokens=True)
    assert made["input_ids"][:] == encoded["input_ids"]
    assert made["sample_idx"][:] == encoded["overflow_to_sample_mapping"]
    statistics = result.statistics.splits["train"]
    assert statistics.num_source_samples == len(TEXTS)
    assert statistics.num_samples == made.num_rows > len(TEXTS)
    assert statistics.tokens_lost == 0


def test_longest_pads_within_batches_of_1000_rows_whatever_the_threads(make_raw: MakeRaw, tmp_path: Path) -> None:
    texts = [f"word {'and more ' * (i % 37)}" for i in range(2100)]
    raw = make_raw({"train": {"text": texts}})
    rows = []
    for start in range(0, len(texts), 1000):
        rows += expected("demo", texts[start : start + 1000], padding="longest")["input_ids"]
    for threads in (1, 2):
        out = tmp_path / f"out{threads}"
        run(raw, out, padding="longest", threads=threads)
        assert load_from_disk(str(out))["train"]["input_ids"][:] == rows


def test_statistics_count_the_rows_and_never_the_padding(raw: Path, tmp_path: Path) -> None:
    result = run(raw, tmp_path / "out", max_length=64)
    made = load_from_disk(str(tmp_path / "out"))
    for split, statistics in result.statistics.splits.items():
        rows = [
            [i for i, kept in zip(ids, mask, strict=True) if kept]
            for ids, mask in zip(made[split]["input_ids"], made[split]["attention_mask"], strict=True)
        ]
        lengths, ids = [len(row) for row in rows], [i for row in rows for i in row]
        assert statistics.num_tokens == len(ids)
        assert statistics.num_samples == len(rows)
        assert statistics.median_seq_length == np.median(lengths)
        assert statistics.percentiles["95"] == np.percentile(lengths, 95)
        assert statistics.unique_tokens == len(set(ids))
        assert statistics.padding_tokens == 64 * len(rows) - len(ids)
        assert statistics.top_tokens[0].count == Counter(ids).most_common(1)[0][1]
    assert result.statistics.splits["test"].empty_samples == 3
    assert result.statistics.split_distribution == {"train": len(TEXTS), "test": 9}
    total = result.statistics.total
    whole = [len(ids) for ids in expected("demo", [*TEXTS, *TEXTS[:7], "", ""])["input_ids"]]
    assert total.tokens_lost == sum(whole) - total.num_tokens
    assert total.samples_truncated == sum(length > 64 for length in whole)
    assert total.num_characters == sum(map(len, [*TEXTS, *TEXTS[:7]]))


def test_counts_of_every_token_are_kept_beside(raw: Path, tmp_path: Path) -> None:
    result = run(raw, tmp_path / "out")
    with np.load(tmp_path / "out" / "statistics" / "train.npz") as arrays:
        kept = Statistics.of_arrays(arrays)
    assert kept.result(loaded("demo").tokenizer) == result.statistics.splits["train"]


def test_the_recipe_says_how_it_was_made(raw: Path, tmp_path: Path) -> None:
    result = run(raw, tmp_path / "out", "gpt2", source={"repo_id": "a/b", "revision": "0" * 40})
    recipe = json.loads((tmp_path / "out" / "mistudio.json").read_text())
    assert recipe["source"] == {"repo_id": "a/b", "revision": "0" * 40}
    assert recipe["config"]["max_length"] == 512
    assert recipe["pads_with_eos"] is True
    assert recipe["pad_token_id"] == 50256
    assert recipe["tokenizer"]["fingerprint"] == loaded("gpt2").info.fingerprint
    assert recipe["content_hash"] == result.content_hash
    assert recipe["statistics"]["total"]["num_tokens"] == result.statistics.total.num_tokens
    table = open_split(tmp_path / "out", "train")
    content = ContentHash(table.schema)
    for batch in table.to_batches():
        content.update(batch)
    assert recipe["split_hashes"]["train"] == content.hexdigest()


def test_the_same_run_gives_the_same_bytes(raw: Path, tmp_path: Path) -> None:
    hashes = {run(raw, tmp_path / f"out{n}", "llama2", threads=n).content_hash for n in (1, 2, 3)}
    assert len(hashes) == 1


def test_progress_counts_rows_to_the_last(raw: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None, str]] = []
    run(raw, tmp_path / "out", progress=lambda *what: seen.append(what))
    assert {(stage, total, unit) for stage, _, total, unit in seen} == {("tokenizing", len(TEXTS) + 9, "samples")}
    done = [count for _, count, _, _ in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, len(TEXTS) + 9)


class Cancelled(Exception):
    pass


def test_what_progress_raises_ends_the_run(raw: Path, tmp_path: Path) -> None:
    def cancel(stage: str, done: int, total: int | None, unit: str) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(raw, tmp_path / "out", progress=cancel)
    assert not (tmp_path / "out" / "dataset_dict.json").exists()


def test_several_columns_and_numbers_are_joined(make_raw: MakeRaw, tmp_path: Path) -> None:
    raw = make_raw({"train": {"a": ["x", None], "n": [1, 2], "b": ["y", "z"]}})
    run(raw, tmp_path / "out", text_columns=["a", "n", "b"], separator=" / ", padding="do_not_pad")
    made = load_from_disk(str(tmp_path / "out"))["train"]["input_ids"][:]
    assert made == expected("demo", ["x / 1 / y", "2 / z"])["input_ids"]


def test_an_empty_split_stays_and_an_empty_dataset_is_refused(make_raw: MakeRaw, tmp_path: Path) -> None:
    empty = Dataset.from_dict({"text": []}, Features({"text": Value("string")})).data.table
    raw = make_raw({"train": {"text": ["a"]}, "test": empty})
    result = run(raw, tmp_path / "out")
    assert load_from_disk(str(tmp_path / "out"))["test"].num_rows == 0
    assert result.statistics.split_distribution == {"train": 1, "test": 0}
    assert result.statistics.splits["test"].num_tokens == 0
    with pytest.raises(EmptyDataset):
        run(make_raw({"train": empty}, "nothing"), tmp_path / "out2")


def test_packing_crosses_chunks_and_maps_back(make_raw: MakeRaw, tmp_path: Path) -> None:
    texts = [text * 3 for text in adversarial(400)]
    raw = make_raw({"train": {"text": texts}})
    packing = {"context_size": 32, "begin_batch_token": "bos", "sequence_separator_token": "eos"}
    result = run(raw, tmp_path / "out", "llama3_1", packing=packing)
    made = load_from_disk(str(tmp_path / "out"))["train"]
    assert made.features["input_ids"] == Sequence(Value("int32"), length=32)
    statistics = result.statistics.total
    assert statistics.num_samples == made.num_rows
    assert statistics.num_tokens == 32 * made.num_rows
    assert statistics.padding_tokens == 0
    assert 0 < statistics.tokens_lost < 40
    pieces = sum(len(ids) for ids in made["document_ids"])
    assert statistics.documents_per_row == pieces / made.num_rows
    begin, end = 128000, loaded("llama3_1").tokenizer.eos_token_id
    documents: dict[int, list[int]] = {}
    for row in made:
        assert row["input_ids"][0] == begin
        borders = [*row["document_starts"], 32]
        for number, start, stop in zip(row["document_ids"], borders[:-1], borders[1:], strict=True):
            documents.setdefault(number, []).extend(row["input_ids"][start:stop])
    encoded = expected("llama3_1", texts)["input_ids"]
    for number, tokens in list(documents.items())[:-1]:
        plain = [token for token in tokens if token not in (begin, end)]
        assert plain == [token for token in encoded[number] if token not in (begin, end)]


def test_shuffled_packing_is_a_permutation_decided_by_the_seed(make_raw: MakeRaw, tmp_path: Path) -> None:
    raw = make_raw({"train": {"text": [f"number {i} " for i in range(500)]}})
    orders = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        packing = {"context_size": 16, "shuffle": True, "seed": seed}
        run(raw, tmp_path / name, packing=packing)
        rows = load_from_disk(str(tmp_path / name))["train"]["document_ids"][:]
        orders[name] = list(dict.fromkeys(number for row in rows for number in row))
    assert orders["a"] == orders["b"] != orders["c"]
    assert orders["a"] != sorted(orders["a"])
    assert len(set(range(500)) - set(orders["a"])) < 8


def test_errors_come_before_anything_is_written(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(ColumnNotFound):
        run(raw, tmp_path / "out", text_columns=["txet"])
    with pytest.raises(OptionNotSupported):
        run(raw, tmp_path / "out", "byt5", stride=2)
    assert not any((tmp_path / "out").iterdir())
