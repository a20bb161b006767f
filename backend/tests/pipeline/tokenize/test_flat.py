import itertools
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mistudio.pipeline.tokenize.flat import affix, content_mask, offsets_of, pad, padded_lengths, truncate

rows_of_ids = st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=12)
sides = st.sampled_from(["left", "right"])


def flatten(rows: list[list[int]]) -> tuple[Any, Any]:
    return np.array([x for row in rows for x in row], np.int32), offsets_of(
        np.array([len(r) for r in rows], np.int64)
    )


def unflatten(values: Any, offsets: Any) -> list[list[int]]:
    return [values[a:b].tolist() for a, b in itertools.pairwise(offsets)]


@given(rows_of_ids, st.integers(0, 8), sides)
def test_truncate_keeps_one_end(rows: list[list[int]], limit: int, side: str) -> None:
    expected = [row[:limit] if side == "right" else row[max(0, len(row) - limit) :] for row in rows]
    assert unflatten(*truncate(*flatten(rows), limit, side)) == expected


@given(rows_of_ids, st.lists(st.integers(10, 19), max_size=3), st.lists(st.integers(20, 29), max_size=3))
def test_affix_surrounds_every_row(rows: list[list[int]], prefix: list[int], suffix: list[int]) -> None:
    made = affix(*flatten(rows), tuple(prefix), tuple(suffix))
    assert unflatten(*made) == [[*prefix, *row, *suffix] for row in rows]


@given(rows_of_ids, st.integers(0, 20), st.sampled_from([None, 1, 3, 8]), sides)
def test_pad_fills_up_to_a_multiple(rows: list[list[int]], width: int, multiple: int | None, side: str) -> None:
    values, offsets = flatten(rows)
    lengths = padded_lengths(np.diff(offsets), width, multiple)
    padded, new = pad(values, offsets, lengths, 99, side)
    while multiple and width % multiple:
        width += 1
    fill = [[99] * max(0, width - len(row)) for row in rows]
    assert unflatten(padded, new) == [f + r if side == "left" else r + f for r, f in zip(rows, fill, strict=True)]
    assert padded[content_mask(offsets, new, side)].tolist() == values.tolist()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20), sides)
def test_content_mask_of_rows_padded_to_unlike_lengths(sizes: list[tuple[int, int]], side: str) -> None:
    before = offsets_of(np.array([size for size, _ in sizes], np.int64))
    after = offsets_of(np.array([size + more for size, more in sizes], np.int64))
    expected = [[1] * n + [0] * m if side == "right" else [0] * m + [1] * n for n, m in sizes]
    assert content_mask(before, after, side).astype(int).tolist() == [x for row in expected for x in row]
