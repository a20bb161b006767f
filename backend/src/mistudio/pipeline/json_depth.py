"""How deep JSON is nested, found before a parser sees it: parsers recurse, and crash on what was made for that.

Everything here is exact up to the first syntax error of the text, which is as far as a parser comes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUOTE, BACKSLASH, COMMA = ord('"'), ord("\\"), ord(",")
OPEN, CLOSE = ord("{"), ord("}")  # "[" and "]" become these when bit 0x20 is set

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Structure:
    """The brackets and commas of a piece of JSON that stand outside strings.

    positions: ascending. step: +1 opening, -1 closing, 0 comma. depth: after each of them.
    quotes: positions of the quotes that begin or end a string. in_string: whether the piece ends within a string.
    """

    positions: Positions
    step: NDArray[np.int8]
    depth: NDArray[np.int64]
    quotes: Positions
    in_string: bool


def structure(data: Bytes, depth: int = 0, in_string: bool = False, commas: bool = True) -> Structure:
    """data: shape (n,), uint8. depth, in_string: the state before it; data must not begin after a backslash."""
    quotes = string_borders(data)
    folded = data | 0x20
    opening, closing = folded == OPEN, folded == CLOSE
    found = opening | closing
    if commas:
        found |= data == COMMA
    positions = np.flatnonzero(found)
    inside = (np.searchsorted(quotes, positions) + in_string) % 2 == 1
    positions = positions[~inside]
    step = opening[positions].astype(np.int8) - closing[positions]
    return Structure(positions, step, depth + np.cumsum(step), quotes, bool((len(quotes) + in_string) % 2))


def string_borders(data: Bytes) -> Positions:
    """Positions of the quotes that are not escaped: those after an even number of backslashes."""
    quotes: Positions = np.flatnonzero(data == QUOTE)
    before = data[quotes - 1] == BACKSLASH
    if len(quotes) and quotes[0] == 0:
        before[0] = False
    if not before.any():
        return quotes
    backslashes = np.flatnonzero(data == BACKSLASH)
    starts = np.ones(len(backslashes), bool)
    starts[1:] = np.diff(backslashes) > 1
    run_start = np.maximum.accumulate(np.where(starts, np.arange(len(backslashes)), 0))
    last = np.searchsorted(backslashes, quotes[before]) - 1
    escaped = before.copy()
    escaped[before] = (last - run_start[last]) % 2 == 0
    real: Positions = quotes[~escaped]
    return real


def depth(text: bytes) -> int:
    """The deepest nesting in a JSON text: 0 for a scalar, 1 for {} or []."""
    levels = structure(np.frombuffer(text, np.uint8), commas=False).depth
    return max(int(levels.max(initial=0)), 0)


def first_deep_line(data: Bytes, line_ends: Positions, limit: int) -> int | None:
    """Index of the first line nested deeper than `limit`, or None.

    line_ends: shape (lines,), the exclusive end of each line. A line with few opening brackets is not looked into.
    """
    opening = np.flatnonzero((data | 0x20) == OPEN)
    if len(opening) <= limit:
        return None
    counts = np.diff(np.searchsorted(opening, line_ends), prepend=0)
    for line in np.flatnonzero(counts > limit):
        start = line_ends[line - 1] if line else 0
        if depth(data[start : line_ends[line]].tobytes()) > limit:
            return int(line)
    return None
