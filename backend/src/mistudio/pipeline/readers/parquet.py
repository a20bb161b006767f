"""Parquet, in batches of a bounded size whatever the footer claims.

A file of some megabytes can expand to any size, and its footer may lie about that. So a few rows of every row group
are read first, batches are made as large as those and the footer allow, and what comes out is counted.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mistudio.core.errors import (
    AppError,
    ExpandsTooFar,
    MalformedFile,
    TooDeep,
    TooManyColumns,
    UnsupportedMedia,
)
from mistudio.pipeline.readers.blocks import parsed_in_order
from mistudio.pipeline.readers.rows import RowCount
from mistudio.pipeline.table_types import check_names, nesting, storable, width
from mistudio.schemas.metadata import ReadLimits

FIRST_ROWS = 64
BATCH_BYTES = 2_000_000
MOST_ROWS = 2**17


def batches(
    path: Path, limits: ReadLimits, count: RowCount, on_share: Callable[[float], None], threads: int
) -> Iterator[pa.RecordBatch]:
    """on_share: called with the share of the footer's rows that have been read, 0 to 1. threads: 0 for none.

    Raises MalformedFile with the reason, UnsupportedMedia for encrypted columns, TooManyColumns, TooDeep,
    ExpandsTooFar.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=2**20) as file:
            check_schema(file.schema_arrow, limits)
            yield from _counted(file, limits, count, on_share, threads)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, pa.ArrowKeyError) as error:
        raise _malformed(error, count) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _malformed(error, count) from error


def check_schema(schema: pa.Schema, limits: ReadLimits) -> None:
    check_names(schema.names)
    if width(schema) > limits.max_columns:
        limit = limits.max_columns
        raise TooManyColumns(f"The file has {width(schema)} columns; {limit} are accepted.", limit=limit)
    if nesting(schema) > limits.max_json_depth:
        limit = limits.max_json_depth
        raise TooDeep(f"The columns are nested deeper than {limit} levels.", limit=limit)


def _counted(
    file: pq.ParquetFile, limits: ReadLimits, count: RowCount, on_share: Callable[[float], None], threads: int
) -> Iterator[pa.RecordBatch]:
    if not file.schema_arrow.names and file.metadata.num_rows:
        raise MalformedFile("The file has rows but no columns.", reason="no columns")
    expanded = 0
    groups = (batch for number in range(file.num_row_groups) for batch in _growing(file, number))
    for _, batch in parsed_in_order(groups, _checked, min(threads, 1)):
        expanded += max(batch.nbytes, batch.num_rows)
        if expanded > limits.max_expanded_bytes:
            limit = limits.max_expanded_bytes
            raise ExpandsTooFar(f"The file expands to more than {limit} bytes.", limit=limit)
        count.rows += batch.num_rows
        on_share(min(count.rows / max(file.metadata.num_rows, 1), 1.0))
        yield batch


def _growing(file: pq.ParquetFile, group: int) -> Iterator[pa.RecordBatch]:
    """The row group's rows, in batches of about BATCH_BYTES."""
    described = file.metadata.row_group(group)
    if described.num_rows == 0:
        return
    first = next(file.iter_batches(batch_size=FIRST_ROWS, row_groups=[group]), None)
    if first is None or first.num_rows == 0:
        return
    first = _checked(first)
    row_bytes = max(first.nbytes / first.num_rows, described.total_byte_size / described.num_rows, 1)
    rows = min(max(int(BATCH_BYTES / row_bytes), 1), MOST_ROWS)
    yield from file.iter_batches(batch_size=rows, row_groups=[group])


def _checked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in types that can be stored.

    Raises MalformedFile for text that is not UTF-8 and for offsets that lead nowhere, naming the column.
    """
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            raise MalformedFile(f"Column {name!r} holds invalid values: {error}.", column=name) from error
    return storable(batch)


def _malformed(error: Exception, count: RowCount) -> AppError:
    if "decrypt" in str(error):
        return UnsupportedMedia("A column of the file is encrypted, and there is no key.", reason="encrypted")
    if "too deeply nested" in str(error):
        return TooDeep("The columns are nested too deeply.", reason="too deeply nested")
    reason = str(error).strip().splitlines()[0][:500] if str(error).strip() else type(error).__name__
    detail = f"The Parquet file cannot be read after row {count.rows}: {reason}"
    return MalformedFile(detail, row=count.rows, reason=reason)
