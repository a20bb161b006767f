"""What a file is and what it begins with, from its first bytes.

Run as `python -m mistudio.pipeline.inspect` it is a child process with limits: a JSON request {path, filename,
options, limits, memory_bytes} on stdin, a FilePreview or an error {code, detail, extra} as JSON on stdout.
"""

import json
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mistudio.core.errors import AppError, BadRows, EmptyFile, ParserLimit
from mistudio.pipeline.cells import page
from mistudio.pipeline.child_limits import limit
from mistudio.pipeline.detect import detect
from mistudio.pipeline.readers import FileFormat, Reading
from mistudio.pipeline.table_types import align, storable, text_columns, text_from_null
from mistudio.schemas.metadata import FilePreview, PreviewColumn, PreviewRow, ReadLimits, ReadOptions

ROWS = 20
BLOCK_BYTES = 2**18
CPU_S = 20


def inspect(path: Path, filename: str, options: ReadOptions, limits: ReadLimits) -> FilePreview:
    """How the file would be read, its columns and its first rows. Reads only the beginning of the file.

    Column types are those of the rows looked at: later rows may widen them. Bad rows are listed, not refused.
    Raises EmptyFile and the other kinds of MalformedFile, UnsupportedMedia, InvalidRequest.
    """
    how = detect(path, filename, options, limits)
    reading = Reading(path, how, limits, set_aside=True, threads=0, block_bytes=BLOCK_BYTES)
    try:
        batches = iter(reading)
        first = next(batches, None)
        if first is None:
            raise _nothing(reading)
        seen, done = first.num_rows, reading.bytes_done
        more = how.format == "parquet" or next(batches, None) is not None
    finally:
        reading.close()
    if how.format == "parquet":
        rows = int(pq.read_metadata(path).num_rows)
    else:
        rows = round(seen * reading.bytes_total / max(done, 1)) if more else seen
    batch = storable(first)
    return _preview(how, align(batch, text_from_null(batch.schema)), reading, rows)


def _nothing(reading: Reading) -> AppError:
    if reading.count.bad:
        bad = reading.count.bad[0]
        return BadRows(f"Row {bad.row}: {bad.reason}.", row=bad.row, reason=bad.reason, text=bad.text)
    return EmptyFile("The file holds no rows.")


def _preview(how: FileFormat, batch: pa.RecordBatch, reading: Reading, rows: int) -> FilePreview:
    text = text_columns(batch)
    columns = [
        PreviewColumn(
            name=field.name,
            dtype=str(field.type),
            is_text=field.name in text,
            null_share=batch.column(i).null_count / batch.num_rows,
        )
        for i, field in enumerate(batch.schema)
    ]
    return FilePreview(
        format=how.format,
        compression=how.compression,
        delimiter=how.delimiter,
        encoding=None if how.format == "parquet" else how.encoding,
        header=how.header,
        columns=columns,
        text_columns=text[:1],
        rows=[PreviewRow(row=row, truncated_cells=cut) for row, cut in page(batch.slice(0, ROWS))],
        estimated_rows=rows,
        bad_rows=reading.count.bad[:ROWS],
    )


def answer(request: dict[str, Any]) -> str:
    """The JSON text for a request whose `memory_bytes` has been seen to."""
    try:
        preview = inspect(
            Path(request["path"]),
            request["filename"],
            ReadOptions.model_validate(request["options"]),
            ReadLimits.model_validate(request["limits"]),
        )
        return preview.model_dump_json()
    except AppError as error:
        return _error(error)
    except (MemoryError, pa.ArrowMemoryError):
        return _error(ParserLimit())


def _error(error: AppError) -> str:
    return json.dumps({"code": error.code, "detail": error.detail, "extra": error.extra})


class _WithoutPandas(MetaPathFinder):
    """pyarrow loads pandas with the first Python value it converts. Nothing here needs it; it takes a second."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def main() -> None:
    sys.meta_path.insert(0, _WithoutPandas())
    request = json.load(sys.stdin)
    limit(request["memory_bytes"], CPU_S, file_bytes=0)
    sys.stdout.buffer.write(answer(request).encode())


if __name__ == "__main__":
    main()
