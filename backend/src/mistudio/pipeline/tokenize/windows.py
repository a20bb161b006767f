"""Stride: a long sequence becomes several overlapping windows, as `tokenizers` cuts them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mistudio.pipeline.tokenize.flat import Offsets, Values, offsets_of


class Windows(NamedTuple):
    """Cuts of n sequences into m >= n windows, in order. All int64, shape (m,).

    source: which sequence. start, stop: positions in the flat values.
    """

    source: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]


def cut_windows(offsets: Offsets, limit: int, stride: int, side: str) -> Windows:
    """Windows of at most `limit` values, each sharing `stride` values with the one before (0 <= stride < limit).

    From the left end on for side "right" (the last window may be short); from the right end backwards for "left".
    A sequence that fits, also an empty one, is one window.
    """
    lengths = np.diff(offsets)
    step = limit - stride
    count = np.maximum(1, -(-(lengths - stride) // step))
    count[lengths <= limit] = 1
    source = np.repeat(np.arange(len(lengths), dtype=np.int64), count)
    nth = np.arange(len(source), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    if side == "right":
        start = offsets[source] + nth * step
        stop = np.minimum(start + limit, offsets[source + 1])
    else:
        stop = offsets[source + 1] - nth * step
        start = np.maximum(stop - limit, offsets[source])
    return Windows(source, start, stop)


def gather(values: Values, windows: Windows) -> tuple[Values, Offsets]:
    """The windows' values one after the other, with their offsets."""
    lengths = windows.stop - windows.start
    offsets = offsets_of(lengths)
    index = np.arange(int(offsets[-1]), dtype=np.int64) + np.repeat(windows.start - offsets[:-1], lengths)
    return values[index], offsets
