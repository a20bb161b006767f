"""Between the files of a repository and our readers."""

from collections.abc import Iterator

import pyarrow as pa

from mistudio.pipeline.hub.shapes import HubConfig, HubFile
from mistudio.schemas.metadata import Format, ReadOptions


def file_options(config: HubConfig, file: HubFile) -> ReadOptions:
    """How one file of a config is read: as the card says, and as `datasets` would where it says nothing.

    A table has a header and commas (tabs in .tsv) unless the card says otherwise; nothing is guessed.
    """
    read = config.read
    kind = config.format or _format(file.path)
    if kind in ("csv", "tsv"):
        delimiter = read.delimiter or ("\t" if ".tsv" in file.path.lower() else ",")
        header = read.header is not False
        return read.model_copy(update={"format": kind, "delimiter": delimiter, "header": header})
    return read.model_copy(update={"format": kind})


def limited(
    batches: Iterator[pa.RecordBatch], max_samples: int | None, max_bytes: int | None
) -> Iterator[pa.RecordBatch]:
    """The first rows: at most max_samples, and those that begin within max_bytes of Arrow memory.

    Closes `batches` when it has enough.
    """
    samples, room = max_samples, max_bytes
    for batch in batches:
        if samples is not None and batch.num_rows >= samples:
            batch = batch.slice(0, samples)
        if room is not None and batch.nbytes >= room:
            rows = max(1, min(batch.num_rows, round(batch.num_rows * room / batch.nbytes)))
            yield batch.slice(0, rows)
            return
        yield batch
        samples = samples - batch.num_rows if samples is not None else None
        room = room - batch.nbytes if room is not None else None
        if samples == 0 or (room is not None and room <= 0):
            return


def _format(path: str) -> Format | None:
    """By the ending, in a config of several formats. `.json` may be a list or lines: the content tells."""
    parts = path.rpartition("/")[2].lower().split(".")[1:]
    formats: dict[str, Format] = {
        "csv": "csv",
        "tsv": "tsv",
        "jsonl": "jsonl",
        "ndjson": "jsonl",
        "parquet": "parquet",
        "txt": "text",
    }
    return next((formats[part] for part in parts if part in formats), None)
