"""The delimiter of a CSV file and whether it begins with a header, from its first rows."""

import csv
import io
import re

DELIMITERS = (",", "\t", ";", "|")
LOOKED_AT = 2**16
ROWS = 100
NOT_A_NAME = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?|true|false|null|nan", re.IGNORECASE)
LONGEST_NAME, MOST_WORDS = 100, 8


def detect_delimiter(text: str) -> str:
    """The delimiter that cuts most rows like the first one, into two cells or more; a comma where none does."""
    return best_delimiter(text) or ","


def best_delimiter(text: str) -> str | None:
    """None where no delimiter makes columns of at least nine rows of ten."""
    best, best_score = None, (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _rows(text, delimiter)]
        if widths and widths[0] > 1:
            score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
            if score > best_score:
                best, best_score = delimiter, score
    return best if best_score[0] > 0 else None


def is_table(text: str) -> bool:
    """Whether some delimiter cuts all rows, at least two, into the same number of cells."""
    delimiter = best_delimiter(text)
    widths = {len(row) for row in _rows(text, delimiter)} if delimiter else set()
    return len(widths) == 1 and len(_rows(text, delimiter or ",")) > 1


def detect_header(text: str, delimiter: str) -> bool:
    """False only when the first row cannot be one: a number, a sentence or a text of several lines in it."""
    rows = _rows(text, delimiter)
    return bool(rows) and all(_may_be_name(cell) for cell in rows[0])


def _may_be_name(cell: str) -> bool:
    cell = cell.strip()
    if NOT_A_NAME.fullmatch(cell) or len(cell) > LONGEST_NAME or "\n" in cell:
        return False
    return len(cell.split()) <= MOST_WORDS and not re.search(r"\w[.!?…]$", cell)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The first rows, without blank ones and without a last one that may be cut."""
    lines = io.StringIO(text[:LOOKED_AT], newline="")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > ROWS:
                break
    except csv.Error:  # a cell longer than the module accepts: the rows before it must do
        return rows
    cut = len(text) > LOOKED_AT or not text.endswith(("\n", "\r"))
    return rows[:-1] if cut and len(rows) > 1 else rows
