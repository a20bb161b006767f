"""What is written opens as a `datasets.DatasetDict`, in shards of a bounded size."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from datasets import load_from_disk

from mistudio.pipeline.arrow_read import open_split, shard_files, split_names
from mistudio.pipeline.arrow_store import SplitWriter, finish_dataset
from mistudio.pipeline.content_hash import ContentHash

SCHEMA = pa.schema([("text", pa.string()), ("n", pa.int64())])


def batch(first: int, rows: int) -> pa.RecordBatch:
    numbers = list(range(first, first + rows))
    return pa.RecordBatch.from_pydict({"text": [f"row {i}" for i in numbers], "n": numbers}, SCHEMA)


def test_opens_as_a_dataset(tmp_path: Path) -> None:
    writers = {name: SplitWriter(tmp_path, name, SCHEMA) for name in ("train", "test")}
    writers["train"].write(batch(0, 10))
    writers["train"].write(batch(10, 5))
    written = {name: writer.close() for name, writer in writers.items()}
    finish_dataset(tmp_path, list(writers))

    opened = load_from_disk(str(tmp_path))

    assert opened["train"]["n"][:] == list(range(15))
    assert opened["train"].split == "train"
    assert opened["test"].num_rows == 0
    assert opened["test"].features == opened["train"].features
    assert written["train"].num_rows == 15
    assert written["train"].num_bytes == sum(path.stat().st_size for path in shard_files(tmp_path, "train"))
    assert split_names(tmp_path) == ["train", "test"]


def test_cuts_into_shards_without_changing_the_rows(tmp_path: Path) -> None:
    whole, cut = SplitWriter(tmp_path / "a", "train", SCHEMA), SplitWriter(tmp_path / "b", "train", SCHEMA, 2000)
    for first in range(0, 400, 20):
        whole.write(batch(first, 20))
        cut.write(batch(first, 20))
    one, other = whole.close(), cut.close()
    for root in (tmp_path / "a", tmp_path / "b"):
        finish_dataset(root, ["train"])

    files = shard_files(tmp_path / "b", "train")
    assert len(files) > 3
    assert [path.name for path in files] == [f"data-{i:05d}-of-{len(files):05d}.arrow" for i in range(len(files))]
    assert all(path.stat().st_size < 4000 for path in files)
    assert one.fingerprint == other.fingerprint
    assert open_split(tmp_path / "b", "train").equals(open_split(tmp_path / "a", "train"))
    assert load_from_disk(str(tmp_path / "b"))["train"].num_rows == 400


def test_casts_to_its_schema_and_counts_nulls(tmp_path: Path) -> None:
    writer = SplitWriter(tmp_path, "train", SCHEMA)
    writer.write(
        pa.RecordBatch.from_pydict(
            {"text": pa.array(["a", None], pa.large_string()), "n": pa.array([1, 2], pa.int8())}
        )
    )
    writer.write(
        pa.RecordBatch.from_pydict({"text": pa.array([None, None], pa.string()), "n": pa.array([1, None])})
    )
    written = writer.close()
    finish_dataset(tmp_path, ["train"])

    assert writer.null_counts == {"text": 3, "n": 1}
    table = open_split(tmp_path, "train")
    assert table.schema.types == SCHEMA.types
    hashed = ContentHash(SCHEMA)
    for part in table.to_batches():
        hashed.update(part)
    assert written.fingerprint == hashed.hexdigest()


def test_refuses_other_columns(tmp_path: Path) -> None:
    writer = SplitWriter(tmp_path, "train", SCHEMA)
    with pytest.raises(ValueError, match="names"):
        writer.write(pa.RecordBatch.from_pydict({"other": ["a"], "n": [1]}))
    writer.abort()


def test_fingerprint_of_datasets_is_ours(tmp_path: Path) -> None:
    writer = SplitWriter(tmp_path, "train", SCHEMA)
    writer.write(batch(0, 3))
    written = writer.close()
    state = json.loads((tmp_path / "train" / "state.json").read_text())
    assert written.fingerprint.startswith(state["_fingerprint"])
