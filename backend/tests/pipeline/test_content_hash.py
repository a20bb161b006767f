"""The hash sees values, nulls, order and types, and nothing of how the rows are cut."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.pipeline.content_hash import ContentHash
from tests.pipeline.tables import Column, tables


def digest(table: pa.Table, rows_at_once: int | None = None) -> str:
    hashed = ContentHash(table.schema)
    for batch in table.to_batches(max_chunksize=rows_at_once):
        hashed.update(batch)
    return hashed.hexdigest()


@given(tables(max_rows=20), st.integers(1, 20))
def test_does_not_depend_on_the_chunks(columns: dict[str, Column], rows_at_once: int) -> None:
    table = pa.table(columns)
    assert digest(table) == digest(table, rows_at_once)


@given(tables(), st.integers(0, 5), st.integers(0, 5))
def test_does_not_depend_on_what_lies_around_a_slice(columns: dict[str, Column], before: int, after: int) -> None:
    table = pa.table(columns)
    around = pa.concat_tables([table.slice(0, min(before, len(table))), table, table.slice(0, after)])
    assert digest(around.combine_chunks().slice(min(before, len(table)), len(table))) == digest(table)


@given(tables(max_rows=5), tables(max_rows=5))
def test_differs_for_different_tables(one: dict[str, Column], other: dict[str, Column]) -> None:
    a, b = pa.table(one), pa.table(other)
    assert (digest(a) == digest(b)) == (a.equals(b) or (repr(one) == repr(other) and a.schema == b.schema))


DIFFERENT = {
    "a value": ([1, 2], [1, 3]),
    "the order": ([1, 2], [2, 1]),
    "null and zero": ([None, 1], [0, 1]),
    "where a null is": ([None, 1, 1], [1, None, 1]),
    "where a text ends": (["ab", "c"], ["a", "bc"]),
    "null and the empty text": ([None, ""], ["", None]),
    "where a list ends": ([[1, 2], [3]], [[1], [2, 3]]),
    "the empty list and null": ([[], [1]], [None, [1]]),
    "the type": ([1, 2], [1.0, 2.0]),
    "true and one": ([True], [1]),
    "a field": ([{"x": 1}], [{"x": 2}]),
    "a null struct and one of nulls": ([{"x": None}, {"x": 1}], [None, {"x": 1}]),
    "the number of rows": ([None], [None, None]),
    "minus zero": ([0.0], [-0.0]),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_sees(one: list[object], other: list[object]) -> None:
    assert digest(pa.table({"a": one})) != digest(pa.table({"a": other}))


def test_sees_names_and_their_columns() -> None:
    assert digest(pa.table({"a": [1], "b": [2]})) != digest(pa.table({"a": [2], "b": [1]}))
    assert digest(pa.table({"a": [1]})) != digest(pa.table({"b": [1]}))


def test_ignores_what_lies_under_a_null() -> None:
    valid = pa.py_buffer(b"\x01")
    one, other = (
        pa.Array.from_buffers(pa.int64(), 2, [valid, pa.py_buffer(b"\x01" + b"\0" * 7 + bytes([hidden]) * 8)])
        for hidden in (0, 255)
    )
    assert digest(pa.table({"a": one})) == digest(pa.table({"a": other}))


def test_dictionaries_count_as_their_values() -> None:
    plain = pa.array(["a", "b", None, "a"])
    schema = pa.schema([("a", pa.string())])
    hashes = []
    for array in (plain, plain.dictionary_encode()):
        hashed = ContentHash(schema)
        hashed.update(pa.RecordBatch.from_arrays([array], ["a"]))
        hashes.append(hashed.hexdigest())
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    "kind",
    [
        pa.date32(), pa.time64("ns"), pa.timestamp("us", "UTC"), pa.decimal128(10, 2), pa.binary(3), pa.null(),
        pa.list_(pa.int8(), 2), pa.large_list(pa.string()), pa.float16(), pa.duration("s"), pa.decimal256(50, 3),
    ],
    ids=str,
)  # fmt: skip
def test_accepts_every_type_that_is_stored(kind: pa.DataType) -> None:
    table = pa.table({"a": pa.nulls(3, kind)})
    assert digest(table, 1) == digest(table)
