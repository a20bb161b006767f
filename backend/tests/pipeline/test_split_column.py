"""Rows go where a column sends them."""

from typing import Any

import pyarrow as pa
import pytest

from mistudio.core.errors import ColumnNotFound, InvalidRequest
from mistudio.pipeline.split_column import by_split


def parts(values: list[Any]) -> list[tuple[str, list[int]]]:
    batch = pa.RecordBatch.from_pydict({"split": values, "n": list(range(len(values)))})
    return [(name, part["n"].to_pylist()) for name, part in by_split(batch, "split")]


def test_keeps_the_order_of_rows_and_of_first_appearance() -> None:
    assert parts(["train", "test", "train", "test"]) == [("train", [0, 2]), ("test", [1, 3])]
    assert parts(["v.1_x"] * 2) == [("v.1_x", [0, 1])]


def test_numbers_and_booleans_name_splits_too() -> None:
    assert parts([0, 1, 0]) == [("0", [0, 2]), ("1", [1])]
    assert parts([True, False]) == [("true", [0]), ("false", [1])]


@pytest.mark.parametrize(
    "value", ["", "a/b", "../x", "a b", ".hidden", "a..b", "x\0", "x" * 101, "漢" * 90, None, "a\n"]
)
def test_refuses_names_that_are_none(value: str | None) -> None:
    with pytest.raises(InvalidRequest):
        parts(["train", value])


def test_refuses_columns_that_cannot() -> None:
    with pytest.raises(ColumnNotFound):
        list(by_split(pa.RecordBatch.from_pydict({"a": [1]}), "split"))
    for values in ([1.5], [[1]], [{"a": 1}]):
        with pytest.raises(InvalidRequest):
            parts(values)
