"""How many sequences have which length: exact order statistics in memory that does not grow with their number."""

import math

import numpy as np
import numpy.typing as npt

from mistudio.schemas.metadata import LENGTH_BINS, CurvePoint, Histogram

Counts = npt.NDArray[np.int64]

# Lengths below are counted in an array; the few beyond, each at least this long, in a dictionary.
DENSE = 1 << 16
PERCENTILES = (1, 5, 25, 50, 75, 90, 95, 99)
FINE_BINS = 60


class LengthCounts:
    """A histogram of lengths, with one count for every length that occurs. Addition is exact and associative."""

    def __init__(self) -> None:
        self._dense = np.zeros(1024, np.int64)
        self._long: dict[int, int] = {}

    def add(self, lengths: npt.NDArray[np.int64]) -> None:
        """lengths: shape (n,), each >= 0."""
        if len(lengths) and lengths.max() >= DENSE:
            values, counts = np.unique(lengths[lengths >= DENSE], return_counts=True)
            for value, count in zip(values.tolist(), counts.tolist(), strict=True):
                self._long[value] = self._long.get(value, 0) + count
            lengths = lengths[lengths < DENSE]
        if len(lengths):
            self._add_dense(np.bincount(lengths))

    def merge(self, other: "LengthCounts") -> None:
        self._add_dense(other._dense)
        for value, count in other._long.items():
            self._long[value] = self._long.get(value, 0) + count

    def _add_dense(self, counts: Counts) -> None:
        if len(counts) > len(self._dense):
            size = min(DENSE, max(len(counts), 2 * len(self._dense)))
            self._dense = np.concatenate([self._dense, np.zeros(size - len(self._dense), np.int64)])
        self._dense[: len(counts)] += counts

    def table(self) -> tuple[Counts, Counts]:
        """(lengths, counts): the lengths that occur, ascending, and how often."""
        dense = np.flatnonzero(self._dense)
        far = np.array(sorted(self._long), np.int64)
        counts = np.array([self._long[value] for value in far.tolist()], np.int64)
        return np.concatenate([dense, far]), np.concatenate([self._dense[dense], counts])

    @classmethod
    def of_table(cls, lengths: Counts, counts: Counts) -> "LengthCounts":
        made = cls()
        near = lengths < DENSE
        if near.any():
            dense = np.zeros(int(lengths[near].max()) + 1, np.int64)
            dense[lengths[near]] = counts[near]
            made._add_dense(dense)
        made._long = dict(zip(lengths[~near].tolist(), counts[~near].tolist(), strict=True))
        return made


def percentiles(lengths: Counts, counts: Counts, percents: tuple[float, ...]) -> list[float]:
    """Percentiles with linear interpolation, equal to numpy.percentile of the expanded lengths.

    lengths, counts: shape (k,), lengths ascending, counts > 0. With k = 0 all are 0.
    """
    if len(lengths) == 0:
        return [0.0] * len(percents)
    ends = np.cumsum(counts)
    last = int(ends[-1]) - 1
    found = []
    for percent in percents:
        rank = percent / 100 * last
        below = math.floor(rank)
        share = rank - below
        low, high = lengths[np.searchsorted(ends, [below, min(below + 1, last)], side="right")].tolist()
        # numpy interpolates from the nearer end, for the last bit's sake
        found.append(high - (high - low) * (1 - share) if share >= 0.5 else low + (high - low) * share)
    return [float(value) for value in found]


def length_bins(lengths: Counts, counts: Counts) -> dict[str, int]:
    """Counts in the half-open bins of LENGTH_BINS."""
    edges = [int(name.split("-")[0].rstrip("+")) for name in LENGTH_BINS]
    index = np.searchsorted(edges, lengths, side="right") - 1
    totals = np.bincount(index, weights=counts, minlength=len(edges)) if len(lengths) else np.zeros(len(edges))
    return dict(zip(LENGTH_BINS, totals.astype(np.int64).tolist(), strict=True))


def fine_histogram(lengths: Counts, counts: Counts) -> Histogram:
    """About FINE_BINS bins of one width from the shortest to the 99th percentile, and one more for the tail."""
    if len(lengths) == 0:
        return Histogram(edges=[0, 1], counts=[0])
    low, high = int(lengths[0]), int(lengths[-1])
    bulk = math.ceil(percentiles(lengths, counts, (99,))[0])
    width = max(1, -(-(bulk + 1 - low) // FINE_BINS))
    edges = list(range(low, bulk + 1 + width, width))
    if edges[-1] <= high:
        edges.append(high + 1)
    index = np.searchsorted(edges, lengths, side="right") - 1
    totals = np.bincount(index, weights=counts, minlength=len(edges) - 1).astype(np.int64)
    return Histogram(edges=edges, counts=totals.tolist())


def truncation_curve(lengths: Counts, counts: Counts) -> list[CurvePoint]:
    """What each max_length (1, 2, 3, 4, 6, 8, 12, …) would keep. lengths: before truncation."""
    if len(lengths) == 0:
        return []
    longest = int(lengths[-1])
    limits = {longest}
    power = 1
    while power < longest:
        limits |= {limit for limit in (power, power * 3 // 2) if limit < longest}
        power *= 2
    tokens = np.append(0, np.cumsum(lengths * counts))
    samples = np.append(0, np.cumsum(counts))
    curve = []
    for limit in sorted(limits):
        whole = int(np.searchsorted(lengths, limit, side="right"))
        kept = int(tokens[whole]) + limit * int(samples[-1] - samples[whole])
        curve.append(
            CurvePoint(
                max_length=limit,
                tokens_kept=kept / int(tokens[-1]) if tokens[-1] else 1.0,
                samples_kept_whole=int(samples[whole]) / int(samples[-1]),
            )
        )
    return curve
