"""JSON gets what it can hold, and no more than a page can show."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

from mistudio.pipeline.cells import json_safe, page
from tests.pipeline.tables import Column, rows_of, tables

SAFE = [
    (float("nan"), None),
    (float("-inf"), None),
    (2**63 - 1, 2**63 - 1),
    (b"\0\xff", "AP8="),
    (Decimal("1.50"), "1.50"),
    (datetime.date(2024, 2, 29), "2024-02-29"),
    (datetime.datetime(2024, 2, 29, 1, tzinfo=datetime.UTC), "2024-02-29T01:00:00+00:00"),
    (datetime.time(1, 2, 3), "01:02:03"),
    (datetime.timedelta(days=1), "1 day, 0:00:00"),
    ([float("nan"), (1, "a")], [None, [1, "a"]]),
    ({"a": {"b": b""}}, {"a": {"b": ""}}),
    ("\0", "\0"),
]


@pytest.mark.parametrize(("value", "safe"), SAFE)
def test_json_safe(value: Any, safe: Any) -> None:
    found = json_safe(value)
    assert found == safe
    assert type(found) is type(safe)
    json.dumps(found, allow_nan=False)


@given(tables())
def test_small_values_are_shown_as_they_are(columns: dict[str, Column]) -> None:
    batch = pa.RecordBatch.from_pydict(columns)
    assert page(batch) == [(row, []) for row in rows_of(columns)]


def one(values: Any, characters: int = 10) -> tuple[Any, list[str]]:
    (row, cut), *_ = page(pa.RecordBatch.from_pydict({"a": values}), characters)
    return row["a"], cut


def test_long_text_is_cut_by_characters() -> None:
    assert one(["é" * 10]) == ("é" * 10, [])
    assert one(["é" * 11]) == ("é" * 10, ["a"])
    assert one(pa.array(["😀" * 11], pa.large_string())) == ("😀" * 10, ["a"])


def test_long_bytes_are_cut() -> None:
    assert one([b"\0" * 6]) == ("AAAAAAAA", [])
    assert one([b"\0" * 9]) == ("A" * 10, ["a"])


def test_long_lists_are_shown_as_the_beginning_of_their_json() -> None:
    assert one([[1, 2, 3]]) == ([1, 2, 3], [])
    assert one([[1, 2, 3, 4, 5, 6]]) == ("[1, 2, 3, ", ["a"])


def test_huge_lists_are_not_unpacked() -> None:
    assert one([list(range(1_000_000))], 100) == ("list<item: int64>, 8000004 bytes", ["a"])


def test_times_keep_what_python_would_lose() -> None:
    nanoseconds = pa.array([1, None], pa.timestamp("ns"))
    far = pa.array([2**60], pa.timestamp("s"))
    assert one(nanoseconds)[0] == "1970-01-01T00:00:00.000000001"
    assert isinstance(one(far)[0], str)
    assert one(pa.array([0], pa.timestamp("us", "UTC")))[0] == "1970-01-01T00:00:00.000000Z"
    assert isinstance(one(pa.array([[2**60]], pa.list_(pa.timestamp("s"))), 100)[0], str)
