"""Types that widen without changing a value, types that can be stored, columns that look like text."""

from typing import Any

import pyarrow as pa
import pytest

from mistudio.core.errors import MalformedFile
from mistudio.pipeline.table_types import AS_TEXT, align, nesting, storable, text_columns, widen, width


def schema(*fields: tuple[str, pa.DataType], as_text: bool = False) -> pa.Schema:
    return pa.schema(fields, metadata=AS_TEXT if as_text else None)


def test_new_columns_go_to_the_end() -> None:
    one, two = schema(("b", pa.int64()), ("a", pa.null())), schema(("c", pa.bool_()), ("a", pa.string()))
    assert widen(one, two) == schema(("b", pa.int64()), ("a", pa.string()), ("c", pa.bool_()))


def test_text_takes_anything_back_only_where_all_was_read_as_text() -> None:
    numbers, words = schema(("a", pa.int64()), as_text=True), schema(("a", pa.string()), as_text=True)
    assert widen(numbers, words) == words
    assert widen(numbers, schema(("a", pa.float64()), as_text=True)) == words
    with pytest.raises(MalformedFile) as caught:
        widen(numbers, schema(("a", pa.string())))
    assert caught.value.extra == {"column": "a", "types": ["int64", "string"]}


@pytest.mark.parametrize(
    ("values", "kind"),
    [([2**53 + 1], pa.float64()), ([2**40], pa.int32()), ([-1], pa.uint8())],
)
def test_align_changes_no_value(values: list[Any], kind: pa.DataType) -> None:
    with pytest.raises(MalformedFile) as caught:
        align(pa.RecordBatch.from_pydict({"a": values}), schema(("a", kind)))
    assert caught.value.extra == {"column": "a"}


STORABLE = [
    (pa.array(["a", None]).dictionary_encode(), pa.string(), ["a", None]),
    (pa.array(["a"], pa.string_view()), pa.string(), ["a"]),
    (pa.array([b"a"], pa.binary_view()), pa.binary(), [b"a"]),
    (
        pa.array([[("k", 1), ("l", None)], None], pa.map_(pa.string(), pa.int64())),
        pa.list_(pa.struct([("key", pa.string()), ("value", pa.int64())])),
        [[{"key": "k", "value": 1}, {"key": "l", "value": None}], None],
    ),
    (pa.array([{"d": "a"}]), pa.struct([("d", pa.string())]), [{"d": "a"}]),
    (pa.array([[1, 2]], pa.list_(pa.int8(), 2)), pa.list_(pa.int8(), 2), [[1, 2]]),
    (pa.array([True], pa.bool_()).cast(pa.bool8()), pa.int8(), [1]),
]


@pytest.mark.parametrize(("array", "kind", "values"), STORABLE, ids=[str(array.type) for array, _, _ in STORABLE])
def test_storable(array: pa.Array, kind: pa.DataType, values: list[Any]) -> None:
    found = storable(pa.RecordBatch.from_arrays([array], ["a"])).column(0)
    assert found.type == kind
    assert found.to_pylist() == values


NOT_STORABLE = [
    pa.nulls(1, pa.month_day_nano_interval()),
    pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
    pa.array([[1], None], pa.list_view(pa.int8())),
]


@pytest.mark.parametrize("array", NOT_STORABLE, ids=[str(array.type) for array in NOT_STORABLE])
def test_refuses_by_name_what_cannot_be_stored(array: pa.Array) -> None:
    with pytest.raises(MalformedFile) as caught:
        storable(pa.RecordBatch.from_arrays([array], ["when"]))
    assert caught.value.extra["column"] == "when"


def test_text_columns_by_usual_name_then_by_length() -> None:
    batch = pa.RecordBatch.from_pydict(
        {
            "id": ["a1", "a2"],
            "title": ["one two", "three four"],
            "body": ["short", "words"],
            "story_of_it": ["a much longer text", "with many words in it"],
            "n": [1, 2],
            "tags": [["a b"], ["c d"]],
        }
    )
    assert text_columns(batch) == ["body", "story_of_it", "title"]
    assert text_columns(pa.RecordBatch.from_pydict({"n": [1], "text": pa.array([None], pa.string())})) == ["text"]


def test_width_and_nesting() -> None:
    kind = pa.list_(pa.struct([("x", pa.int8()), ("y", pa.list_(pa.struct([("z", pa.int8())])))]))
    assert width(schema(("a", kind), ("b", pa.int8()))) == 3
    assert nesting(schema(("a", kind), ("b", pa.int8()))) == 5
    assert (width(schema()), nesting(schema())) == (0, 0)
