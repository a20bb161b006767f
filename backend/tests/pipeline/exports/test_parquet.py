"""Parquet: the same rows and features, read by pyarrow and by `datasets`."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset, load_from_disk

from mistudio.pipeline.arrow_read import open_split
from mistudio.pipeline.exports import parquet
from tests.pipeline.exports.conftest import MakeExport
from tests.pipeline.finished import Finished


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
def test_pyarrow_reads_the_same_rows(padded: Finished, make_export: MakeExport, compression: str) -> None:
    out, made = make_export(padded, "parquet", compression=compression)
    assert [file.path for file in made.files] == [
        "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet", "export.json", "mistudio.json",
    ]  # fmt: skip
    assert made.num_rows == {"train": 150, "test": 3}
    for split in ("train", "test"):
        table = pq.read_table(out / "data" / f"{split}-00000-of-00001.parquet")
        assert table.equals(open_split(padded.path, split))
        assert pq.read_metadata(out / "data" / f"{split}-00000-of-00001.parquet").num_row_groups == 1


@pytest.mark.parametrize("kind", ["padded", "packed"])
def test_datasets_reads_the_directory(
    kind: str, make_export: MakeExport, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made: Finished = request.getfixturevalue(kind)
    out, _ = make_export(made, "parquet")
    found = load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    expected = load_from_disk(str(made.path))
    assert set(found) == {split for split in expected if expected[split].num_rows}
    for split in found:
        assert found[split].features == expected[split].features
        assert found[split].to_dict() == expected[split].to_dict()


def test_one_split(padded: Finished, make_export: MakeExport) -> None:
    _, made = make_export(padded, "parquet", split="test")
    assert made.num_rows == {"test": 3}
    assert [f.path for f in made.files if f.path.startswith("data")] == ["data/test-00000-of-00001.parquet"]


def test_large_results_become_several_files_and_row_groups(
    padded: Finished, make_export: MakeExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = (padded.path / "train").glob("*.arrow")
    monkeypatch.setattr(parquet, "SHARD_BYTES", 1000)
    monkeypatch.setattr(parquet, "ROW_GROUP_BYTES", 2000)
    assert parquet._groups([file, file, file]) == [[file], [file], [file]]
    monkeypatch.setattr(parquet, "SHARD_BYTES", 2 * file.stat().st_size)
    assert parquet._groups([file, file, file]) == [[file, file], [file]]
    table = open_split(padded.path, "train")
    groups = list(parquet._row_groups(iter(table.to_batches(max_chunksize=5))))
    assert len(groups) > 5
    assert pa.concat_tables(groups).equals(table)
