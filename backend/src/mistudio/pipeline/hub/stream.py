"""The first rows of a split, read over the network: no more of its files than they take."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from mistudio.core.errors import ExpandsTooFar, MalformedFile
from mistudio.pipeline.hub.client import Commit
from mistudio.pipeline.hub.reading import file_options, limited
from mistudio.pipeline.hub.remote_files import RangeFile, RemotePath
from mistudio.pipeline.hub.shapes import DownloadLimits, HubConfig, HubFile, HubSplit
from mistudio.pipeline.ingest import open_batches

BATCH_ROWS = 8192
READ_AHEAD = 1 << 22  # bytes asked for at once, over all columns
SMALL_GROUP = 1 << 23  # a row group up to this size comes in one request


def take(
    commit: Commit,
    config: HubConfig,
    split: HubSplit,
    limits: DownloadLimits,
    max_samples: int | None,
    max_bytes: int | None,
) -> Iterator[pa.RecordBatch]:
    """The first rows of a split: at most max_samples, and those that begin within max_bytes of Arrow memory.

    Files are opened one after the other, and only as long as rows are missing. Raises the errors of `chunks` and of
    the readers.
    """
    files = (_batches(commit, config, file, limits, max_samples) for file in split.files)
    return limited(chain.from_iterable(files), max_samples, max_bytes)


def _batches(
    commit: Commit, config: HubConfig, file: HubFile, limits: DownloadLimits, max_samples: int | None
) -> Iterator[pa.RecordBatch]:
    if config.format == "parquet" or file.path.endswith(".parquet"):
        yield from parquet_batches(commit, file, limits, max_samples)
    else:
        source = RemotePath(commit, file, limits.silence_s)
        yield from open_batches(
            cast(Path, source), file.path.rpartition("/")[2], file_options(config, file), limits.read
        )


def parquet_batches(
    commit: Commit, file: HubFile, limits: DownloadLimits, max_samples: int | None
) -> Iterator[pa.RecordBatch]:
    """A remote Parquet file from its first row on.

    A row group that is wanted whole comes in large requests; of one that is wanted in part each column is read on
    in small steps. Raises MalformedFile, ExpandsTooFar.
    """
    missing, expanded = max_samples, 0
    with RangeFile(commit, file, limits.silence_s) as source:
        try:
            footer = pq.ParquetFile(source).metadata
            steps = max(1 << 16, READ_AHEAD // max(1, footer.num_columns))
            for group in range(footer.num_row_groups):
                rows, size = footer.row_group(group).num_rows, footer.row_group(group).total_byte_size
                whole = missing is None or rows <= missing or size <= SMALL_GROUP
                opened = pq.ParquetFile(
                    source, metadata=footer, pre_buffer=whole, buffer_size=0 if whole else steps
                )
                batch_rows = BATCH_ROWS if missing is None else min(BATCH_ROWS, missing)
                for batch in opened.iter_batches(batch_rows, [group], use_threads=False):
                    expanded += batch.nbytes
                    if expanded > limits.read.max_expanded_bytes:
                        raise ExpandsTooFar(limit=limits.read.max_expanded_bytes)
                    yield batch
                if missing is not None:
                    missing = max(1, missing - rows)
        except pa.ArrowException as error:
            raise MalformedFile(f"{file.path} is not a Parquet file that can be read: {error}") from None
