"""Parquet: as it stands, in batches of a bounded size, counted as it expands."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import ExpandsTooFar, TooManyColumns
from mistudio.pipeline.readers import FileFormat, Reading
from mistudio.pipeline.readers.parquet import BATCH_BYTES
from mistudio.schemas.metadata import ReadLimits
from tests.pipeline.readers.reading import read, rows
from tests.pipeline.tables import Column, rows_of, tables


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


@given(tables(), st.sampled_from([1, 3, 100]), st.sampled_from(["snappy", "zstd", "none"]))
def test_any_table_comes_back(tmp_path: Path, columns: dict[str, Column], group: int, compression: str) -> None:
    content = parquet(pa.table(columns), row_group_size=group, compression=compression)
    assert rows(tmp_path / "x", content, "parquet") == rows_of(columns)


def test_dictionaries_are_decoded_and_types_kept(tmp_path: Path) -> None:
    table = pa.table({"d": pa.array(["a", "b", "a"]).dictionary_encode(), "i": pa.array([1, 2, 3], pa.int8())})
    assert read(tmp_path / "x", parquet(table), "parquet").schema.types == [pa.string(), pa.int8()]


def test_batches_stay_small_whatever_the_rows(tmp_path: Path) -> None:
    for name, value, count in (("long", "x" * 100_000, 500), ("short", "x", 500_000)):
        path = tmp_path / name
        path.write_bytes(parquet(pa.table({"t": [value] * count})))
        sizes = [(batch.nbytes, batch.num_rows) for batch in Reading(path, FileFormat("parquet"), ReadLimits())]
        assert sum(number for _, number in sizes) == count
        assert max(size for size, _ in sizes) <= 2 * BATCH_BYTES


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(parquet(pa.table({"t": [str(i) for i in range(50_000)]}), row_group_size=10_000))
    reading = Reading(path, FileFormat("parquet"), ReadLimits())
    seen = [reading.bytes_done for _ in reading]
    assert seen == sorted(seen)
    assert 0.9 * reading.bytes_total < reading.bytes_done <= reading.bytes_total
    reading.close()


def test_limits(tmp_path: Path) -> None:
    content = parquet(pa.table({"a": ["x" * 1000] * 1000, "b": [1] * 1000}))
    with pytest.raises(ExpandsTooFar):
        rows(tmp_path / "x", content, "parquet", max_expanded_bytes=100_000)
    with pytest.raises(TooManyColumns):
        rows(tmp_path / "x", content, "parquet", max_columns=1)
