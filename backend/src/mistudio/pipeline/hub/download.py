"""A dataset of the Hub, or a sample of it, as a raw Arrow dataset."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mistudio.pipeline.hub.client import Commit, Origin
from mistudio.pipeline.hub.errors import disk_full_as_ours
from mistudio.pipeline.hub.fetch import fetch_files
from mistudio.pipeline.hub.forecast import check_disk, forecast
from mistudio.pipeline.hub.reading import file_options
from mistudio.pipeline.hub.resolve import choose_config, choose_splits, describe
from mistudio.pipeline.hub.shapes import DownloadLimits, HubConfig, HubDataset, HubSplit
from mistudio.pipeline.hub.stream import take
from mistudio.pipeline.ingest import open_batches, write_raw
from mistudio.pipeline.progress import Progress
from mistudio.schemas.metadata import HubRequest, RawSummary, SourceMetadata


def download(
    request: HubRequest,
    out: Path,
    work: Path,
    previous: Sequence[Path],
    endpoint: str,
    token: str | None,
    limits: DownloadLimits,
    progress: Progress,
) -> RawSummary:
    """Download what is asked for and write it as a DatasetDict into the fresh directory `out`.

    work: where files of the Hub lie while it runs; previous: the `work` of earlier attempts of the same job, on the
    same file system, from which whole and partial files are taken over. Afterwards `work` is gone; when it raises,
    `work` holds what the next attempt can use and `out` may hold partial files.
    Stages: "resolving", "downloading" in bytes, "reading" in rows; a sample skips the second.
    Raises the errors of `describe`, `choose_config`, `choose_splits`, `fetch_files` and `write_raw`; DiskFull at
    once when the forecast does not fit; and what `progress` raises.
    """
    progress("resolving", 0, None, "files")
    dataset = describe(request.name, endpoint, token, request.revision)
    config = choose_config(dataset, request.config)
    splits = choose_splits(config, request.split)
    work.mkdir(parents=True, exist_ok=True)
    expected = forecast(splits, request.max_samples, request.max_bytes)
    check_disk(work, expected.disk_bytes - _bytes_in(previous), limits.free_disk_bytes)
    commit = Commit(Origin(endpoint, token), "dataset", dataset.name, dataset.files_sha)
    rows = expected.num_rows
    if request.max_samples is None and request.max_bytes is None:
        files = [file for split in splits for file in split.files]
        paths = fetch_files(commit, files, work, previous, limits, progress)
        rows = rows or _parquet_rows(config, [paths[file.oid] for file in files])
        sources = [(split.name, _local(config, split, paths, limits)) for split in splits]
    else:
        sources = [
            (split.name, take(commit, config, split, limits, request.max_samples, request.max_bytes))
            for split in splits
        ]
    with disk_full_as_ours():
        source = source_metadata(request, dataset, config, splits, token is not None)
        summary = write_raw(out, _counted(sources, rows, progress), request.text_columns, request.separator, source)
    for folder in (work, *previous):
        shutil.rmtree(folder, ignore_errors=True)
    return summary


def source_metadata(
    request: HubRequest, dataset: HubDataset, config: HubConfig, splits: Sequence[HubSplit], with_token: bool
) -> SourceMetadata:
    """Where the data came from, so that it can be had again."""
    return SourceMetadata(
        repo_id=dataset.name,
        config=config.name,
        split=request.split if request.split not in (None, "all") else None,
        revision=dataset.sha,
        requested_revision=request.revision,
        max_samples=request.max_samples,
        max_bytes=request.max_bytes,
        format=config.format,
        delimiter=config.read.delimiter,
        encoding=config.read.encoding,
        size_bytes=sum(split.num_bytes for split in splits),
        license=dataset.license,
        access_token_used=with_token,
    )


def _local(
    config: HubConfig, split: HubSplit, paths: dict[str, Path], limits: DownloadLimits
) -> Iterator[pa.RecordBatch]:
    return chain.from_iterable(
        open_batches(paths[file.oid], file.path.rpartition("/")[2], file_options(config, file), limits.read)
        for file in split.files
    )


def _parquet_rows(config: HubConfig, paths: Iterable[Path]) -> int | None:
    """Rows by the footers of Parquet files; None when one cannot be read, which its reader will say better."""
    if config.format != "parquet":
        return None
    try:
        return sum(int(pq.read_metadata(path).num_rows) for path in paths)
    except (pa.ArrowException, OSError):
        return None


def _bytes_in(folders: Iterable[Path]) -> int:
    return sum(path.stat().st_size for folder in folders if folder.is_dir() for path in folder.iterdir())


def _counted(
    sources: Sequence[tuple[str, Iterator[pa.RecordBatch]]], total: int | None, progress: Progress
) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
    """The same batches, reported while they pass. total: rows over all splits, None when unknown."""
    done = 0

    def count(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        nonlocal done
        for batch in batches:
            yield batch
            done += batch.num_rows
            progress("reading", done, max(done, total) if total is not None else None, "rows")

    for name, batches in sources:
        yield name, count(batches)
