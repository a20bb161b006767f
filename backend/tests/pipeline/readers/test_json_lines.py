"""JSONL: exact values, bad rows placed, nothing rounded and nothing guessed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import BadRows, TooDeep, TooManyColumns
from tests.pipeline.readers.reading import read, rows, set_aside
from tests.pipeline.tables import Column, rows_of, tables

BLOCKS = st.sampled_from([1, 30, 4096])


def lines(values: list[Any]) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


@given(tables(), BLOCKS)
def test_any_table_comes_back(tmp_path: Path, columns: dict[str, Column], block_bytes: int) -> None:
    expected = rows_of(columns)
    assert rows(tmp_path / "x", lines(expected), "jsonl", block_bytes=block_bytes) == expected


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(-9, 9), max_size=3), min_size=1), BLOCKS)
def test_missing_keys_are_null(tmp_path: Path, values: list[dict[str, int]], block_bytes: int) -> None:
    found = rows(tmp_path / "x", lines([{"z": 0}, *values]), "jsonl", block_bytes=block_bytes)[1:]
    assert [{k: v for k, v in row.items() if v is not None} for row in found] == values


@pytest.mark.parametrize("block_bytes", [1, 4096])
@pytest.mark.parametrize("threads", [0, 2])
def test_dates_stay_text_wherever_they_are(tmp_path: Path, block_bytes: int, threads: int) -> None:
    day, minute = "2024-01-01", "2024-01-01 10:00:00"
    values = [
        {"a": None, "b": [{"t": day, "n": 1}], "c": {"d": {"e": [day]}}},
        {"a": day, "b": [], "c": {"d": None}},
        {"a": "plain", "b": None, "c": None},
        {"a": minute, "b": [{"t": minute, "n": 2.5}], "c": {"d": {"e": [None, minute]}}},
    ]
    table = read(tmp_path / "x", lines(values), "jsonl", block_bytes=block_bytes, threads=threads)
    assert str(table.schema.types) == str(
        read(tmp_path / "y", lines(values).replace(b"2024-01-01", b"x"), "jsonl").schema.types
    )
    assert table["a"].to_pylist() == [None, day, "plain", minute]
    assert table["b"].to_pylist()[3] == [{"t": minute, "n": 2.5}]


def test_a_column_of_dates_and_objects_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(BadRows) as caught:
        rows(tmp_path / "x", lines([{"a": "2024-01-01"}, {"a": {"b": "2024-01-01"}}]), "jsonl", block_bytes=1)
    assert caught.value.extra["row"] == 2


EXACT = {
    "large integers": [{"a": 2**63 - 1}, {"a": -(2**63)}],
    "integers that floats hold": [{"a": 2**53}, {"a": 0.5}],
    "large floats": [{"a": 1e300}, {"a": -1.7976931348623157e308}],
    "digits in text": [{"a": 1e17, "b": "12345678901234567890"}],
    "words in text": [{"a": 1e17, "b": "NaN and Infinity"}],
    "NUL": [{"a": "\0"}],
    "smileys": [{"a": "😀\u200d"}],
}


@pytest.mark.parametrize("values", EXACT.values(), ids=EXACT)
def test_keeps(tmp_path: Path, values: list[dict[str, Any]]) -> None:
    assert rows(tmp_path / "x", lines(values), "jsonl") == values


BAD = {
    "NaN": b'{"a":NaN}',
    "Infinity deep within": b'{"a":1.5,"b":[{"c":[1.5,Infinity]}]}',
    "an integer of 65 bits": b'{"a":18446744073709551616}',
    "an integer of 65 bits in a list": b'{"a":1,"b":[18446744073709551616]}',
    "a surrogate": b'{"t":"\\udc00"}',
    "a surrogate in a key": b'{"t":{"\\udc00":1}}',
    "a key twice": b'{"a":1,"a":1}',
    "another type": b'{"a":"text"}',
    "no JSON": b"oops",
    "not closed": b'{"a":1',
    "two": b'{"a":1}{"a":1}',
    "a list": b"[1]",
    "null": b"null",
    "an empty key's duplicate": b'{"":1,"":2}',
}


@pytest.mark.parametrize("block_bytes", [1, 4096])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_bad_rows_are_placed_or_set_aside(tmp_path: Path, bad: bytes, block_bytes: int) -> None:
    content = b'{"a":1,"t":null}\n\n' + bad + b'\n{"a":2,"t":null}\n' + bad + b"\n"
    with pytest.raises(BadRows) as caught:
        rows(tmp_path / "x", content, "jsonl", block_bytes=block_bytes)
    assert caught.value.extra["row"] == 3
    assert caught.value.extra["reason"] in caught.value.detail

    good, listed = set_aside(tmp_path / "x", content, "jsonl", block_bytes=block_bytes)
    assert [row["a"] for row in good] == [1, 2]
    assert [row.row for row in listed] == [3, 5]


@pytest.mark.parametrize("block_bytes", [1, 4096])
def test_the_first_type_wins(tmp_path: Path, block_bytes: int) -> None:
    values = [{"a": None}, {"a": "x"}, {"a": 1}, {"a": ["x"]}, {"a": "y"}]
    good, bad = set_aside(tmp_path / "x", lines(values), "jsonl", block_bytes=block_bytes)
    assert [row["a"] for row in good] == [None, "x", "y"]
    assert [(row.row, row.reason) for row in bad] == [
        (3, "'a' holds a number here and a string in rows before"),
        (4, "'a' holds an array here and a string in rows before"),
    ]


def test_a_bad_row_teaches_nothing(tmp_path: Path) -> None:
    content = b'{"a":1}\n{"b":"x","a":"bad"}\n{"a":2,"b":3}\n'
    good, bad = set_aside(tmp_path / "x", content, "jsonl")
    assert good == [{"a": 1, "b": None}, {"a": 2, "b": 3}]
    assert len(bad) == 1


@pytest.mark.parametrize("block_bytes", [1, 4096])
def test_depth(tmp_path: Path, block_bytes: int) -> None:
    content = b'{"a":1}\n{"a":[[["]]]"]]]}\n'
    with pytest.raises(TooDeep) as caught:
        rows(tmp_path / "x", content, "jsonl", max_json_depth=3, block_bytes=block_bytes)
    assert caught.value.extra["row"] == 2
    assert rows(tmp_path / "x", b'{"a":[[["[[["]]]}', "jsonl", max_json_depth=4) == [{"a": [[["[[["]]]}]


def test_width(tmp_path: Path) -> None:
    for values in ([{"a": 1}, {"b": 1}, {"c": 1}], [{"a": {"x": 1, "y": 1, "z": 1}}]):
        for block_bytes in (1, 4096):
            with pytest.raises(TooManyColumns):
                rows(tmp_path / "x", lines(values), "jsonl", max_columns=2, block_bytes=block_bytes)


def test_blank_lines_and_white_space(tmp_path: Path) -> None:
    content = b'\n \t\r\n {"a":1} \r\n\r\n{"a":2}\n\n'
    assert rows(tmp_path / "x", content, "jsonl") == [{"a": 1}, {"a": 2}]
    assert rows(tmp_path / "x", b"\n\n  \n", "jsonl") == []
