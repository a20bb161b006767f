"""Our records end where Arrow's parser ends them, whatever stands in the file and however it arrives."""

import re

import pyarrow as pa
import pyarrow.csv as pcsv
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mistudio.core.errors import MalformedFile, RowTooLong
from mistudio.pipeline.readers.csv_records import NEVER_CLOSED, record_blocks, records

MESSY = st.text('ab,"\n\r ', min_size=1, max_size=40).map(str.encode)


def arrow_count(data: bytes) -> int:
    """How many records Arrow sees: those of two cells, and those it calls invalid."""
    bad = []

    def note(row: pcsv.InvalidRow) -> str:
        bad.append(row.number)
        return "skip"

    table = pcsv.read_csv(
        pa.BufferReader(data),
        pcsv.ReadOptions(use_threads=False, block_size=len(data), column_names=["a", "b"]),
        pcsv.ParseOptions(invalid_row_handler=note),
    )
    return int(table.num_rows) + len(bad)


@settings(max_examples=500)
@given(MESSY, st.integers(1, 6), st.integers(1, 12))
@example(b'"a""b",c\n"\n",d', 1, 1)
@example(b'x"\n"y\nz"', 2, 1)
@example(b'"a\r\n"\r\n\r"', 1, 1)
def test_blocks_hold_the_same_records_however_cut(data: bytes, size: int, block_bytes: int) -> None:
    whole = [match.group() for match in records(data, ",")]
    blocks = list(record_blocks([data[i : i + size] for i in range(0, len(data), size)], ",", 10**6, block_bytes))
    assert [match.group() for block in blocks for match in records(block.data, ",")] == whole
    stopped = blocks[-1].stop
    assert stopped in (None, (MalformedFile, NEVER_CLOSED))
    assert (stopped is None) == (b"".join(block.data for block in blocks) == data)


@settings(max_examples=500)
@given(MESSY)
def test_agrees_with_the_parser(data: bytes) -> None:
    blocks = list(record_blocks([data], ",", 10**6))
    if blocks[-1].stop is None:
        assert len(list(records(data, ","))) == arrow_count(data)


@pytest.mark.parametrize(
    ("data", "count", "closed"),
    [
        (b"a\nb\n", 2, True),
        (b'a\n"b\n', 1, False),
        (b'a\n"b""\n', 1, False),
        (b'a\n"b"\n', 2, True),
        (b'a\nb"\n', 2, True),
        (b'a,"b\nc"d"e\nf\n', 2, True),
        (b"a\rb\r", 2, True),
        (b"\n\r\n\r", 0, True),
    ],
)
def test_unclosed_quotes(data: bytes, count: int, closed: bool) -> None:
    blocks = list(record_blocks([data], ",", 10**6))
    assert sum(1 for block in blocks for _ in records(block.data, ",")) == count
    assert (blocks[-1].stop is None) == closed


@pytest.mark.parametrize("long", [b"x" * 100, b'"' + b"x\n" * 50, b'x"' + b"y" * 100, b'"a"b' + b'"c' * 50])
def test_stops_before_a_record_that_is_too_long(long: bytes) -> None:
    data = b"a,b\nc,d\n" + long
    blocks = list(record_blocks([data[i : i + 5] for i in range(0, len(data), 5)], ",", 40, 10))
    assert b"".join(block.data for block in blocks) == b"a,b\nc,d\n"
    assert blocks[-1].stop is not None
    assert blocks[-1].stop[0] is RowTooLong


def test_a_record_may_be_much_longer_than_a_block() -> None:
    data = b'a,"' + b"x\n" * 5000 + b'"\nb,c\n'
    blocks = list(record_blocks([data[i : i + 7] for i in range(0, len(data), 7)], ",", 10**6, 64))
    assert re.sub(rb"x\n", b"", b"".join(block.data for block in blocks)) == b'a,""\nb,c\n'
    assert sum(1 for block in blocks for _ in records(block.data, ",")) == 2
