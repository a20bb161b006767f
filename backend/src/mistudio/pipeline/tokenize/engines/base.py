"""What an engine is, and the flat arrays it speaks in."""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ids = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]


class EngineRefused(Exception):
    """The engine does not support this tokenizer."""


class EngineFailed(Exception):
    """A fast engine stopped or gave tokens that differ from the reference. The work is redone by the reference."""


class Flat(NamedTuple):
    """The tokens of n sequences: sequence i is ids[offsets[i]:offsets[i + 1]].

    ids: int32, shape (tokens,). offsets: int64, shape (n + 1,), from 0 to len(ids).
    """

    ids: Ids
    offsets: Offsets

    def lengths(self) -> Offsets:
        return np.diff(self.offsets)

    def row(self, i: int) -> Ids:
        return self.ids[self.offsets[i] : self.offsets[i + 1]]


class Engine(Protocol):
    """Encodes texts without special tokens. `encode` is called from several threads at once."""

    name: str
    version: str
    chunk_bytes: int  # text bytes of one call, so that a call takes well under a second

    def encode(self, texts: pa.Array) -> Flat:
        """texts: string or large_string without nulls, shape (n,). Returns n sequences."""

    def close(self) -> None:
        """Let go of processes and caches."""


def text_buffers(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Offsets]:
    """The UTF-8 bytes of a (large_)string array without nulls, not copied, and int64 offsets from 0."""
    _, offsets, data = texts.buffers()
    if len(texts) == 0 or data is None:
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    view = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return np.frombuffer(data, np.uint8)[view[0] : view[-1]], view - view[0]


def from_lists(rows: list[list[int]]) -> Flat:
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)), out=offsets[1:])
    ids = np.empty(int(offsets[-1]), np.int32)
    for row, start, stop in zip(rows, offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        ids[start:stop] = row
    return Flat(ids, offsets)


def concatenate(parts: list[Flat]) -> Flat:
    """One Flat of the sequences of all parts, in order."""
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0, *(len(part.ids) for part in parts)])
    offsets = [part.offsets[1:] + start for part, start in zip(parts, sizes.tolist(), strict=False)]
    return Flat(
        np.concatenate([np.zeros(0, np.int32), *(part.ids for part in parts)]),
        np.concatenate([np.zeros(1, np.int64), *offsets]),
    )
