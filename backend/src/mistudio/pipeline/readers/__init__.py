"""From a data file whose format is known to record batches. One module a format."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from mistudio.core.errors import ParserLimit
from mistudio.pipeline.readers import csv, parquet, text
from mistudio.pipeline.readers.blocks import BLOCK_BYTES, line_blocks
from mistudio.pipeline.readers.csv_records import record_blocks
from mistudio.pipeline.readers.json_lines import JsonLines
from mistudio.pipeline.readers.json_list import element_lines
from mistudio.pipeline.readers.rows import RowCount
from mistudio.pipeline.readers.source import CHUNK_BYTES, CountedFile, expanded, utf8
from mistudio.schemas.metadata import Compression, Format, ReadLimits

PARSING_THREADS = 2


@dataclass(frozen=True)
class FileFormat:
    """How a file is to be read: everything known, nothing left to detect."""

    format: Format
    compression: Compression | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    header: bool | None = None


class Reading:
    """One pass over a file. Iterate it once; `count` and `bytes_done` follow along."""

    def __init__(
        self,
        path: Path,
        how: FileFormat,
        limits: ReadLimits,
        *,
        set_aside: bool = False,
        keep_text: Collection[str] = (),
        threads: int = PARSING_THREADS,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        """set_aside: list bad rows in `count` instead of refusing the file. keep_text: CSV columns not to be typed.

        threads: 0 reads without any. block_bytes: about how much to parse at once.
        """
        self._path = path
        self._how = how
        self._limits = limits
        self._keep_text = keep_text
        self._threads = threads
        self._block_bytes = block_bytes
        self._file = CountedFile(path)
        self._parquet_share: float | None = None
        self.count = RowCount(set_aside)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Raises MalformedFile and its kinds."""
        try:
            yield from self._batches()
        except (MemoryError, pa.ArrowMemoryError) as error:
            raise ParserLimit("Reading the file needs more memory than is allowed.") from error

    @property
    def bytes_done(self) -> int:
        """Bytes of the file, as it lies on disk, that have been read. Parquet: by its rows."""
        return self._file.done if self._parquet_share is None else int(self._parquet_share * self._file.size)

    @property
    def bytes_total(self) -> int:
        return self._file.size

    def sha256(self) -> str:
        """Of the file as it lies on disk. Reads what has not been read yet."""
        return self._file.sha256()

    def close(self) -> None:
        self._file.close()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        how, limits, count, threads = self._how, self._limits, self.count, self._threads
        if how.format == "parquet":
            self._parquet_share = 0.0
            yield from parquet.batches(self._path, limits, count, self._note_parquet, threads)
            return
        chunk = min(CHUNK_BYTES, self._block_bytes, max(limits.max_row_bytes, 1))
        decoded = utf8(expanded(self._file, how.compression, limits.max_expanded_bytes, chunk), how.encoding)
        if how.format in ("csv", "tsv"):
            delimiter = how.delimiter or ("\t" if how.format == "tsv" else ",")
            rows = csv.CsvRows(limits, count, delimiter, how.header is not False, self._keep_text)
            blocks = record_blocks(decoded, delimiter, limits.max_row_bytes, self._block_bytes)
            yield from rows.batches(blocks, threads)
        elif how.format == "text":
            yield from text.batches(line_blocks(decoded, limits.max_row_bytes, self._block_bytes), count, threads)
        else:
            listed = how.format == "json"
            lines = element_lines(decoded, limits) if listed else decoded
            blocks = line_blocks(lines, limits.max_row_bytes, self._block_bytes)
            yield from JsonLines(limits, count, listed=listed).batches(blocks, threads)

    def _note_parquet(self, share: float) -> None:
        self._parquet_share = share
