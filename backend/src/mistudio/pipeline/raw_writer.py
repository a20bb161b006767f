"""Writes record batches whose types become clear only while they are read.

Column types may widen on the way: null becomes any type, an integer a float where that is exact, a struct gains
fields, and a column that was read from text (CSV) goes back to its text. Batches are written at once in the types
known so far, as one *generation*; when a later batch widens them, a new generation begins, and at the end all
generations are rewritten in the final types. Files that do not change their mind are written once.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import xxhash

from mistudio.core.errors import EmptyFile, MalformedFile
from mistudio.pipeline.arrow_store import SplitWriter, WrittenSplit, finish_dataset
from mistudio.pipeline.table_types import align, check_storable, storable, text_from_null, widen

HOLD_BYTES = 32_000_000  # most changes of mind come early: the first batches wait for each other


@dataclass
class _Generation:
    schema: pa.Schema
    writers: dict[str, SplitWriter] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenRaw:
    """fingerprint: of the splits' names, order, types and rows. null_counts: column → rows, over all splits."""

    schema: pa.Schema
    splits: list[WrittenSplit]
    null_counts: dict[str, int]
    fingerprint: str


class RawWriter:
    """A DatasetDict directory in the making. All splits share one schema."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._schema: pa.Schema | None = None
        self._names: dict[str, None] = {}
        self._held: list[tuple[str, pa.RecordBatch]] = []
        self._held_bytes = 0
        self._generations: list[_Generation] = []
        self.num_rows = 0

    @property
    def schema(self) -> pa.Schema:
        """The types known so far. Raises EmptyFile when no row came, MalformedFile when rows have no columns."""
        if self._schema is None or self.num_rows == 0:
            raise EmptyFile("The data hold no rows.")
        if not self._schema.names:
            raise MalformedFile("The rows have no columns.", reason="no columns")
        return text_from_null(self._schema)

    @property
    def split_names(self) -> list[str]:
        return list(self._names)

    def add_split(self, name: str) -> None:
        """Name a split, in the order of publication, so that it exists even without rows."""
        self._names[name] = None

    def write(self, split: str, batch: pa.RecordBatch) -> None:
        """Append rows. Raises MalformedFile when a column's type contradicts that of earlier rows."""
        self.add_split(split)
        batch = storable(batch)
        if self._schema is None or not self._schema.equals(batch.schema):
            check_storable(batch.schema)
            self._schema = batch.schema if self._schema is None else widen(self._schema, batch.schema)
        self.num_rows += batch.num_rows
        if self._held_bytes < HOLD_BYTES:
            self._held.append((split, batch))
            self._held_bytes += batch.nbytes
            return
        self._release()
        self._append(split, batch)

    def finish(self) -> WrittenRaw:
        """Write everything and make it durable. Raises EmptyFile when there was no row."""
        self._schema = self.schema
        self._release()
        writers = self._rewritten() if self._must_rewrite() else self._current().writers
        for name in self._names:
            if name not in writers:
                writers[name] = SplitWriter(self._root, name, self._schema)
        written = [writers[name].close() for name in self._names]
        finish_dataset(self._root, list(self._names))
        return WrittenRaw(self._schema, written, _null_counts(writers), _fingerprint(written))

    def _must_rewrite(self) -> bool:
        return len(self._generations) > 1 or not self._current().schema.equals(self._schema)

    def _current(self) -> _Generation:
        return self._generations[-1]

    def _release(self) -> None:
        held, self._held = self._held, []
        for split, batch in held:
            self._append(split, batch)

    def _append(self, split: str, batch: pa.RecordBatch) -> None:
        assert self._schema is not None
        if not self._generations or not self._current().schema.equals(self._schema):
            self._retire()
            self._generations.append(_Generation(self._schema))
        writers = self._current().writers
        if split not in writers:
            writers[split] = SplitWriter(self._root, split, self._schema)
        writers[split].write(align(batch, self._schema))

    def _retire(self) -> None:
        """Move the current generation out of the way, so that the next one starts in fresh directories."""
        if not self._generations:
            return
        aside = self._root / ".earlier" / str(len(self._generations))
        aside.mkdir(parents=True)
        for writer in self._current().writers.values():
            writer.abort()
            writer.directory.rename(aside / writer.name)

    def _rewritten(self) -> dict[str, SplitWriter]:
        assert self._schema is not None
        self._retire()
        writers = {}
        for name in self._names:
            writer = writers[name] = SplitWriter(self._root, name, self._schema)
            for batch in self._earlier(name):
                writer.write(align(batch, self._schema))
        shutil.rmtree(self._root / ".earlier")
        return writers

    def _earlier(self, split: str) -> Iterator[pa.RecordBatch]:
        for number in range(1, len(self._generations) + 1):
            for path in sorted((self._root / ".earlier" / str(number) / split).glob("part-*.arrow")):
                with pa.memory_map(str(path)) as source:
                    yield from pa.ipc.open_stream(source)
                path.unlink()


def _null_counts(writers: dict[str, SplitWriter]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for writer in writers.values():
        for name, count in writer.null_counts.items():
            counts[name] = counts.get(name, 0) + count
    return counts


def _fingerprint(splits: list[WrittenSplit]) -> str:
    return xxhash.xxh3_128("\n".join(f"{s.name} {s.num_rows} {s.fingerprint}" for s in splits).encode()).hexdigest()
