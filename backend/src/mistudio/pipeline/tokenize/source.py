"""One split of the raw data as a row of texts, in reading or in shuffled order."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mistudio.pipeline.tokenize.chat import ChatRenderer, Spans
from mistudio.pipeline.tokenize.reading import Range, check_text_columns, join_columns, row_sizes


class SplitSource:
    """order: when shuffled, the row to read at each position. Costs 16 bytes a row, otherwise nothing is kept."""

    def __init__(
        self,
        name: str,
        table: pa.Table,
        columns: list[str],
        separator: str,
        chat: ChatRenderer | None,
        seed: int | None,
    ) -> None:
        """Raises ColumnNotFound, ColumnNotText, NoTextColumn. seed: None for the order of the data."""
        if chat is not None:
            chat.check(table.schema)
        else:
            check_text_columns(table.schema, columns)
        self.name = name
        self.num_rows: int = table.num_rows
        self._table = table.select([chat.column] if chat else columns)
        self.num_bytes: int = self._table.nbytes
        self._columns, self._separator, self._chat = columns, separator, chat
        self.order: npt.NDArray[np.int64] | None = None
        if seed is not None:
            self.order = np.random.default_rng(seed).permutation(self.num_rows)
            self._sizes = np.concatenate([np.zeros(0, np.int64), *row_sizes(self._table)])[self.order]
            self._chunk_starts = np.cumsum([0, *(len(c) for c in self._table.column(0).chunks)])

    def longest(self) -> int:
        """About how many bytes the longest text has."""
        return max((int(block.max()) for block in row_sizes(self._table) if len(block)), default=0)

    def sizes(self, rows: Range) -> Iterator[npt.NDArray[np.int64]]:
        """About how many bytes of text the rows hold."""
        if self.order is not None:
            yield self._sizes[rows.start : rows.stop]
        else:
            yield from row_sizes(self._table.slice(rows.start, rows.stop - rows.start))

    def numbers(self, rows: Range) -> npt.NDArray[np.int64]:
        """The rows' numbers in the split, shape (n,)."""
        if self.order is not None:
            return self.order[rows.start : rows.stop]
        return np.arange(rows.start, rows.stop, dtype=np.int64)

    def read(self, rows: Range) -> tuple[pa.Array, Spans | None]:
        """The texts of the rows, without nulls, and for chats what the assistant wrote."""
        if self.order is None:
            return self._texts(self._table.slice(rows.start, rows.stop - rows.start), self.numbers(rows))
        return self._texts(self._gather(self.numbers(rows)), self.numbers(rows))

    def read_rows(self, numbers: list[int]) -> pa.Array:
        """The texts of single rows, in the order given."""
        parts = [self._texts(self._table.slice(number, 1), np.array([number]))[0] for number in numbers]
        return pa.concat_arrays([part.cast(pa.large_string()) for part in parts])

    def _texts(self, table: pa.Table, numbers: npt.NDArray[np.int64]) -> tuple[pa.Array, Spans | None]:
        if self._chat is not None:
            return self._chat.render(table.column(0), numbers)
        return join_columns(table, self._columns, self._separator), None

    def _gather(self, numbers: npt.NDArray[np.int64]) -> pa.Table:
        """Rows in any order. Arrow's own take would first copy all chunks into one."""
        order = np.argsort(numbers, kind="stable")
        wanted = numbers[order]
        edges = np.searchsorted(wanted, self._chunk_starts)
        parts = []
        for chunk, (low, high) in enumerate(pairwise(edges.tolist())):
            if low < high:
                start = int(self._chunk_starts[chunk])
                piece = self._table.slice(start, int(self._chunk_starts[chunk + 1]) - start)
                parts.append(piece.take(pa.array(wanted[low:high] - start)))
        inverse = np.empty(len(order), np.int64)
        inverse[order] = np.arange(len(order))
        return (
            pa.concat_tables(parts).combine_chunks().take(pa.array(inverse)) if parts else self._table.slice(0, 0)
        )
