"""Pages, cells and searches of a published dataset, without the libraries that a request must not load."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from mistudio.core.errors import ColumnNotFound, InvalidRequest, SplitNotFound
from mistudio.pipeline import samples
from mistudio.pipeline.ingest import write_raw
from mistudio.schemas.metadata import SourceMetadata

ROWS = 100


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 rows in ten batches: n, text (null every tenth), long, number; and a test split."""
    path = tmp_path_factory.mktemp("data") / "raw"

    def rows(start: int) -> pa.RecordBatch:
        numbers = range(start, start + 10)
        columns = {
            "n": list(numbers),
            "text": [None if n % 10 == 9 else f"Row {n} ÄÖ" for n in numbers],
            "long": ["x" * 50 * n for n in numbers],
            "number": [n / 2 if n % 2 else float("nan") for n in numbers],
        }
        return pa.RecordBatch.from_pydict(columns)

    batches = [("train", iter([rows(start) for start in range(0, ROWS, 10)])), ("test", iter([rows(0)]))]
    write_raw(path, batches, ["text"], "\n", SourceMetadata())
    return path


def test_a_page_from_the_middle(root: Path) -> None:
    found = samples.read_rows(root, "train", 47, 6, characters=2000)
    assert [row["row_idx"] for row in found.rows] == [47, 48, 49, 50, 51, 52]
    assert [row["row"]["n"] for row in found.rows] == [47, 48, 49, 50, 51, 52]
    assert found.rows[2]["row"] == {"n": 49, "text": None, "long": "x" * 2000, "number": 24.5}
    assert found.rows[2]["truncated_cells"] == ["long"]
    assert found.rows[1]["row"]["number"] is None
    assert (found.num_rows_total, found.partial) == (ROWS, False)
    assert found.features[1] == {"feature_idx": 1, "name": "text", "type": {"dtype": "string", "_type": "Value"}}


@pytest.mark.parametrize(("offset", "limit", "count"), [(95, 10, 5), (100, 10, 0), (10**12, 1, 0), (0, 0, 0)])
def test_pages_at_the_end(root: Path, offset: int, limit: int, count: int) -> None:
    found = samples.read_rows(root, "train", offset, limit)
    assert len(found.rows) == count
    assert found.num_rows_total == ROWS


def test_one_whole_cell(root: Path) -> None:
    assert samples.cell(root, "train", 99, "long") == "x" * 4950
    assert samples.cell(root, "train", 50, "number") is None
    for row in (-1, ROWS):
        with pytest.raises(InvalidRequest):
            samples.cell(root, "train", row, "n")
    with pytest.raises(ColumnNotFound):
        samples.cell(root, "train", 0, "other")
    with pytest.raises(SplitNotFound):
        samples.cell(root, "../train", 0, "n")


def test_search_whatever_the_case(root: Path) -> None:
    found = samples.search(root, "train", "rOW 4", None, 1, 3)
    assert [row["row_idx"] for row in found.rows] == [40, 41, 42]
    assert found.num_rows_total == 10
    assert not found.partial
    assert samples.search(root, "train", "äö", ["text"], 0, 5).num_rows_total == 90
    assert samples.search(root, "train", ".*", None, 0, 5).num_rows_total == 0


def test_search_in_chosen_columns(root: Path) -> None:
    assert samples.search(root, "train", "xx", ["text"], 0, 5).num_rows_total == 0
    assert samples.search(root, "train", "xx", ["text", "long"], 0, 5).num_rows_total == 99
    assert samples.search(root, "train", "4", ["n"], 0, 5).num_rows_total == 0
    with pytest.raises(ColumnNotFound):
        samples.search(root, "train", "x", ["other"], 0, 5)


def test_search_ends_when_its_time_is_over(root: Path) -> None:
    found = samples.search(root, "train", "row", None, 0, 5, seconds=0)
    assert found.partial
    assert found.rows == []


def test_other_splits(root: Path) -> None:
    assert samples.read_rows(root, "test", 0, 100).num_rows_total == 10
    with pytest.raises(SplitNotFound):
        samples.read_rows(root, "validation", 0, 1)


def test_loads_neither_datasets_nor_pandas(root: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from mistudio.pipeline import samples
root = Path({str(root)!r})
samples.read_rows(root, "train", 5, 3)
samples.search(root, "train", "row", None, 0, 3)
samples.cell(root, "train", 5, "text")
print([name for name in ("datasets", "pandas", "transformers", "torch") if name in sys.modules])
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
