"""Cursors: where a page ended, so that any depth costs the same."""

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

import orjson

from mistudio.core.errors import InvalidRequest

Place = list[str | int]


def encode_cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: tuple[type, ...]) -> list[object]:
    """kinds: of the values in it: str, int, datetime or UUID. Raises InvalidRequest."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return [_parse(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise InvalidRequest("The cursor is not one that this server gave out; start again without it.") from error


def _parse(value: object, kind: type) -> object:
    if kind is datetime:
        at = datetime.fromisoformat(str(value))
        if at.tzinfo is None:
            raise ValueError(value)
        return at.astimezone(UTC)
    if kind is UUID:
        return UUID(str(value))
    if type(value) is not kind or (isinstance(value, int) and abs(value) >= 2**63):
        raise ValueError(value)
    if isinstance(value, str) and "\0" in value:
        raise ValueError(value)
    return value
