"""The scanner agrees with a reader that goes byte by byte, on any text up to its first syntax error."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.pipeline.json_depth import depth, first_deep_line, string_borders, structure

PIECES = st.sampled_from(['"', "\\", "{", "}", "[", "]", ",", "a", '\\"', "\\\\", "é", " ", "\n"])
STRINGS = st.lists(PIECES, max_size=6).map("".join)
VALUES = st.recursive(
    st.none() | st.integers() | STRINGS,
    lambda value: st.lists(value, max_size=3) | st.dictionaries(STRINGS, value, max_size=3),
    max_leaves=20,
)


def slow_depth(text: bytes) -> int:
    """Byte by byte."""
    level = deepest = 0
    in_string = escaped = False
    for byte in text:
        if escaped:
            escaped = False
        elif in_string:
            escaped = byte == ord("\\")
            in_string = byte != ord('"')
        elif byte == ord('"'):
            in_string = True
        elif byte in b"{[":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"}]":
            level -= 1
    return deepest


@given(VALUES, st.sampled_from([None, 1]))
def test_agrees_on_json(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).encode()
    assert depth(text) == slow_depth(text)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_agrees_before_the_first_backslash_outside_a_string(text: str) -> None:
    """A backslash outside a string is a syntax error: no parser comes further."""
    data = text.encode()
    quotes = 0
    for i, byte in enumerate(data):
        if byte == ord("\\") and quotes % 2 == 0:
            data = data[:i]
            break
        quotes += byte == ord('"') and (len(data[:i]) - len(data[:i].rstrip(b"\\"))) % 2 == 0
    assert depth(data) == slow_depth(data)


@given(VALUES, st.integers(1, 9))
def test_goes_on_where_a_piece_was_cut(value: object, size: int) -> None:
    text = json.dumps(value).encode()
    level, in_string, deepest, position = 0, False, 0, 0
    while position < len(text):
        end = position + size
        while text[position:end].endswith(b"\\") and end < len(text):
            end += 1
        found = structure(np.frombuffer(text[position:end], np.uint8), level, in_string)
        level = int(found.depth[-1]) if len(found.depth) else level
        deepest = max(deepest, int(found.depth.max(initial=0)))
        in_string, position = found.in_string, end
    assert (deepest, level, in_string) == (slow_depth(text), 0, False)


def test_finds_commas_and_their_depth() -> None:
    found = structure(np.frombuffer(b'[1,{"a,":[2,3]},4]', np.uint8))
    commas = found.step == 0
    assert found.positions[commas].tolist() == [2, 11, 15]
    assert found.depth[commas].tolist() == [1, 3, 1]


@pytest.mark.parametrize(
    ("text", "borders"),
    [(b'"', [0]), (b'\\"', []), (b'\\\\"', [2]), (b'"\\\\\\""', [0, 5]), (b"", []), (b'a"b\\"c"', [1, 6])],
)
def test_string_borders(text: bytes, borders: list[int]) -> None:
    assert string_borders(np.frombuffer(text, np.uint8)).tolist() == borders


@pytest.mark.parametrize(
    ("lines", "deep"),
    [
        ([b"[[1]]", b"[[[1]]]", b"[]"], 1),
        ([b"[[1]]", b'["[[[[", "]"]', b"[[],[],[],[]]"], None),
        ([b"[" * 50], 0),
        ([b"", b"{}", b""], None),
        ([b'{"a":{"b":{}}}'], 0),
    ],
)
def test_first_deep_line(lines: list[bytes], deep: int | None) -> None:
    text = b"\n".join(lines) + b"\n"
    data = np.frombuffer(text, np.uint8)
    assert first_deep_line(data, np.flatnonzero(data == 10) + 1, 2) == deep
