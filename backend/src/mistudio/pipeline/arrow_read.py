"""Reads what arrow_store writes, by memory map and with pyarrow alone: cheap enough for a request.

root/dataset_dict.json
root/{split}/data-00000-of-00002.arrow, …, state.json, dataset_info.json
"""

import bisect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from mistudio.core.errors import SplitNotFound


def split_names(root: Path) -> list[str]:
    names: list[str] = json.loads((root / "dataset_dict.json").read_text())["splits"]
    return names


def shard_files(root: Path, split: str) -> list[Path]:
    """The split's Arrow files in order. Raises SplitNotFound for a name that the dataset does not list."""
    names = split_names(root)
    if split not in names:
        raise SplitNotFound(f"There is no split {split!r}.", splits=names)
    state: dict[str, list[dict[str, str]]] = json.loads((root / split / "state.json").read_text())
    return [root / split / entry["filename"] for entry in state["_data_files"]]


def features(root: Path, split: str) -> dict[str, dict[str, Any]]:
    """column → its type as `datasets` writes it down."""
    if split not in split_names(root):
        raise SplitNotFound(f"There is no split {split!r}.", splits=split_names(root))
    info: dict[str, dict[str, dict[str, Any]]] = json.loads((root / split / "dataset_info.json").read_text())
    return info["features"]


def open_split(root: Path, split: str) -> pa.Table:
    """The whole split as a memory-mapped table: no copy, no read until a page is touched."""
    tables = [pa.ipc.open_stream(pa.memory_map(str(path))).read_all() for path in shard_files(root, split)]
    return pa.concat_tables(tables)


def open_splits(root: Path) -> Iterator[tuple[str, pa.Table]]:
    for split in split_names(root):
        yield split, open_split(root, split)


def num_rows(root: Path, split: str) -> int:
    return sum(_index_of(path).num_rows for path in shard_files(root, split))


def batches_from(root: Path, split: str, offset: int) -> Iterator[pa.RecordBatch]:
    """The split's rows from row `offset` on, batch by batch as they were written, the first one cut to begin there.

    Nothing before the batch that holds row `offset` is read.
    """
    for path in shard_files(root, split):
        index = _index_of(path)
        if offset >= index.num_rows:
            offset -= index.num_rows
            continue
        first = bisect.bisect_right(index.starts, offset) - 1
        with pa.memory_map(str(path)) as source:
            for number in range(first, len(index.starts)):
                source.seek(index.positions[number])
                batch = pa.ipc.read_record_batch(pa.ipc.read_message(source), index.schema)
                yield batch.slice(offset - index.starts[number]) if number == first else batch
        offset = 0


@dataclass(frozen=True)
class _Index:
    """Where each batch of an Arrow stream file begins. starts: its first row; positions: its place in bytes."""

    schema: pa.Schema
    starts: list[int]
    positions: list[int]
    num_rows: int


def _index_of(path: Path) -> _Index:
    status = path.stat()
    return _index(str(path), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _index(path: str, modified_ns: int, size: int) -> _Index:
    """Walks the file's message headers. The two numbers tell whether it is still the same file."""
    with pa.memory_map(path) as source:
        schema = pa.ipc.read_schema(pa.ipc.read_message(source))
        starts: list[int] = []
        positions: list[int] = []
        rows = 0
        while True:
            position = source.tell()
            try:
                message = pa.ipc.read_message(source)
            except EOFError:
                return _Index(schema, starts, positions, rows)
            length = pa.ipc.read_record_batch(message, schema).num_rows
            if length:
                starts.append(rows)
                positions.append(position)
                rows += length
