"""From a file, or batches, to a dataset and its summary."""

import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_from_disk
from hypothesis import given

from mistudio.core.errors import BadRows, ColumnNotFound, ColumnNotText, EmptyFile, InvalidRequest
from mistudio.pipeline.ingest import ingest, open_batches, write_raw
from mistudio.pipeline.progress import silent
from mistudio.schemas.metadata import IngestOptions, RawSummary, ReadLimits, ReadOptions, SourceMetadata
from tests.pipeline.tables import TEXT, Column, rows_of, tables

LIMITS = ReadLimits()
CONTENT = b'text,n,split\n"one, two",1,train\n"three\nfour",,test\n,3,train\n'


def run(root: Path, content: bytes, name: str = "x.csv", **options: Any) -> RawSummary:
    path = root / name
    path.write_bytes(content)
    return ingest(path, name, root / "out", IngestOptions(**options), LIMITS, silent)


def test_the_summary_tells_what_was_written(tmp_path: Path) -> None:
    summary = run(tmp_path, CONTENT)
    train = load_from_disk(str(tmp_path / "out"))["train"]
    assert list(train) == [
        {"text": "one, two", "n": 1, "split": "train"},
        {"text": "three\nfour", "n": None, "split": "test"},
        {"text": "", "n": 3, "split": "train"},
    ]
    assert (summary.num_samples, summary.num_features) == (3, 3)
    assert summary.schema_.column_info == {"text": "string", "n": "int64", "split": "string"}
    assert summary.schema_.null_counts == {"text": 0, "n": 1, "split": 0}
    assert summary.schema_.text_columns == ["text"]
    assert summary.schema_.is_multi_column is False
    assert summary.splits["train"].num_samples == 3
    arrow_bytes = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*.arrow"))
    assert summary.size_bytes == summary.splits["train"].num_bytes == arrow_bytes
    source = summary.source
    assert (source.filename, source.format, source.delimiter, source.encoding) == ("x.csv", "csv", ",", "utf-8")
    assert (source.size_bytes, source.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (source.compression, source.split) == (None, "train")


def test_a_compressed_file_is_hashed_as_it_lies_there(tmp_path: Path) -> None:
    content = gzip.compress(CONTENT)
    summary = run(tmp_path, content, "x.csv.gz")
    assert summary.source.sha256 == hashlib.sha256(content).hexdigest()
    assert (summary.source.compression, summary.source.size_bytes) == ("gzip", len(content))


def test_the_fingerprint_is_of_the_rows_not_of_the_file(tmp_path: Path) -> None:
    rows = [{"text": "one", "n": 1}, {"text": "two", "n": 2}]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    files = {
        "x.csv": b"text,n\none,1\ntwo,2\n",
        "x.tsv": b"text\tn\r\none\t1\r\ntwo\t2",
        "x.jsonl": b"\n".join(json.dumps(row).encode() for row in rows),
        "x.json": json.dumps({"data": rows}, indent=1).encode(),
        "x.parquet": sink.getvalue(),
    }
    prints = set()
    for name, content in files.items():
        (tmp_path / name[2:]).mkdir()
        prints.add(run(tmp_path / name[2:], content, name).fingerprint)
    assert len(prints) == 1


def test_a_column_makes_splits(tmp_path: Path) -> None:
    summary = run(tmp_path, CONTENT, split_column="split")
    opened = load_from_disk(str(tmp_path / "out"))
    assert {name: list(split["n"]) for name, split in opened.items()} == {"train": [1, 3], "test": [None]}
    assert {name: split.num_samples for name, split in summary.splits.items()} == {"train": 2, "test": 1}
    assert opened["test"].column_names == ["text", "n", "split"]
    assert summary.source.split is None


def test_the_split_can_be_named(tmp_path: Path) -> None:
    assert list(run(tmp_path, CONTENT, split="validation").splits) == ["validation"]


def test_more_than_fifty_splits_across_batches(tmp_path: Path) -> None:
    content = b"".join(b'{"s":"s%d","pad":"%b"}\n' % (i, b"x" * 200_000) for i in range(51))
    with pytest.raises(InvalidRequest, match="50"):
        run(tmp_path, content, "x.jsonl", split_column="s")


def test_text_columns_are_checked_and_stay_text(tmp_path: Path) -> None:
    summary = run(tmp_path, CONTENT, text_columns=["n", "text"], separator=" | ")
    assert summary.schema_.column_info["n"] == "string"
    assert summary.schema_.text_columns == ["n", "text"]
    assert (summary.schema_.is_multi_column, summary.schema_.separator) == (True, " | ")


def test_text_columns_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ColumnNotFound) as missing:
        run(tmp_path, CONTENT, text_columns=["body"])
    assert missing.value.extra == {"column": "body", "columns": ["text", "n", "split"]}
    (tmp_path / "second").mkdir()
    with pytest.raises(ColumnNotText):
        run(tmp_path / "second", b'{"a":1}\n', "x.jsonl", text_columns=["a"])


def test_data_without_text_have_no_default(tmp_path: Path) -> None:
    assert run(tmp_path, b"a,b\n1,2\n").schema_.text_columns == []


def test_bad_rows(tmp_path: Path) -> None:
    content = b"a,b\n1,2\n3\n4,5\n"
    with pytest.raises(BadRows) as caught:
        run(tmp_path, content)
    assert caught.value.extra == {
        "row": 2, "line": 3, "reason": "it has 1 cells where 2 are expected", "text": "3",
    }  # fmt: skip
    (tmp_path / "second").mkdir()
    summary = run(tmp_path / "second", content, on_bad_rows="set_aside")
    assert (summary.num_samples, summary.num_bad_rows) == (2, 1)
    assert summary.bad_rows[0].model_dump() == {
        "row": 2, "reason": "it has 1 cells where 2 are expected", "text": "3",
    }  # fmt: skip


def test_progress_is_in_bytes_of_the_file_and_ends_at_its_size(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a\n" + b"some text\n" * 5_000_000)
    seen: list[tuple[str, int, int | None, str]] = []

    def progress(stage: str, done: int, total: int | None, unit: str) -> None:
        seen.append((stage, done, total, unit))

    ingest(path, "x.csv", tmp_path / "out", IngestOptions(), LIMITS, progress)
    size = path.stat().st_size
    assert {(stage, total, unit) for stage, _, total, unit in seen} == {("reading", size, "bytes")}
    done = [done for _, done, _, _ in seen]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert done[-1] == size


class Stopped(Exception):
    pass


def test_progress_may_stop_the_work(tmp_path: Path) -> None:
    def progress(stage: str, done: int, total: int | None, unit: str) -> None:
        raise Stopped

    (tmp_path / "x.csv").write_bytes(b"a\n" + b"some text\n" * 3_000_000)
    with pytest.raises(Stopped):
        ingest(tmp_path / "x.csv", "x.csv", tmp_path / "out", IngestOptions(), LIMITS, progress)


@given(tables())
def test_any_table_comes_back_from_json_and_parquet(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, Column]
) -> None:
    expected = rows_of(columns)
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    for name, content in (
        ("x.jsonl", "".join(json.dumps(row) + "\n" for row in expected).encode()),
        ("x.json", json.dumps(expected, ensure_ascii=False).encode()),
        ("x.parquet", sink.getvalue()),
    ):
        root = tmp_path_factory.mktemp("any")
        run(root, content, name)
        assert list(load_from_disk(str(root / "out"))["train"]) == expected


@given(tables(nested=False))
def test_any_table_of_pandas_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, Column]
) -> None:
    """As the text that pandas wrote: types are ours only where they say the same."""
    texts = {name: ["" if v is None else str(v) for v in values] for name, values in columns.items()}
    texts = {name: [text.replace("\r", "") for text in values] for name, values in texts.items()}
    root = tmp_path_factory.mktemp("any")
    content = pandas.DataFrame(texts).to_csv(index=False).encode()
    if not any(any(values) for values in texts.values()):
        return  # nothing but empty cells: pandas writes lines that are blank
    run(root, content, format="csv", delimiter=",", header=True, encoding="utf-8", text_columns=list(texts))
    opened = load_from_disk(str(root / "out"))["train"]
    assert {name: list(opened[name]) for name in texts} == texts


@given(TEXT)
def test_one_text_survives_every_format(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("one")
    row = {"a": "first", "b": text}
    run(root, json.dumps(row).encode(), "x.jsonl")
    assert load_from_disk(str(root / "out"))["train"][0] == row


def test_files_of_one_split_share_their_columns(tmp_path: Path) -> None:
    contents = [b'{"a":null}\n', b'{"a":1,"b":"x"}\n', b'{"a":1.5}\n']
    paths = [tmp_path / f"{i}.jsonl" for i in range(3)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    batches = (batch for path in paths for batch in open_batches(path, path.name, ReadOptions(), LIMITS))
    summary = write_raw(tmp_path / "out", [("train", batches)], None, "\n", SourceMetadata())
    assert summary.schema_.column_info == {"a": "double", "b": "string"}
    assert load_from_disk(str(tmp_path / "out"))["train"]["a"][:] == [None, 1.0, 1.5]


def test_csv_files_of_one_split_agree_on_text(tmp_path: Path) -> None:
    for name, content in (("0.csv", b"a\n1\n"), ("1.csv", b"a\n007\n")):
        (tmp_path / name).write_bytes(content)
    batches = (
        batch for name in ("0.csv", "1.csv") for batch in open_batches(tmp_path / name, name, ReadOptions(), LIMITS)
    )
    write_raw(tmp_path / "out", [("train", batches)], None, "\n", SourceMetadata())
    assert load_from_disk(str(tmp_path / "out"))["train"]["a"][:] == ["1", "007"]


def test_write_raw_needs_a_row(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        write_raw(tmp_path / "out", [("train", iter([]))], None, "\n", SourceMetadata())
