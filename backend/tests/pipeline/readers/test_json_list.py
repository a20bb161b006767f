"""One JSON document: its list of objects, wherever a chunk ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import BadRows, EmptyFile, MalformedFile, TooDeep
from mistudio.pipeline.readers.json_list import AROUND_BYTES, element_lines
from mistudio.schemas.metadata import ReadLimits
from tests.pipeline.readers.reading import rows
from tests.pipeline.tables import Column, rows_of, tables

LIMITS = ReadLimits()
AROUND = st.dictionaries(
    st.sampled_from(["version", "tags", "[", "me\\ta"]),
    st.none() | st.text('a[]{},"\\', max_size=5) | st.lists(st.integers() | st.lists(st.integers(), max_size=2)),
)


def elements(text: bytes, size: int) -> list[bytes]:
    pieces = element_lines([text[i : i + size] for i in range(0, len(text), size)], LIMITS)
    return b"".join(pieces).split(b"\n")[:-1]


@given(tables(), st.sampled_from([None, 0, 1]), st.integers(1, 50))
def test_a_list(columns: dict[str, Column], indent: int | None, size: int) -> None:
    expected = rows_of(columns)
    lines = elements(json.dumps(expected, indent=indent).encode(), size)
    assert [json.loads(line) for line in lines] == expected


@given(tables(), AROUND, AROUND, st.sampled_from([None, 1]), st.integers(1, 50))
def test_a_list_in_an_object(
    columns: dict[str, Column], before: dict[str, Any], after: dict[str, Any], indent: int | None, size: int
) -> None:
    expected = rows_of(columns)
    document = {**before, "data": expected, **{f"{key}2": value for key, value in after.items()}}
    lines = elements(json.dumps(document, indent=indent).encode(), size)
    assert [json.loads(line) for line in lines] == expected


@given(tables())
def test_any_table_comes_back(tmp_path: Path, columns: dict[str, Column]) -> None:
    expected = rows_of(columns)
    assert rows(tmp_path / "x", json.dumps(expected).encode(), "json", block_bytes=40) == expected


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("text", [b"[]", b" [ \n ] ", b'{"data":[]}', b'{"a":[],"b":[]}'])
def test_empty(tmp_path: Path, text: bytes, size: int) -> None:
    assert elements(text, size) == []


REFUSED: dict[str, tuple[bytes, type[MalformedFile], dict[str, Any]]] = {
    "a scalar": (b"1", MalformedFile, {}),
    "an object of scalars": (b'{"a":1}', MalformedFile, {}),
    "a list further within": (b'{"a":{"b":[{"c":1}]}}', MalformedFile, {}),
    "two lists": (b'{"a":[{"b":1}],"c":[{"d":1}]}', MalformedFile, {}),
    "not closed": (b'[{"a":1}', MalformedFile, {"reason": "it ends too early"}),
    "closed by the wrong bracket": (b'{"a":[{"b":1}}', MalformedFile, {}),
    "text after it": (b'[{"a":1}] x', MalformedFile, {}),
    "a key twice around it": (b'{"a":1,"a":2,"d":[{"x":1}]}', MalformedFile, {}),
    "garbage around it": (b'{"a":oops,"d":[{"x":1}]}', MalformedFile, {}),
    "NaN around it": (b'{"a":NaN,"d":[{"x":1}]}', MalformedFile, {}),
    "an element that is none": (b'[{"a":1},2]', BadRows, {"row": 2}),
    "an element of garbage": (b'[{"a":1},{"a":}]', BadRows, {"row": 2}),
    "nothing between commas": (b'[{"a":1},,{"a":1}]', BadRows, {"row": 2}),
    "a comma at the end": (b'[{"a":1},]', BadRows, {"row": 2}),
    "a comma at the start": (b'[,{"a":1}]', BadRows, {"row": 1}),
    "no comma": (b'[{"a":1} {"a":2}]', BadRows, {"row": 1}),
    "depth": (b"[" * 200, TooDeep, {}),
    "depth in an element": (b'[{"a":' + b"[" * 200, TooDeep, {}),
    "a line feed in a string": (b'[{"a":"x\ny"}]', BadRows, {"row": 1}),
}


@pytest.mark.parametrize("block_bytes", [1, 7, 4096])
@pytest.mark.parametrize(("text", "error", "extra"), REFUSED.values(), ids=REFUSED)
def test_refuses(
    tmp_path: Path, text: bytes, error: type[MalformedFile], extra: dict[str, Any], block_bytes: int
) -> None:
    with pytest.raises(error) as caught:
        rows(tmp_path / "x", text, "json", block_bytes=block_bytes)
    assert type(caught.value) is error
    assert not isinstance(caught.value, EmptyFile)
    assert {key: caught.value.extra[key] for key in extra} == extra


def test_gives_up_on_a_document_without_a_list() -> None:
    endless = (b'"' + b"x" * 1_000_000 + b'",' for _ in range(10**6))
    pieces = element_lines((chunk for start in ([b"{"], endless) for chunk in start), LIMITS)
    with pytest.raises(MalformedFile, match=str(AROUND_BYTES)):
        list(pieces)
