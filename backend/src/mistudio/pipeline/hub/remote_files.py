"""Files of the Hub as file objects, for readers that want only a part of them."""

import io
from collections.abc import Iterator

from mistudio.pipeline.hub.client import Commit
from mistudio.pipeline.hub.remote import chunks
from mistudio.pipeline.hub.shapes import HubFile


class RangeFile(io.RawIOBase):
    """Random access: each read is a request for exactly that range. For Parquet, which knows what it wants."""

    def __init__(self, commit: Commit, file: HubFile, silence_s: float) -> None:
        self._commit, self._file, self._silence_s = commit, file, silence_s
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        end = self._file.size if size is None or size < 0 else min(self._file.size, self._position + size)
        data = b"".join(chunks(self._commit, self._file, self._silence_s, self._position, end))
        self._position = max(self._position, end)
        return data


class SequentialFile(io.RawIOBase):
    """Front to back over one connection, which ends where the reading ends. For text."""

    def __init__(self, commit: Commit, file: HubFile, silence_s: float) -> None:
        self._chunks: Iterator[bytes] = chunks(commit, file, silence_s)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = float("inf") if size is None or size < 0 else size
        pieces, count = [self._rest], len(self._rest)
        while count < wanted and (chunk := next(self._chunks, b"")):
            pieces.append(chunk)
            count += len(chunk)
        data = b"".join(pieces)
        cut = min(count, int(wanted) if wanted != float("inf") else count)
        self._rest = data[cut:]
        return data[:cut]

    def close(self) -> None:
        if not self.closed:
            self._chunks.close()  # type: ignore[attr-defined]
        super().close()


class RemotePath:
    """A file of the Hub where a reader expects a path: it can be opened, and its size is known."""

    def __init__(self, commit: Commit, file: HubFile, silence_s: float) -> None:
        self._commit, self._file, self._silence_s = commit, file, silence_s

    def open(self, mode: str = "rb", buffering: int = -1) -> SequentialFile:
        return SequentialFile(self._commit, self._file, self._silence_s)

    def stat(self) -> "RemotePath":
        return self

    @property
    def st_size(self) -> int:
        return self._file.size
