"""Truncation, special tokens and padding on flat arrays: whole batches at once, no object per sequence or token.

Each function takes values of any dtype, shape (tokens,), with int64 offsets, shape (n + 1,), and returns new ones,
so that ids, token types and masks go through the same steps.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]
Offsets = npt.NDArray[np.int64]


def offsets_of(lengths: npt.NDArray[np.int64]) -> Offsets:
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def truncate(values: Values, offsets: Offsets, limit: int, side: str) -> tuple[Values, Offsets]:
    """Keep at most `limit` values of each sequence: the first ones, or for side "left" the last ones."""
    lengths = np.diff(offsets)
    long = np.flatnonzero(lengths > limit)
    if len(long) == 0:
        return values, offsets
    # What is kept is runs between the cuts: one copy a cut, not one a sequence.
    cut = lengths[long] - limit
    starts = np.append(0, offsets[long + 1] if side == "right" else offsets[long] + cut)
    stops = np.append(offsets[long] + limit if side == "right" else offsets[long], offsets[-1])
    pieces = [values[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
    return np.concatenate(pieces), offsets_of(np.minimum(lengths, limit))


def affix(
    values: Values, offsets: Offsets, prefix: tuple[int, ...], suffix: tuple[int, ...]
) -> tuple[Values, Offsets]:
    """Put the same values before and after every sequence."""
    if not prefix and not suffix:
        return values, offsets
    new = offsets + np.arange(len(offsets), dtype=np.int64) * (len(prefix) + len(suffix))
    out = np.empty(int(new[-1]), values.dtype)
    content = np.ones(len(out), bool)
    for j, value in enumerate(prefix):
        out[new[:-1] + j] = value
        content[new[:-1] + j] = False
    for j, value in enumerate(suffix, start=-len(suffix)):
        out[new[1:] + j] = value
        content[new[1:] + j] = False
    out[content] = values
    return out, new


def padded_lengths(
    lengths: npt.NDArray[np.int64], width: int | npt.NDArray[np.int64], multiple: int | None
) -> npt.NDArray[np.int64]:
    """Lengths after padding to `width` (one, or one a sequence), rounded up to a multiple. None is cut."""
    if multiple:
        width = -(-width // multiple) * multiple
    return np.maximum(lengths, width)


def pad(
    values: Values, offsets: Offsets, lengths: npt.NDArray[np.int64], fill: int, side: str
) -> tuple[Values, Offsets]:
    """Fill each sequence up to its new length, at the right or at the left. lengths: shape (n,), none shorter."""
    new = offsets_of(lengths)
    if new[-1] == offsets[-1]:
        return values, new
    out = np.full(int(new[-1]), fill, values.dtype)
    out[content_mask(offsets, new, side)] = values
    return out, new


def content_mask(offsets: Offsets, padded: Offsets, side: str) -> npt.NDArray[np.bool_]:
    """Which cells of the padded rows hold values. offsets, padded: before and after padding. Shape (cells,)."""
    before, after = np.diff(offsets), np.diff(padded)
    if len(after) and after.min() == after.max():
        column = np.arange(int(after[0]), dtype=np.int64)
        inside = column < before[:, None] if side == "right" else column >= (after - before)[:, None]
        return inside.reshape(-1)
    # Rows of unlike lengths: +1 where content begins, -1 where it ends, summed up.
    edges = np.zeros(int(padded[-1]) + 1, np.int8)
    filled = before > 0  # an empty row has no content to begin
    begins = padded[:-1] if side == "right" else padded[1:] - before
    np.add.at(edges, begins[filled], 1)
    np.subtract.at(edges, (begins + before)[filled], 1)
    return np.cumsum(edges[:-1], dtype=np.int8).astype(bool)
