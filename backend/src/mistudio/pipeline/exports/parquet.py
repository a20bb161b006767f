"""Parquet shards as a Hub repository has them: data/{split}-00000-of-00002.parquet, with the features inside.

A split without rows gets no file: `datasets` reads neither an empty row group nor an empty split.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Features

from mistudio.pipeline.exports.source import Source
from mistudio.schemas.export import ExportRequest
from mistudio.schemas.metadata import JsonObject

SHARD_BYTES = 500_000_000  # of Arrow data
ROW_GROUP_BYTES = 32 << 20
FOLDER = "data"


def write(source: Source, out: Path, request: ExportRequest) -> JsonObject:
    """All columns as they are."""
    for split in source.filled:
        schema = Features.from_arrow_schema(source.schema(split)).arrow_schema
        write_split(source, split, out, schema, request.compression, lambda batch: batch.columns)
    return {"compression": request.compression}


def write_split(
    source: Source,
    split: str,
    out: Path,
    schema: pa.Schema,
    compression: str,
    columns: Callable[[pa.RecordBatch], list[pa.Array]],
) -> None:
    """schema: of the files, with the features in its metadata. columns: a batch's arrays under that schema."""
    groups = _groups(source.files(split))
    (out / FOLDER).mkdir(exist_ok=True)
    for i, files in enumerate(groups):
        path = out / FOLDER / f"{split}-{i:05d}-of-{len(groups):05d}.parquet"
        with pq.ParquetWriter(path, schema, compression=compression, use_dictionary=_repetitive(schema)) as writer:
            batches = (pa.record_batch(columns(batch), schema=schema) for batch in source.batches(files))
            for table in _row_groups(batches):
                writer.write_table(table, row_group_size=table.num_rows)


def _repetitive(schema: pa.Schema) -> list[str]:
    """Columns of few values, masks and types, which a dictionary shrinks to nothing. Ids only get slower by one."""
    kinds = ((field.name, getattr(field.type, "value_type", None)) for field in schema)
    return [f"{name}.list.element" for name, kind in kinds if kind == pa.int8()]


def _groups(files: list[Path]) -> list[list[Path]]:
    """Consecutive Arrow files of together about SHARD_BYTES, one at least."""
    groups: list[list[Path]] = []
    size = 0
    for path in files:
        length = path.stat().st_size
        if not groups or size + length > SHARD_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(path)
        size += length
    return groups


def _row_groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Tables of about ROW_GROUP_BYTES, none without rows."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        waiting.append(batch)
        size += batch.nbytes
        if size >= ROW_GROUP_BYTES:
            yield pa.Table.from_batches(waiting)
            waiting, size = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting)
