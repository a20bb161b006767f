"""A file of the Hub as a file object that fetches what is read of it, and little more."""

import io
from typing import NamedTuple

from mistudio.pipeline.hub.client import Commit
from mistudio.pipeline.hub.remote import chunks
from mistudio.pipeline.hub.shapes import HubFile

LEAST = 1 << 16
MOST = 1 << 24  # asked for at once, where the reading goes on and on
KEPT_BYTES = 1 << 26


class _Segment(NamedTuple):
    start: int
    data: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.data)


class _Segments:
    """What was fetched last. Where reading goes on at a segment's end, the next one is twice as long."""

    def __init__(self, commit: Commit, file: HubFile, silence_s: float) -> None:
        self.commit, self.file, self._silence_s = commit, file, silence_s
        self._kept: list[_Segment] = []

    def at(self, position: int, wanted: int) -> bytes:
        """Some bytes from `position` on, at least one; `wanted` of them are needed now."""
        found = next((s for s in self._kept if s.start <= position < s.end), None)
        if found is None:
            found = self._fetch(position, wanted)
        return found.data[position - found.start :][:wanted]

    def _fetch(self, start: int, wanted: int) -> _Segment:
        before = next((s for s in self._kept if s.end == start), None)
        ahead = min(MOST, 2 * len(before.data)) if before is not None else LEAST
        end = min(self.file.size, start + max(wanted, ahead))
        segment = _Segment(start, b"".join(chunks(self.commit, self.file, self._silence_s, start, end)))
        self._kept.append(segment)
        while sum(len(s.data) for s in self._kept) > KEPT_BYTES and len(self._kept) > 1:
            self._kept.pop(0)
        return segment


class RemoteFile(io.RawIOBase):
    """Read-only, seekable. It also stands where a reader expects a path: `open` begins at the front again."""

    def __init__(self, segments: _Segments) -> None:
        self._segments = segments
        self._position = 0

    @classmethod
    def of(cls, commit: Commit, file: HubFile, silence_s: float) -> "RemoteFile":
        """silence_s: longest wait for the next byte. Reading raises the errors of `chunks`."""
        return cls(_Segments(commit, file, silence_s))

    def open(self, mode: str = "rb", buffering: int = -1) -> "RemoteFile":
        return RemoteFile(self._segments)

    def stat(self) -> "RemoteFile":
        return self

    @property
    def st_size(self) -> int:
        return self._segments.file.size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.st_size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        end = self.st_size if size is None or size < 0 else min(self.st_size, self._position + size)
        pieces = []
        while self._position < end:
            piece = self._segments.at(self._position, end - self._position)
            pieces.append(piece)
            self._position += len(piece)
        return b"".join(pieces)
