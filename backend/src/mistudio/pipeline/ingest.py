"""From a data file, or from batches of it, to a raw Arrow dataset and its summary."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from mistudio.core.errors import ColumnNotFound, ColumnNotText
from mistudio.pipeline.detect import detect
from mistudio.pipeline.progress import Progress
from mistudio.pipeline.raw_writer import RawWriter
from mistudio.pipeline.readers import Reading
from mistudio.pipeline.split_column import by_split, check_number
from mistudio.pipeline.table_types import is_string
from mistudio.pipeline.table_types import text_columns as detect_text_columns
from mistudio.schemas.metadata import (
    IngestOptions,
    RawSummary,
    ReadLimits,
    ReadOptions,
    SchemaMetadata,
    SourceMetadata,
    SplitInfo,
)


def write_raw(
    out: Path,
    splits: Iterable[tuple[str, Iterator[pa.RecordBatch]]],
    text_columns: list[str] | None,
    separator: str,
    source: SourceMetadata,
) -> RawSummary:
    """Write batches as a DatasetDict into the directory `out`, which is made if missing.

    splits: (name, batches) in the order of publication; types may widen from batch to batch and between splits.
    text_columns: the default choice for tokenizing; None: detected from the first rows.
    Raises EmptyFile, MalformedFile (a column's types contradict each other), ColumnNotFound, ColumnNotText. Leaves
    partial files behind when it raises.
    """
    writer = RawWriter(out)
    detected: list[str] | None = None
    for name, batches in splits:
        writer.add_split(name)
        for batch in batches:
            if detected is None and batch.num_rows:
                detected = detect_text_columns(batch)
            writer.write(name, batch)
    return _summary(writer, text_columns, detected, separator, source)


def open_batches(path: Path, filename: str, options: ReadOptions, limits: ReadLimits) -> Iterator[pa.RecordBatch]:
    """The rows of one data file, in batches of some megabytes whose types may widen as the file goes on.

    filename: as the user knows it; its endings help where the content leaves the format open. With IngestOptions
    the text columns named there stay text. Raises MalformedFile and its kinds, UnsupportedMedia, InvalidRequest.
    """
    keep_text = options.text_columns or [] if isinstance(options, IngestOptions) else []
    reading = Reading(path, detect(path, filename, options, limits), limits, keep_text=keep_text)
    try:
        yield from reading
    finally:
        reading.close()


def ingest(
    source: Path, filename: str, out: Path, options: IngestOptions, limits: ReadLimits, progress: Progress
) -> RawSummary:
    """Write the file as a DatasetDict into the fresh directory `out`. Constant memory, whatever the file's size.

    progress: stage "reading", in bytes of the source file. Raises EmptyFile, BadRows and the other kinds of
    MalformedFile, UnsupportedMedia, ColumnNotFound, ColumnNotText, InvalidRequest. Leaves partial files behind
    when it raises.
    """
    how = detect(source, filename, options, limits)
    set_aside = options.on_bad_rows == "set_aside"
    reading = Reading(source, how, limits, set_aside=set_aside, keep_text=options.text_columns or [])
    try:
        with ThreadPoolExecutor(1) as beside:
            sha256 = beside.submit(reading.sha256) if how.format == "parquet" else None  # others hash as they read
            raw = _write_splits(out, reading, options, progress)
        described = SourceMetadata(
            filename=filename,
            split=None if options.split_column else options.split,
            format=how.format,
            compression=how.compression,
            delimiter=how.delimiter,
            encoding=None if how.format == "parquet" else how.encoding,
            size_bytes=reading.bytes_total,
            sha256=sha256.result() if sha256 else reading.sha256(),
            options=options,
        )
    finally:
        reading.close()
    progress("reading", reading.bytes_total, reading.bytes_total, "bytes")
    counted = {"source": described, "bad_rows": reading.count.bad, "num_bad_rows": reading.count.num_bad}
    return raw.model_copy(update=counted)


def _write_splits(out: Path, reading: Reading, options: IngestOptions, progress: Progress) -> RawSummary:
    writer = RawWriter(out)
    if options.split_column is None:
        writer.add_split(options.split)
    detected: list[str] | None = None
    for batch in reading:
        detected = detect_text_columns(batch) if detected is None else detected
        for name, part in (
            by_split(batch, options.split_column) if options.split_column else [(options.split, batch)]
        ):
            writer.write(name, part)
        check_number(writer.split_names)
        progress("reading", reading.bytes_done, reading.bytes_total, "bytes")
    return _summary(writer, options.text_columns, detected, options.separator, SourceMetadata())


def _summary(
    writer: RawWriter, asked: list[str] | None, detected: list[str] | None, separator: str, source: SourceMetadata
) -> RawSummary:
    """Finish the writing and describe what was written."""
    text_columns = (detected or [])[:1] if asked is None else asked
    check_text_columns(text_columns, writer.schema)
    written = writer.finish()
    columns = {field.name: str(field.type) for field in written.schema}
    return RawSummary(
        num_samples=sum(split.num_rows for split in written.splits),
        num_features=len(columns),
        schema_=SchemaMetadata(
            text_columns=text_columns,
            column_info=columns,
            all_columns=list(columns),
            is_multi_column=len(text_columns) > 1,
            separator=separator,
            null_counts=written.null_counts,
        ),
        splits={s.name: SplitInfo(num_samples=s.num_rows, num_bytes=s.num_bytes) for s in written.splits},
        size_bytes=sum(split.num_bytes for split in written.splits),
        fingerprint=written.fingerprint,
        source=source,
    )


def check_text_columns(names: list[str], schema: pa.Schema) -> None:
    """Raises ColumnNotFound and ColumnNotText, naming the column."""
    for name in names:
        if name not in schema.names:
            raise ColumnNotFound(f"There is no column {name!r}.", column=name, columns=schema.names[:100])
        if not is_string(schema.field(name).type):
            kind = schema.field(name).type
            raise ColumnNotText(f"Column {name!r} holds {kind}, not text.", column=name)
