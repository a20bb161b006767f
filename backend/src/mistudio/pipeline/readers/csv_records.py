"""Where the records of a CSV file end, by the rules of the parser that reads them afterwards.

A quote that stands first in a field opens it; inside, two quotes are one; the next single quote closes it, and what
follows up to the delimiter belongs to the field as it stands. A quote anywhere else is an ordinary character.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from mistudio.core.errors import MalformedFile
from mistudio.pipeline.json_depth import QUOTE, Positions
from mistudio.pipeline.readers.blocks import BLOCK_BYTES, Block, cut, too_long

NEVER_CLOSED = "a quote opens here that is never closed"


@dataclass
class _Pending:
    """What has been read since the last block.

    quoted: whether it ends within quotes, as long as it is `plain`: every quote so far opened or closed a field, so
    that counting them is enough. border: where its last record ends, as far as known.
    """

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    border: int = 0
    quoted: bool = False
    plain: bool = True
    looked_at: int = 0


def record_blocks(
    chunks: Iterable[bytes], delimiter: str, max_row_bytes: int, block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """Blocks of whole records. The stream stops at a record that is too long or has an unclosed quote."""
    careful = record_pattern(delimiter)
    pending = _Pending()
    for chunk in chunks:
        _add(pending, chunk, delimiter.encode())
        long = pending.size - pending.border > max_row_bytes
        if long or pending.size >= block_bytes:
            if not pending.plain and (long or pending.size >= 2 * pending.looked_at):
                pending.looked_at = pending.size
                pending.border = _last_end(careful, b"".join(pending.parts))
            if pending.size - pending.border > max_row_bytes:
                error, reason = too_long(max_row_bytes)
                reason += ", or a quote in it is never closed" if b'"' in b"".join(pending.parts) else ""
                yield Block(cut(pending.parts, pending.border)[0], (error, reason))
                return
            if pending.border:
                data, rest = cut(pending.parts, pending.border)
                yield Block(data)
                pending = _Pending()
                if rest:
                    _add(pending, rest, delimiter.encode())
    if pending.size:
        yield _last_block(pending, careful)


def record_pattern(delimiter: str) -> re.Pattern[bytes]:
    """Matches one record with its line end, or at the end of the data. No match: a quote is not closed."""
    d = re.escape(delimiter.encode())
    one = rb'(?:"(?:[^"]++|"")*+"(?!")[^%b\r\n]*+|(?!")[^%b\r\n]*+)' % (d, d)
    return re.compile(rb"%b(?:%b%b)*+(?:\r\n|\n|\r|\Z)" % (one, d, one))


def records(data: bytes, delimiter: str) -> Iterator[re.Match[bytes]]:
    """The records that are not blank lines."""
    pattern = record_pattern(delimiter)
    position = 0
    while position < len(data) and (match := pattern.match(data, position)):
        position = match.end()
        if match.group().strip(b"\r\n"):
            yield match


def _add(pending: _Pending, chunk: bytes, delimiter: bytes) -> None:
    """Take in more, and move the border if the chunk is plain."""
    start, pending.size = pending.size, pending.size + len(chunk)
    before = pending.parts[-1][-1:] if pending.parts else b"\n"
    pending.parts.append(chunk)
    if not pending.plain:
        return
    quotes = np.flatnonzero(np.frombuffer(chunk, np.uint8) == QUOTE)
    if not _only_around_fields(chunk, quotes, before, delimiter, pending.quoted):
        pending.plain = False
        return
    border = _last_border(chunk, quotes, pending.quoted)
    if border:
        pending.border = start + border
    pending.quoted = (len(quotes) + pending.quoted) % 2 == 1


def _only_around_fields(chunk: bytes, quotes: Positions, before: bytes, delimiter: bytes, quoted: bool) -> bool:
    """Whether each opening quote, by count, follows a delimiter, a line end or, as half of a pair, a quote."""
    opening = quotes[1 if quoted else 0 :: 2]
    if not len(opening):
        return True
    data = np.frombuffer(chunk, np.uint8)
    previous = data[opening - 1]
    if opening[0] == 0:
        previous[0] = before[0]
    fits = (previous == delimiter[-1]) | (previous == 10) | (previous == 13) | (previous == QUOTE)
    return bool(fits.all())


def _last_border(chunk: bytes, quotes: Positions, quoted: bool) -> int:
    """Where the last record of the chunk ends; 0 where none does. A carriage return counts if no feed follows."""
    end = len(chunk)
    while end > 0:
        at = chunk.rfind(b"\n", 0, end)
        if at < 0:
            break
        before = int(np.searchsorted(quotes, at))
        if (before + quoted) % 2 == 0:
            return at + 1
        end = int(quotes[before - 1]) if before else 0
    if b"\n" in chunk:
        return 0
    at = chunk.rfind(b"\r", 0, len(chunk) - 1)
    return at + 1 if at >= 0 and (int(np.searchsorted(quotes, at)) + quoted) % 2 == 0 else 0


def _last_end(pattern: re.Pattern[bytes], data: bytes) -> int:
    """Where the last record ends that is certain to have ended: one at the very end may go on in the next chunk."""
    position = 0
    while (match := pattern.match(data, position)) and match.end() < len(data):
        position = match.end()
    return position


def _last_block(pending: _Pending, pattern: re.Pattern[bytes]) -> Block:
    data = b"".join(pending.parts)
    if pending.plain and not pending.quoted:
        return Block(data)
    position = pending.border if pending.plain else 0
    while position < len(data):
        match = pattern.match(data, position)
        if match is None:
            return Block(data[:position], (MalformedFile, NEVER_CLOSED))
        position = match.end()
    return Block(data)
