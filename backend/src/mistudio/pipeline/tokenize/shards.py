"""Shards: what is written, synced and described as one piece, so that a crash costs one and not the run.

A shard is a fixed range of a split's rows, tokenized under one configuration by one engine. Its Arrow file lies in
the split's directory under its final name. `.shards/{split}/{index}.npz` beside the splits describes it and holds
its statistics; it is written after the file is safe on disk.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa

from mistudio.pipeline.content_hash import ContentHash
from mistudio.pipeline.tokenize.packing import Stream
from mistudio.pipeline.tokenize.statistics import Statistics

MANIFESTS = ".shards"


@dataclass(frozen=True)
class Shard:
    """Rows start <= row < stop of a split, as file `index` of `count`.

    key: hash of everything its bytes depend on.
    """

    split: str
    index: int
    count: int
    start: int
    stop: int
    key: str

    @property
    def file_name(self) -> str:
        return f"data-{self.index:05d}-of-{self.count:05d}.arrow"

    def path(self, root: Path) -> Path:
        return root / self.split / self.file_name

    def manifest(self, root: Path) -> Path:
        return root / MANIFESTS / self.split / f"{self.index:05d}.npz"


@dataclass
class ShardResult:
    """rest: when packing, the tokens that wait for the next shard."""

    shard: Shard
    num_rows: int
    content_hash: str
    statistics: Statistics
    rest: Stream | None


class ShardWriter:
    """Writes one shard's Arrow stream file and counts what goes in."""

    def __init__(self, root: Path, shard: Shard, schema: pa.Schema, vocabulary: int) -> None:
        self.shard, self.root = shard, root
        self.statistics = Statistics(vocabulary)
        self.num_rows = 0
        self._hash = ContentHash(schema)
        path = shard.path(root)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_stream(self._sink, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)
        self._hash.update(batch)
        self.num_rows += batch.num_rows

    def close(self) -> None:
        self._writer.close()
        self._sink.close()

    def result(self, rest: Stream | None) -> ShardResult:
        return ShardResult(self.shard, self.num_rows, self._hash.hexdigest(), self.statistics, rest)


def save_manifest(root: Path, result: ShardResult) -> None:
    """Make the shard's file durable, then say that it is finished."""
    _sync(result.shard.path(root))
    path = result.shard.manifest(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {"key": result.shard.key, "rows": result.num_rows, "content_hash": result.content_hash}
    arrays: dict[str, Any] = result.statistics.arrays()
    if result.rest is not None:
        arrays |= {f"rest_{name}": getattr(result.rest, name) for name in _STREAM}
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(file, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), **arrays)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


_STREAM = ("ids", "separators", "starts", "documents")


def take_over(shard: Shard, previous: list[Path], root: Path, schema: pa.Schema) -> ShardResult | None:
    """Link a finished shard of an earlier attempt into root, if its bytes are what its manifest says."""
    for earlier in previous:
        found = _read_manifest(shard, earlier)
        if found is None or _content_hash(shard.path(earlier), schema) != found.content_hash:
            continue
        target = shard.path(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(shard.path(earlier), target)
        except OSError:  # a file system without hard links
            shutil.copyfile(shard.path(earlier), target)
        save_manifest(root, found)
        return found
    return None


def _read_manifest(shard: Shard, root: Path) -> ShardResult | None:
    path = shard.manifest(root)
    if not path.exists() or not shard.path(root).exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            facts: dict[str, Any] = json.loads(arrays["facts"].tobytes())
            if facts["key"] != shard.key:
                return None
            rest = Stream(*(arrays[f"rest_{name}"] for name in _STREAM)) if "rest_ids" in arrays else None
            return ShardResult(shard, facts["rows"], facts["content_hash"], Statistics.of_arrays(arrays), rest)
    except (BadZipFile, ValueError, KeyError, EOFError):  # a manifest that did not reach the disk whole
        return None


def _content_hash(path: Path, schema: pa.Schema) -> str | None:
    """The hash of a file's rows; None where it is no whole Arrow file of this schema."""
    content = ContentHash(schema)
    for batch in shard_batches(path):
        if batch is None or batch.schema != schema:
            return None
        content.update(batch)
    return content.hexdigest()


def shard_batches(path: Path) -> Any:
    """The file's record batches by memory map; None last where the file ends too early."""
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
            yield from reader
    except (pa.ArrowInvalid, OSError):
        yield None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
