import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import ColumnNotFound, ColumnNotText, NoTextColumn
from mistudio.pipeline.tokenize.reading import Range, check_text_columns, cut, join_columns, row_sizes


def test_columns_are_joined_and_nulls_left_out() -> None:
    table = pa.table({"a": ["x", None, "", None], "n": [1, 2, None, None], "b": ["y", "z", "w", None]})
    assert join_columns(table, ["a", "n", "b"], " | ").to_pylist() == ["x | 1 | y", "2 | z", " | w", ""]
    assert join_columns(table, ["a"], " | ").to_pylist() == ["x", "", "", ""]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([1, None, -3]), ["1", "", "-3"]),
        (pa.array([1.5, 2.0]), ["1.5", "2"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array(["é", None], pa.large_string()), ["é", ""]),
    ],
)
def test_values_become_text(values: pa.Array, texts: list[str]) -> None:
    assert join_columns(pa.table({"c": values}), ["c"], "").to_pylist() == texts


def test_columns_that_hold_no_text_are_refused() -> None:
    schema = pa.schema({"text": pa.string(), "list": pa.list_(pa.string()), "bytes": pa.binary()})
    check_text_columns(schema, ["text"])
    with pytest.raises(NoTextColumn):
        check_text_columns(schema, [])
    with pytest.raises(ColumnNotFound):
        check_text_columns(schema, ["text", "txet"])
    for name in ("list", "bytes"):
        with pytest.raises(ColumnNotText):
            check_text_columns(schema, [name])


def test_row_sizes_are_bytes_of_text() -> None:
    first = pa.table({"a": ["x", "éé"], "b": ["yy", None]})
    table = pa.concat_tables([first, pa.table({"a": pa.array([None], pa.string()), "b": ["日"]})])
    assert np.concatenate(list(row_sizes(table))).tolist() == [3, 4, 3]


blocks = st.lists(st.lists(st.integers(0, 12), max_size=15), max_size=6)


@given(blocks, st.integers(1, 30), st.integers(1, 9), st.sampled_from([1, 2, 5]), st.sampled_from([0, 10]))
def test_ranges_cover_all_rows_within_their_limits(
    sizes: list[list[int]], max_bytes: int, max_rows: int, align: int, first: int
) -> None:
    flat = [size for block in sizes for size in block]
    rows = Range(first, first + len(flat))
    ranges = cut((np.array(block, np.int64) for block in sizes), rows, max_bytes, max_rows, align)
    assert ranges[0].start == rows.start
    assert ranges[-1].stop == rows.stop
    assert all(a.stop == b.start for a, b in itertools.pairwise(ranges))
    for start, stop in ranges:
        assert (start - first) % align == 0
        groups = -(-(stop - start) // align)
        assert groups <= -(-max_rows // align)
        assert sum(flat[start - first : stop - first]) <= max_bytes or groups == 1
    assert all(stop > start for start, stop in ranges) or not flat


@given(blocks.filter(lambda sizes: sum(map(len, sizes)) > 0))
def test_ranges_do_not_depend_on_blocks(sizes: list[list[int]]) -> None:
    flat = [size for block in sizes for size in block]
    rows = Range(0, len(flat))
    apart = cut((np.array(block, np.int64) for block in sizes), rows, 20, 6)
    assert apart == cut(iter([np.array(flat, np.int64)]), rows, 20, 6)
