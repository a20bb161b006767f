"""What a reader tells about the rows of a block, and what becomes of those that do not fit."""

from dataclasses import dataclass, field

import pyarrow as pa

from mistudio.core.errors import BadRows, MalformedFile
from mistudio.schemas.metadata import BadRow

LISTED_ROWS = 1000
SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class LocalBadRow:
    """row, line: 1-based within its block; line is None where rows are lines.

    error: BadRows for what may be set aside; another class stops the reading in any case.
    """

    row: int
    reason: str
    text: str = ""
    line: int | None = None
    column: str | None = None
    error: type[MalformedFile] = BadRows


@dataclass(frozen=True)
class Parsed:
    """A block as rows. rows: records of the block, bad ones included. lines: line ends in the block."""

    batch: pa.RecordBatch | None
    rows: int
    lines: int
    bad: list[LocalBadRow] = field(default_factory=list)


class RowCount:
    """Where the reading stands, and the rows that were set aside so far."""

    def __init__(self, set_aside: bool) -> None:
        """set_aside: keep a list of rows that do not fit, instead of refusing the file at the first."""
        self.set_aside = set_aside
        self.rows = 0
        self.lines = 0
        self.bad: list[BadRow] = []
        self.num_bad = 0

    def add(self, parsed: Parsed) -> None:
        """Count a block's rows. Raises at the first bad one, unless it may be set aside."""
        for bad in parsed.bad:
            if bad.error is not BadRows or not self.set_aside:
                raise self._error(bad)
            if len(self.bad) < LISTED_ROWS:
                self.bad.append(BadRow(row=self.rows + bad.row, reason=bad.reason, text=bad.text))
        self.num_bad += len(parsed.bad)
        self.rows += parsed.rows
        self.lines += parsed.lines

    def stop(self, error: type[MalformedFile], reason: str, **extra: object) -> MalformedFile:
        """The error for the row after the last one that was counted."""
        return self._error(LocalBadRow(1, reason, line=1, error=error), **extra)

    def _error(self, bad: LocalBadRow, **extra: object) -> MalformedFile:
        extra |= {"row": self.rows + bad.row, "reason": bad.reason}
        place = f"Row {extra['row']}"
        if bad.line is not None:
            extra["line"] = self.lines + bad.line
            place += f" (line {extra['line']})"
        if bad.text:
            extra["text"] = bad.text
        if bad.column is not None:
            extra["column"] = bad.column
        return bad.error(f"{place}: {bad.reason}.", **extra)


def shown(data: bytes | str) -> str:
    """The beginning of a row, fit for a database text column and for a log: controls and NUL as escapes."""
    text = data[: 4 * SHOWN_CHARACTERS].decode(errors="replace") if isinstance(data, bytes) else data
    cut = text[:SHOWN_CHARACTERS]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return safe + "…" if len(text) > SHOWN_CHARACTERS else safe
