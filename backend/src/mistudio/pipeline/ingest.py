"""From a data file, or from batches of it, to a raw Arrow dataset and its summary."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from mistudio.core.errors import ColumnNotFound, ColumnNotText, UnsupportedMedia
from mistudio.pipeline.raw_writer import RawWriter, WrittenRaw
from mistudio.pipeline.readers import parquet
from mistudio.pipeline.table_types import is_string
from mistudio.pipeline.table_types import text_columns as detect_text_columns
from mistudio.schemas.metadata import (
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
    written = writer.finish()
    chosen = detected[:1] if text_columns is None and detected else text_columns or []
    check_text_columns(chosen, written.schema)
    return summary(written, chosen, separator, source)


def open_batches(path: Path, filename: str, options: ReadOptions, limits: ReadLimits) -> Iterator[pa.RecordBatch]:
    """The rows of one data file, in batches of some megabytes whose types may widen as the file goes on.

    filename: as the user knows it; its endings help where the content leaves the format open.
    Raises MalformedFile and its kinds, UnsupportedMedia, InvalidRequest.
    """
    if filename.endswith(".parquet"):
        yield from parquet.batches(path)
    else:
        raise UnsupportedMedia(f"{filename} is in no format that can be read.")


def check_text_columns(names: list[str], schema: pa.Schema) -> None:
    for name in names:
        if name not in schema.names:
            raise ColumnNotFound(f"There is no column {name!r}.", column=name, columns=schema.names[:100])
        if not is_string(schema.field(name).type):
            kind = schema.field(name).type
            raise ColumnNotText(f"Column {name!r} holds {kind}, not text.", column=name)


def summary(written: WrittenRaw, text_columns: list[str], separator: str, source: SourceMetadata) -> RawSummary:
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
