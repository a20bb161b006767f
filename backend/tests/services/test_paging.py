"""Cursors come back as they were given out, and nothing else does."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import InvalidRequest
from mistudio.services.paging import decode_cursor, encode_cursor

TIMES = st.datetimes(timezones=st.just(UTC))
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)


@given(at=TIMES, row=st.uuids())
def test_times(at: datetime, row: UUID) -> None:
    assert decode_cursor(encode_cursor([at.isoformat(), str(row)]), (datetime, UUID)) == [at, row]


@given(value=st.one_of(NAMES, NUMBERS), row=st.uuids())
def test_names_and_numbers(value: str | int, row: UUID) -> None:
    assert decode_cursor(encode_cursor([value, str(row)]), (type(value), UUID)) == [value, row]


@given(text=st.one_of(st.text(max_size=100), st.binary(max_size=60).map(lambda b: b.hex())))
def test_anything_else_is_refused_by_name(text: str) -> None:
    for kind in (datetime, str, int):
        with pytest.raises(InvalidRequest):
            decode_cursor(text, (kind, UUID))
