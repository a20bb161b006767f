"""Reading bytes as a file of a known format."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from mistudio.pipeline.readers import FileFormat, Reading
from mistudio.pipeline.table_types import align, text_from_null, widen
from mistudio.schemas.metadata import BadRow, Format, ReadLimits

Rows = list[dict[str, Any]]


def _reading(path: Path, content: bytes, format: Format, **options: Any) -> Reading:
    path.write_bytes(content)
    known = {"encoding", "delimiter", "header", "compression"}
    how = FileFormat(format, **{key: options.pop(key) for key in known & set(options)})
    limits = ReadLimits(**{key: options.pop(key) for key in list(options) if key.startswith("max_")})
    return Reading(path, how, limits, **{"threads": 0, **options})


def read(path: Path, content: bytes, format: Format, **options: Any) -> pa.Table:
    """All rows, in the types they end with. options: of FileFormat, ReadLimits and Reading, mixed."""
    reading = _reading(path, content, format, **options)
    try:
        batches = list(reading)
    finally:
        reading.close()
    if not batches:
        return pa.table({})
    schema = batches[0].schema
    for batch in batches[1:]:
        schema = widen(schema, batch.schema)
    schema = text_from_null(schema)
    return pa.Table.from_batches([align(batch, schema) for batch in batches])


def rows(path: Path, content: bytes, format: Format, **options: Any) -> Rows:
    found: Rows = read(path, content, format, **options).to_pylist()
    return found


def set_aside(path: Path, content: bytes, format: Format, **options: Any) -> tuple[Rows, list[BadRow]]:
    """The good rows, and the bad ones."""
    reading = _reading(path, content, format, set_aside=True, **options)
    try:
        good = [row for batch in reading for row in batch.to_pylist()]
    finally:
        reading.close()
    return good, reading.count.bad
