"""Bytes to clean UTF-8: any cut, any encoding, damage found and placed."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import ExpandsTooFar, MalformedFile, UnknownEncoding
from mistudio.pipeline.readers.source import CountedFile, expanded, is_utf8, utf8

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=40)
ENCODINGS = st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return iter([data[i : i + size] for i in range(0, len(data), size)])


@given(TEXTS, ENCODINGS, st.integers(1, 7), st.booleans())
def test_any_encoding_however_cut(text: str, encoding: str, size: int, mark: bool) -> None:
    data = (("\ufeff" if mark else "") + text).encode(encoding)
    pieces = list(utf8(cut(data, size), encoding))
    assert b"".join(pieces) == text.encode()
    assert all(is_utf8(piece) for piece in pieces)


@given(TEXTS, st.sampled_from([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8"]), TEXTS, st.integers(1, 7))
def test_names_the_first_wrong_byte(before: str, wrong: bytes, after: str, size: int) -> None:
    data = before.encode() + wrong + b" " + after.encode()
    with pytest.raises(UnknownEncoding) as caught:
        list(utf8(cut(data, size), "utf-8"))
    assert caught.value.extra["position"] == len(before.encode())


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_names_the_wrong_byte_of_other_encodings(size: int) -> None:
    with pytest.raises(UnknownEncoding) as caught:
        list(utf8(cut("abc".encode("utf-16-le") + b"\x00\xdc\x00", size), "utf-16-le"))
    assert caught.value.extra["position"] == 6
    with pytest.raises(UnknownEncoding) as caught:
        list(utf8(cut(b"abcd\x81", size), "cp1252"))
    assert caught.value.extra["position"] == 4


PACKS = {"gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("chunk", [7, 10**6])
def test_decompresses_members_as_one(tmp_path: Path, name: str, chunk: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(PACKS[name](b"one " * 1000) + PACKS[name](b"two " * 1000))
    file = CountedFile(path)
    assert b"".join(expanded(file, name, 10**6, chunk)) == b"one " * 1000 + b"two " * 1000  # type: ignore[arg-type]
    assert file.done == file.size
    assert file.sha256() == hashlib.sha256(path.read_bytes()).hexdigest()
    file.close()


@pytest.mark.parametrize("name", PACKS)
def test_every_cut_is_noticed(tmp_path: Path, name: str) -> None:
    whole = PACKS[name](bytes(range(256)) * 40)
    path = tmp_path / "file"
    for length in range(1, len(whole), 7):
        path.write_bytes(whole[:length])
        file = CountedFile(path)
        with pytest.raises(MalformedFile):
            list(expanded(file, name, 10**6, 1000))  # type: ignore[arg-type]
        file.close()


def test_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"\0" * 10**7))
    file = CountedFile(path)
    pieces = expanded(file, "gzip", 10**6, 1000)
    assert sum(len(next(pieces)) for _ in range(1000)) == 10**6
    with pytest.raises(ExpandsTooFar):
        next(pieces)
    file.close()


def test_the_hash_is_of_the_whole_file_however_far_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc" * 1000)
    file = CountedFile(path)
    file.read(10)
    assert file.done == 10
    assert file.sha256() == hashlib.sha256(b"abc" * 1000).hexdigest()
    file.close()
