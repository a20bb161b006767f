"""Writes the directory layout of `datasets.DatasetDict.save_to_disk`, batch by batch. Read back by arrow_read.

root/dataset_dict.json
root/{split}/data-00000-of-00002.arrow, …, state.json, dataset_info.json
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from datasets import DatasetInfo, Features

from mistudio.pipeline.content_hash import ContentHash

SHARD_BYTES = 500_000_000


@dataclass(frozen=True)
class WrittenSplit:
    """num_bytes: of the Arrow files. fingerprint: of the rows, independent of their chunks."""

    name: str
    num_rows: int
    num_bytes: int
    fingerprint: str


class SplitWriter:
    """Writes one split as Arrow stream files of at most about SHARD_BYTES each."""

    def __init__(self, root: Path, name: str, schema: pa.Schema, shard_bytes: int = SHARD_BYTES) -> None:
        self.name = name
        self.directory = root / name
        self.features = Features.from_arrow_schema(schema)
        self.schema: pa.Schema = self.features.arrow_schema
        self.num_rows = 0
        self.null_counts = dict.fromkeys(self.schema.names, 0)
        self._shard_bytes = shard_bytes
        self._hash = ContentHash(self.schema)
        self._files: list[Path] = []
        self._sink: pa.NativeFile | None = None
        self._writer: pa.RecordBatchWriter | None = None
        self.directory.mkdir(parents=True)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows. The batch's columns must be those of the schema, in order; types are cast."""
        if not batch.schema.equals(self.schema):
            batch = batch.cast(self.schema)
        if self._sink is None or self._sink.tell() >= self._shard_bytes:
            self._next_shard()
        assert self._writer is not None
        self._writer.write_batch(batch)
        self._hash.update(batch)
        self.num_rows += batch.num_rows
        for name, column in zip(self.schema.names, batch.columns, strict=True):
            self.null_counts[name] += column.null_count

    def close(self) -> WrittenSplit:
        """Finish the files and write the descriptions that `load_from_disk` reads."""
        if self._sink is None:
            self._next_shard()
        self._close_shard()
        fingerprint = self._hash.hexdigest()
        finish_split(self.directory, self._files, self.features, fingerprint)
        num_bytes = sum(path.stat().st_size for path in self.directory.glob("*.arrow"))
        return WrittenSplit(self.name, self.num_rows, num_bytes, fingerprint)

    def abort(self) -> None:
        """Close the open file; the directory is the caller's to remove."""
        self._close_shard()

    def _next_shard(self) -> None:
        self._close_shard()
        path = self.directory / f"part-{len(self._files):05d}.arrow"
        self._files.append(path)
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_stream(self._sink, self.schema)

    def _close_shard(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._sink is not None:
            self._sink.close()
        self._writer = self._sink = None


def finish_split(directory: Path, files: list[Path], features: Features, fingerprint: str) -> None:
    """Give the shard files their final names and write state.json and dataset_info.json."""
    names = []
    for i, path in enumerate(files):
        final = directory / f"data-{i:05d}-of-{len(files):05d}.arrow"
        path.rename(final)
        names.append(final.name)
    state: dict[str, object] = {
        "_data_files": [{"filename": name} for name in names],
        "_fingerprint": fingerprint[:16],
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": directory.name,
    }
    (directory / "state.json").write_text(json.dumps(state, indent=2))
    DatasetInfo(features=features).write_to_directory(str(directory))


def finish_dataset(root: Path, splits: list[str]) -> None:
    """Write dataset_dict.json and make every byte below root durable. The last step before a rename."""
    (root / "dataset_dict.json").write_text(json.dumps({"splits": splits}))
    sync_tree(root)


def sync_tree(root: Path) -> None:
    """fsync every file and directory below root, and root itself."""
    for folder, _, names in os.walk(root, topdown=False):
        for name in [*names, "."]:
            descriptor = os.open(Path(folder, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
