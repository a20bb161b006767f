"""CSV: every cell as it stands, numbers only where nothing is lost."""

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import BadRows, MalformedFile, TooManyColumns
from mistudio.pipeline.readers.csv import narrowest
from tests.pipeline.readers.reading import read, rows, set_aside
from tests.pipeline.tables import TEXT

CELLS = TEXT | st.sampled_from(["", "1", "-2", "007", "1.5", "2.0", "true", "x", str(2**63), "1e+22", "NaN"])

NARROW: dict[str, tuple[list[str], pa.DataType, list[Any]]] = {
    "integers": (["1", "-2", "0"], pa.int64(), [1, -2, 0]),
    "with empty cells": (["1", "", "3"], pa.int64(), [1, None, 3]),
    "only empty cells": (["", ""], pa.null(), [None, None]),
    "the ends of 64 bits": ([str(2**63 - 1), str(-(2**63))], pa.int64(), [2**63 - 1, -(2**63)]),
    "beyond 64 bits": ([str(2**63)], pa.string(), [str(2**63)]),
    "leading zeros": (["1", "01"], pa.string(), ["1", "01"]),
    "minus zero": (["-0"], pa.string(), ["-0"]),
    "hexadecimal": (["0x10"], pa.string(), ["0x10"]),
    "spaces": ([" 1"], pa.string(), [" 1"]),
    "underscores": (["1_000"], pa.string(), ["1_000"]),
    "decimals": (["1.5", "-0.25"], pa.float64(), [1.5, -0.25]),
    "short exponents": (["1.5e+30", "1e+22"], pa.float64(), [1.5e30, 1e22]),
    "more digits than a float has": (["0.12345678901234567890"], pa.string(), ["0.12345678901234567890"]),
    "trailing zeros": (["1.50"], pa.string(), ["1.50"]),
    "whole and decimal": (["1", "1.5"], pa.string(), ["1", "1.5"]),
    "booleans": (["true", "", "false"], pa.bool_(), [True, None, False]),
    "booleans and numbers": (["true", "1"], pa.string(), ["true", "1"]),
    "numbers, then text": (["1"] * 100 + ["x"], pa.string(), ["1"] * 100 + ["x"]),
}


@pytest.mark.parametrize(("cells", "kind", "values"), NARROW.values(), ids=NARROW)
def test_narrowest(cells: list[str], kind: pa.DataType, values: list[Any]) -> None:
    found = narrowest(pa.array(cells, pa.string()))
    assert found.type == kind
    assert found.to_pylist() == values


def as_text(value: Any) -> str:
    """A typed value as it stood in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(pa.scalar(value).cast(pa.string()).as_py())


@given(
    st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=12)),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([4, 4096]),
)
def test_every_cell_comes_back(
    tmp_path: Path, table: list[list[str]], line_end: str, quoting: Any, block_bytes: int
) -> None:
    """Whatever the types became: written as text again they are the cells, in every block size."""
    written = io.StringIO()
    if line_end == "\n" and quoting == csv.QUOTE_MINIMAL:  # then the module leaves \r without quotes
        table = [[cell.replace("\r", "") for cell in row] for row in table]
    writer = csv.writer(written, lineterminator=line_end, quoting=quoting)
    names = [f"c{i}" for i in range(len(table[0]))]
    writer.writerows([names, *table])
    found = rows(tmp_path / "x", written.getvalue().encode(), "csv", block_bytes=block_bytes)
    assert [[as_text(row[name]) for name in names] for row in found] == table


@pytest.mark.parametrize("block_bytes", [1, 4096])
@pytest.mark.parametrize("threads", [0, 2])
def test_types_do_not_depend_on_blocks(tmp_path: Path, block_bytes: int, threads: int) -> None:
    content = b"a,b,c,d\n1,1,,x\n,1.5,,\n007,2,true,z\n"
    table = read(tmp_path / "x", content, "csv", block_bytes=block_bytes, threads=threads)
    assert table.to_pydict() == {
        "a": ["1", "", "007"],
        "b": ["1", "1.5", "2"],
        "c": [None, None, True],
        "d": ["x", "", "z"],
    }


def test_columns_can_be_kept_text(tmp_path: Path) -> None:
    content = b"a,b\n1,1\n,2\n"
    assert rows(tmp_path / "x", content, "csv", keep_text=["a"]) == [{"a": "1", "b": 1}, {"a": "", "b": 2}]


def test_without_header(tmp_path: Path) -> None:
    assert rows(tmp_path / "x", b"1,x\n2,y", "csv", header=False) == [
        {"column_0": 1, "column_1": "x"},
        {"column_0": 2, "column_1": "y"},
    ]


@pytest.mark.parametrize("block_bytes", [1, 4096])
@pytest.mark.parametrize(
    ("content", "row", "line"),
    [
        (b"a,b\n1,2\n3\n", 2, 3),
        (b'a,b\n"1\n\n",2\n3\n', 2, 5),
        (b"a,b\r\n1,2\r\n\r\n\r\n3,4,5\r\n", 2, 5),
        (b'"a\n",b\n1\n', 1, 3),
        (b"\n\na,b\n1\n", 1, 4),
    ],
)
def test_places_ragged_rows(tmp_path: Path, content: bytes, row: int, line: int, block_bytes: int) -> None:
    with pytest.raises(BadRows) as caught:
        rows(tmp_path / "x", content, "csv", block_bytes=block_bytes)
    assert (caught.value.extra["row"], caught.value.extra["line"]) == (row, line)
    assert f"Row {row} (line {line})" in caught.value.detail


@pytest.mark.parametrize("block_bytes", [1, 4096])
def test_sets_ragged_rows_aside(tmp_path: Path, block_bytes: int) -> None:
    good, bad = set_aside(tmp_path / "x", b"a,b\n1,2\n\n3\n4,5\n6,7,8\0\n9,10\n", "csv", block_bytes=block_bytes)
    assert good == [{"a": 1, "b": 2}, {"a": 4, "b": 5}, {"a": 9, "b": 10}]
    assert [(row.row, row.text) for row in bad] == [(2, "3"), (4, "6,7,8\\x00")]
    assert bad[0].reason == "it has 1 cells where 2 are expected"


def test_lists_a_thousand_bad_rows_and_counts_all(tmp_path: Path) -> None:
    from mistudio.pipeline.readers import FileFormat, Reading
    from mistudio.schemas.metadata import ReadLimits

    path = tmp_path / "x"
    path.write_bytes(b"a,b\n" + b"1\n" * 2500 + b"1,2\n")
    reading = Reading(path, FileFormat("csv"), ReadLimits(), set_aside=True)
    assert sum(batch.num_rows for batch in reading) == 1
    assert (len(reading.count.bad), reading.count.num_bad, reading.count.rows) == (1000, 2500, 2501)
    reading.close()


@pytest.mark.parametrize("block_bytes", [1, 4096])
def test_an_unclosed_quote_is_placed(tmp_path: Path, block_bytes: int) -> None:
    with pytest.raises(MalformedFile) as caught:
        rows(tmp_path / "x", b'a,b\n1,"x\ny"\n2,"z\n3,4\n', "csv", block_bytes=block_bytes)
    assert (caught.value.extra["row"], caught.value.extra["line"]) == (2, 4)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "^"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    content = f'a{delimiter}b\n"x{delimiter}y"{delimiter}1\n'.encode()
    assert rows(tmp_path / "x", content, "csv", delimiter=delimiter) == [{"a": f"x{delimiter}y", "b": 1}]


def test_refuses_too_many_columns_and_equal_names(tmp_path: Path) -> None:
    with pytest.raises(TooManyColumns):
        rows(tmp_path / "x", b"a,b,c\n1,2,3\n", "csv", max_columns=2)
    with pytest.raises(MalformedFile, match="'a'"):
        rows(tmp_path / "x", b"a,b,a\n1,2,3\n", "csv")
    with pytest.raises(MalformedFile, match="column_0"):
        rows(tmp_path / "x", b",column_0\n1,2\n", "csv")


def test_nothing_but_a_header(tmp_path: Path) -> None:
    for content in (b"a,b", b"a,b\n", b"\n\n", b"a,b\n\n\n"):
        assert rows(tmp_path / "x", content, "csv") == []
