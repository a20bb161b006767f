"""One JSON document that is a list of objects, or an object that holds one: its elements, each on its own line.

The document's own text is kept: the commas between elements become line feeds, and line breaks between tokens
become spaces, in place. Everything around the list is collected and parsed at the end, so that the whole document
is checked. No element is ever a Python object.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from mistudio.core.errors import MalformedFile, TooDeep
from mistudio.pipeline.json_depth import Bytes, Structure, structure
from mistudio.pipeline.readers.json_strict import Misfit, described, parse
from mistudio.schemas.metadata import ReadLimits

AROUND_BYTES = 16_000_000  # most that may stand around the list
SPACE = b" \t\r\n"
LOOK_BACK = 2**16
LINE_FEED, CARRIAGE_RETURN = 10, 13
MISSING = "There is neither a list of objects at the top of this JSON file nor one directly in its object"


@dataclass
class _Document:
    """level: the depth within the list, 0 until it is found. around: the document without the list's elements."""

    depth: int = 0
    in_string: bool = False
    level: int = 0
    ended: bool = False
    empty: bool = True
    around: bytearray = field(default_factory=bytearray)


def element_lines(chunks: Iterable[bytes], limits: ReadLimits) -> Iterator[bytes]:
    """Pieces of text whose lines are the list's elements, as they stand in the document.

    chunks: UTF-8. Raises TooDeep, and MalformedFile for what is no such document, as soon as that is certain.
    """
    document = _Document()
    for piece in _pieces(chunks):
        data = np.frombuffer(piece, np.uint8).copy()
        found = structure(data, document.depth, document.in_string)
        if int(found.depth.max(initial=0)) > limits.max_json_depth:
            limit = limits.max_json_depth
            raise TooDeep(f"The JSON is nested deeper than {limit} levels.", limit=limit)
        if text := _elements(document, data, found):
            yield text
        document.depth = int(found.depth[-1]) if len(found.depth) else document.depth
        document.in_string = found.in_string
        if len(document.around) > AROUND_BYTES:
            raise MalformedFile(f"{MISSING}, within its first {AROUND_BYTES} bytes.")
    _check_around(document)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The text, cut so that no piece but the last ends with a backslash, or with a [ and nothing of its content."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        end = data[-LOOK_BACK:].rstrip(SPACE)
        if end.endswith((b"[", b"\\")):
            whole = len(data) - min(len(data), LOOK_BACK) + len(end.rstrip(b"[\\"))
            rest, data = data[whole:], data[:whole]
        else:
            rest = b""
        if data:
            yield data
    if rest:
        yield rest


def _elements(document: _Document, data: Bytes, found: Structure) -> bytes:
    """The elements' text in this piece; the rest goes to document.around."""
    start, end = 0, len(data)
    if not document.level:
        start = _find_list(document, data, found)
    elif document.ended:
        start = end
    document.around += data[:start].tobytes()
    if start == end:
        return b""
    inside = found.positions >= start
    closing = np.flatnonzero(inside & (found.depth < document.level))
    if len(closing):
        end = int(found.positions[closing[0]])
        document.ended = True
    document.around += data[end:].tobytes()
    separators = found.positions[inside & (found.depth == document.level) & (found.step == 0)]
    separators = separators[separators < end]
    line_breaks = np.flatnonzero((data == LINE_FEED) | (data == CARRIAGE_RETURN))
    in_string = (np.searchsorted(found.quotes, line_breaks) + document.in_string) % 2 == 1
    data[line_breaks[~in_string]] = ord(" ")
    data[separators] = LINE_FEED
    text = data[start:end].tobytes()
    document.empty = document.empty and not len(separators) and not text.strip(SPACE)
    if document.empty:
        return b""
    return text + b"\n" if document.ended else text  # what follows a last comma is a line too: a blank one


def _find_list(document: _Document, data: Bytes, found: Structure) -> int:
    """Where the list's elements begin in this piece; len(data), and level still 0, when that is not in here."""
    candidates = (found.step == 1) & (found.depth <= 2) & (data[found.positions] == ord("["))
    for i in np.flatnonzero(candidates):
        begins_object = data[found.positions[i + 1 : i + 2]] == ord("{")
        if found.depth[i] == 1 or begins_object.any():
            document.level = int(found.depth[i])
            return int(found.positions[i]) + 1
    return len(data)


def _check_around(document: _Document) -> None:
    if document.level and not document.ended:
        raise MalformedFile("The JSON ends too early: its list is not closed.", reason="it ends too early")
    try:
        around = parse(bytes(document.around), stored=False)
    except Misfit as misfit:
        where = "around its list" if document.level else "as a whole"
        raise MalformedFile(f"The JSON is malformed {where}: {misfit.reason}.", reason=misfit.reason) from misfit
    members = around if isinstance(around, dict) else {}
    more = [
        name for name, value in members.items() if isinstance(value, list) and value and isinstance(value[0], dict)
    ]
    if document.level and more:
        raise MalformedFile(f"The JSON's object holds more than one list of objects: {more[0]!r} is the second.")
    if not document.level and [] not in members.values():
        raise MalformedFile(f"{MISSING}; it is {described(around)}.", reason=MISSING)
