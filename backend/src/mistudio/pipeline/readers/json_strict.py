"""The slow, careful reading of JSON rows: which rows are bad, and exactly why.

Used only for blocks in which the fast parser stumbled or something looked suspicious.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from mistudio.pipeline.readers.rows import LocalBadRow, shown

INT64 = range(-(2**63), 2**63)
NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}


class Misfit(Exception):
    """A row that cannot be stored as it stands."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column


@dataclass
class Kind:
    """What was seen at one place of the rows. name: None where only nulls were. items: the place of list items."""

    name: str | None = None
    has_float: bool = False
    fields: dict[str, "Kind"] = field(default_factory=dict)
    items: "Kind | None" = None


def kind_of(schema: pa.Schema) -> Kind:
    """What earlier blocks have shown."""
    return Kind("object", fields={f.name: _kind_of_type(f.type) for f in schema})


def _kind_of_type(kind: pa.DataType) -> Kind:
    if pa.types.is_struct(kind):
        return Kind("object", fields={f.name: _kind_of_type(f.type) for f in kind})
    if pa.types.is_list(kind):
        return Kind("array", items=_kind_of_type(kind.value_type))
    if pa.types.is_null(kind):
        return Kind()
    if pa.types.is_boolean(kind):
        return Kind("boolean")
    if pa.types.is_string(kind):
        return Kind("string")
    return Kind("number", has_float=pa.types.is_floating(kind))


@dataclass
class _Row:
    number: int
    text: bytes
    large: list[tuple[str, ...]] = field(default_factory=list)  # places of integers that no float holds exactly


def sort_out(lines: Iterable[bytes], known: Kind, listed: bool) -> tuple[list[bytes], list[LocalBadRow], int]:
    """(good lines, bad rows, number of rows).

    known: learns what the good rows hold. listed: the lines are elements of a JSON list, so that none is blank.
    """
    good: list[_Row] = []
    bad: list[LocalBadRow] = []
    number = 0
    for number, line in enumerate(lines, 1):
        if not line.strip() and not listed:
            continue
        row = _Row(number, line)
        try:
            value = parse(line)
            if not isinstance(value, dict):
                raise Misfit(f"this is {described(value)}, not an object")
            _check(value, known, ())
            _learn(value, known, (), row)
            good.append(row)
        except Misfit as misfit:
            bad.append(LocalBadRow(number, misfit.reason, shown(line), column=misfit.column))
    exact = []
    for row in good:
        place = next((place for place in row.large if _at(known, place).has_float), None)
        if place is None:
            exact.append(row.text)
        else:
            reason = f"an integer in {_name(place)!r} is too long to be exact beside numbers with a decimal point"
            bad.append(LocalBadRow(row.number, reason, shown(row.text), column=place[0]))
    return exact, sorted(bad, key=lambda b: b.row), number


def parse(text: bytes, *, stored: bool = True) -> Any:
    """A JSON text as Python values. Raises Misfit for what is not JSON, and for a key that stands twice.

    stored: also for numbers that could not be stored as they stand.
    """
    try:
        return json.loads(
            text.decode(),
            object_pairs_hook=_unique,
            parse_int=_integer if stored else None,
            parse_float=_number if stored else None,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        if not text.strip():
            raise Misfit("there is no value between two commas") from error
        raise Misfit(f"not valid JSON: {error.msg} at character {error.pos + 1}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Misfit(f"the key {shown(key)!r} stands twice in one object", column=shown(key))
        _storable(key)
        if "\0" in key:
            raise Misfit(f"the key {shown(key)!r} holds a NUL character")
        found[key] = value
    return found


def _integer(text: str) -> int:
    if len(text) > 20 or (value := int(text)) not in INT64:
        raise Misfit(f"the integer {text[:40]} does not fit 64 bits; write it in quotes to keep every digit")
    return value


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Misfit(f"the number {text[:40]} is too large")
    return value


def _constant(text: str) -> Any:
    raise Misfit(f"{text} is not valid JSON")


def _storable(text: str) -> None:
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Misfit("a string holds half of a surrogate pair, which is no character")


def _check(value: Any, kind: Kind, place: tuple[str, ...]) -> None:
    """Raises Misfit where the value contradicts what is known. Learns nothing."""
    if value is None:
        return
    name = NAMES[type(value)]
    if kind.name is not None and kind.name != name:
        reason = f"{_name(place)!r} holds {_with_article(name)} here and {_with_article(kind.name)} in rows before"
        raise Misfit(reason, column=place[0] if place else None)
    if isinstance(value, str) and not value.isascii():
        _storable(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(item, kind.fields.get(key) or Kind(), (*place, key))
    elif isinstance(value, list):
        seen = _copied(kind.items)
        for item in value:
            _check(item, seen, (*place, "[]"))
            _learn(item, seen, (), None)


def _learn(value: Any, kind: Kind, place: tuple[str, ...], row: _Row | None) -> None:
    if value is None:
        return
    kind.name = NAMES[type(value)]
    if isinstance(value, float):
        kind.has_float = True
    elif isinstance(value, dict):
        for key, item in value.items():
            _learn(item, kind.fields.setdefault(key, Kind()), (*place, key), row)
    elif isinstance(value, list):
        kind.items = kind.items or Kind()
        for item in value:
            _learn(item, kind.items, (*place, "[]"), row)
    elif row is not None and isinstance(value, int) and int(float(value)) != value:
        row.large.append(place)


def _copied(kind: Kind | None) -> Kind:
    if kind is None:
        return Kind()
    fields = {name: _copied(item) for name, item in kind.fields.items()}
    return Kind(kind.name, kind.has_float, fields, _copied(kind.items) if kind.items else None)


def _at(kind: Kind, place: tuple[str, ...]) -> Kind:
    for key in place:
        kind = kind.items or Kind() if key == "[]" and kind.name == "array" else kind.fields[key]
    return kind


def _name(place: tuple[str, ...]) -> str:
    return ".".join(shown(key) for key in place).replace(".[]", "[]")


def described(value: Any) -> str:
    """What kind of JSON value this is, with its article."""
    return "null" if value is None else _with_article(NAMES[type(value)])


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "ao" else f"a {name}"
