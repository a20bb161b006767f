"""Rows from the middle, without reading what lies before them."""

from pathlib import Path

import pyarrow as pa
import pytest

from mistudio.core.errors import SplitNotFound
from mistudio.pipeline import arrow_read
from mistudio.pipeline.arrow_store import SplitWriter, finish_dataset

ROWS = 57


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """57 rows in batches of 1 to 9 rows over several shards, and a split without rows."""
    schema = pa.schema([("n", pa.int64())])
    writer = SplitWriter(tmp_path, "train", schema, shard_bytes=900)
    first = 0
    for number in range(100):
        rows = min(number % 9 + 1, ROWS - first)
        writer.write(pa.RecordBatch.from_pydict({"n": list(range(first, first + rows))}, schema))
        first += rows
    writer.close()
    SplitWriter(tmp_path, "test", schema).close()
    finish_dataset(tmp_path, ["train", "test"])
    return tmp_path


def test_begins_at_any_row(root: Path) -> None:
    assert len(arrow_read.shard_files(root, "train")) > 2
    for offset in range(ROWS + 2):
        rows = [n for batch in arrow_read.batches_from(root, "train", offset) for n in batch["n"].to_pylist()]
        assert rows == list(range(offset, ROWS))


def test_counts_rows(root: Path) -> None:
    assert arrow_read.num_rows(root, "train") == ROWS
    assert arrow_read.num_rows(root, "test") == 0
    assert list(arrow_read.batches_from(root, "test", 0)) == []


def test_describes_features_as_datasets_does(root: Path) -> None:
    assert arrow_read.features(root, "train") == {"n": {"dtype": "int64", "_type": "Value"}}


@pytest.mark.parametrize("name", ["other", "..", "../train", "train/..", ""])
def test_names_only_splits_that_are_listed(root: Path, name: str) -> None:
    for read in (arrow_read.features, arrow_read.num_rows, arrow_read.shard_files, arrow_read.open_split):
        with pytest.raises(SplitNotFound):
            read(root, name)


def test_notices_that_a_file_was_replaced(root: Path) -> None:
    assert arrow_read.num_rows(root, "train") == ROWS
    schema = pa.schema([("n", pa.int64())])
    for path in arrow_read.shard_files(root, "train"):
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
            writer.write_batch(pa.RecordBatch.from_pydict({"n": [7]}, schema))
    assert arrow_read.num_rows(root, "train") == len(arrow_read.shard_files(root, "train"))


def test_opens_every_split(root: Path) -> None:
    assert {name: table.num_rows for name, table in arrow_read.open_splits(root)} == {"train": ROWS, "test": 0}
