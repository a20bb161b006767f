import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.pipeline.tokenize.lengths import (
    DENSE,
    PERCENTILES,
    LengthCounts,
    fine_histogram,
    length_bins,
    percentiles,
    truncation_curve,
)

lengths = st.lists(st.one_of(st.integers(0, 300), st.integers(DENSE - 2, DENSE + 3)), min_size=1, max_size=60)


def counted(values: list[int]) -> LengthCounts:
    counts = LengthCounts()
    counts.add(np.array(values, np.int64))
    return counts


@given(lengths)
def test_percentiles_are_numpys(values: list[int]) -> None:
    found = percentiles(*counted(values).table(), PERCENTILES)
    assert found == np.percentile(values, PERCENTILES).tolist()


@given(lengths, lengths, lengths)
def test_merging_is_counting_together(a: list[int], b: list[int], c: list[int]) -> None:
    left, right = counted(a), counted(b)
    left.merge(right)
    left.merge(counted(c))
    together = counted([*a, *b, *c]).table()
    assert [part.tolist() for part in left.table()] == [part.tolist() for part in together]
    again = LengthCounts.of_table(*together)
    assert [part.tolist() for part in again.table()] == [part.tolist() for part in together]


def test_no_lengths_have_no_percentiles() -> None:
    assert percentiles(*LengthCounts().table(), (50, 99)) == [0.0, 0.0]
    assert truncation_curve(*LengthCounts().table()) == []
    assert fine_histogram(*LengthCounts().table()).counts == [0]


@pytest.mark.parametrize(
    ("length", "name"),
    [
        (0, "0-50"),
        (49, "0-50"),
        (50, "50-100"),
        (199, "100-200"),
        (4999, "2000-5000"),
        (5000, "5000+"),
        (10**6, "5000+"),
    ],
)
def test_bins_are_half_open(length: int, name: str) -> None:
    assert {key for key, count in length_bins(*counted([length]).table()).items() if count} == {name}


@given(lengths)
def test_fine_histogram_counts_every_length_once(values: list[int]) -> None:
    histogram = fine_histogram(*counted(values).table())
    assert histogram.edges == sorted(set(histogram.edges))
    expected, _ = np.histogram(values, [*histogram.edges[:-1], histogram.edges[-1] - 0.5])
    assert histogram.counts == expected.tolist()
    assert sum(histogram.counts) == len(values)
    assert len(histogram.counts) <= 62


@given(lengths)
def test_truncation_curve_says_what_each_limit_keeps(values: list[int]) -> None:
    for point in truncation_curve(*counted(values).table()):
        kept = sum(min(value, point.max_length) for value in values)
        assert point.tokens_kept == (kept / sum(values) if sum(values) else 1.0)
        assert point.samples_kept_whole == sum(value <= point.max_length for value in values) / len(values)
