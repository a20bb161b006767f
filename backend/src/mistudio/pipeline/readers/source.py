"""A data file as a stream of clean UTF-8: decompressed, decoded, checked, counted and hashed on the way."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mistudio.core.errors import ExpandsTooFar, MalformedFile, UnknownEncoding
from mistudio.schemas.metadata import Compression

CHUNK_BYTES = 2**21
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class CountedFile(io.RawIOBase):
    """A file read from front to back, with its SHA-256 and how far the reading has come."""

    def __init__(self, path: Path, *, hashed: bool = True) -> None:
        self._file = path.open("rb", buffering=0)
        self._hash = hashlib.sha256() if hashed else None
        self.size = path.stat().st_size
        self.done = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size) or b""
        self.done += len(data)
        if self._hash is not None:
            self._hash.update(data)
        return data

    def sha256(self) -> str:
        """Of the whole file: what nobody has read yet is read now."""
        while self.read(CHUNK_BYTES):
            pass
        assert self._hash is not None
        return self._hash.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()


class _Borrowed(io.RawIOBase):
    """The same file for a reader that closes what it was given."""

    def __init__(self, file: CountedFile) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def expanded(file: CountedFile, compression: Compression | None, max_bytes: int, chunk: int) -> Iterator[bytes]:
    """The file's bytes after decompression. Concatenated gzip members and zstd frames are read as one.

    Raises ExpandsTooFar after `max_bytes`, MalformedFile for a stream that is cut off or damaged.
    """
    total = 0
    try:
        stream = file
        if compression:
            stream = pa.CompressedInputStream(pa.PythonFile(_Borrowed(file), mode="r"), compression)
        while data := stream.read(chunk):
            total += len(data)
            if total > max_bytes:
                raise ExpandsTooFar(f"The file expands to more than {max_bytes} bytes.", limit=max_bytes)
            yield data
    except OSError as error:
        if compression is None or error.errno is not None:
            raise
        reason = "it ends too early" if "runcated" in str(error) else str(error)
        detail = f"The {compression} stream is damaged after {total} bytes of data: {reason}."
        raise MalformedFile(detail, position=total, reason=reason) from error


def utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The same text as UTF-8 without a byte order mark, each chunk whole characters.

    encoding: a codec name; "utf-8" is only checked, not copied. Raises UnknownEncoding with the position, in bytes
    of the decompressed file, of the first byte that is not `encoding`.
    """
    if encoding == "utf-8":
        yield from _without_mark(_checked(chunks))
    else:
        yield from _without_mark(_transcoded(chunks, encoding))


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= len(BYTE_ORDER_MARK):
            break
    if head := head.removeprefix(BYTE_ORDER_MARK):
        yield head
    yield from chunks


def _checked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    position, rest = 0, b""
    for chunk in chunks:
        data = rest + chunk if rest else chunk
        whole = len(data) - _incomplete_tail(data)
        rest, data = data[whole:], data[:whole] if whole < len(data) else data
        if not is_utf8(data):
            raise _wrong_byte(data, position, "utf-8")
        position += whole
        yield data
    if rest:
        raise _wrong_byte(rest, position, "utf-8")


def is_utf8(data: bytes) -> bool:
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32))
    array = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _incomplete_tail(data: bytes) -> int:
    """How many bytes at the end begin a character that is not finished: 0 to 3."""
    for length in range(1, min(3, len(data)) + 1):
        lead = data[-length]
        if lead >= 0xC0:
            needed = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return length if length < needed else 0
        if lead < 0x80:
            return 0
    return 0


def _transcoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    for chunk in chunks:
        text = _decode(decoder, chunk, position, encoding)
        position += len(chunk)
        if text:
            yield text.encode()
    if text := _decode(decoder, b"", position, encoding, final=True):
        yield text.encode()


def _decode(decoder: Any, data: bytes, position: int, encoding: str, final: bool = False) -> str:
    pending = len(decoder.getstate()[0])
    try:
        text: str = decoder.decode(data, final)
    except UnicodeDecodeError as error:
        raise not_decodable(position - pending + error.start, error.object[error.start], encoding) from error
    return text


def _wrong_byte(data: bytes, position: int, encoding: str) -> UnknownEncoding:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return not_decodable(position + error.start, data[error.start], encoding)
    raise AssertionError("Arrow and Python disagree on what is UTF-8")


def not_decodable(position: int, byte: int, encoding: str) -> UnknownEncoding:
    """The error for a byte that is wrong in its encoding. position: in the decompressed file."""
    detail = (
        f"Byte 0x{byte:02x} at position {position} is not {encoding}. If the file is in another encoding, name it; "
        f"else the file is damaged there."
    )
    return UnknownEncoding(detail, position=position, encoding=encoding)
