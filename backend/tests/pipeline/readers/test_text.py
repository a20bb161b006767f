"""Plain text, a line a sample."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import RowTooLong
from tests.pipeline.readers.reading import rows
from tests.pipeline.tables import TEXT


@given(
    st.lists(TEXT.map(lambda t: t.replace("\n", "").replace("\r", "")), min_size=1), st.sampled_from([1, 9, 4096])
)
def test_every_line_is_a_sample(tmp_path: Path, lines: list[str], block_bytes: int) -> None:
    content = "".join(line + "\n" for line in lines).encode()
    if content.startswith("\ufeff".encode()):
        return  # a mark, not text
    found = rows(tmp_path / "x", content, "text", block_bytes=block_bytes)
    assert [row["text"] for row in found] == lines


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\nb", ["a", "b"]),
        (b"a\n\nb\n", ["a", "", "b"]),
        (b"\n", [""]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\rb\n", ["a\rb"]),
        (b"a\0b\n", ["a\0b"]),
    ],
)
def test_line_ends(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    assert [row["text"] for row in rows(tmp_path / "x", content, "text")] == lines


def test_places_a_line_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(RowTooLong) as caught:
        rows(tmp_path / "x", b"a\nb\n" + b"c" * 100, "text", max_row_bytes=10)
    assert caught.value.extra["row"] == 3
