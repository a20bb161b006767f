"""The first rows of a split, read over the network: no more of its files than they take."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import cast

import pyarrow as pa

from mistudio.pipeline.detect import detect
from mistudio.pipeline.hub.client import Commit
from mistudio.pipeline.hub.reading import file_options, limited
from mistudio.pipeline.hub.remote_files import RemoteFile
from mistudio.pipeline.hub.shapes import DownloadLimits, HubConfig, HubFile, HubSplit
from mistudio.pipeline.inspect import inspect
from mistudio.pipeline.readers import Reading
from mistudio.pipeline.readers.blocks import BLOCK_BYTES
from mistudio.schemas.metadata import FilePreview

FEW = 1000  # rows; for so few, text is parsed in small blocks
SMALL_BLOCK = 1 << 18


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
    few = max_samples is not None and max_samples <= FEW
    files = (_batches(commit, config, file, limits, few) for file in split.files)
    return limited(chain.from_iterable(files), max_samples, max_bytes)


def first_rows(commit: Commit, config: HubConfig, split: HubSplit, limits: DownloadLimits) -> FilePreview:
    """The split's columns and its first 20 rows, from its first file. Raises like `take`."""
    file = split.files[0]
    options = file_options(config, file)
    return inspect(_as_path(commit, file, limits), filename(file), options, limits.read)


def filename(file: HubFile) -> str:
    return file.path.rpartition("/")[2]


def _batches(
    commit: Commit, config: HubConfig, file: HubFile, limits: DownloadLimits, few: bool
) -> Iterator[pa.RecordBatch]:
    path = _as_path(commit, file, limits)
    how = detect(path, filename(file), file_options(config, file), limits.read)
    block_bytes = SMALL_BLOCK if few else BLOCK_BYTES
    reading = Reading(path, how, limits.read, threads=0, block_bytes=block_bytes)
    try:
        yield from reading
    finally:
        reading.close()


def _as_path(commit: Commit, file: HubFile, limits: DownloadLimits) -> Path:
    """Readers use no more of a path than a remote file has: `open`, `stat().st_size`, and reading at random."""
    return cast(Path, RemoteFile.of(commit, file, limits.silence_s))
