"""CSV and its kin. Every cell is read as text; a column becomes numbers or booleans only where nothing is lost.

A column is int64, double or bool when each of its cells, written back, is the same text: `007`, `1e5`, `+1`, `1.0`
and 30 digits stay text, and so does a column that mixes whole and decimal numbers. An empty cell is null in such a
column and the empty string in a column of text. Blank lines are no rows.
"""

import re
from collections.abc import Collection, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from mistudio.core.errors import MalformedFile, TooManyColumns
from mistudio.pipeline.readers.blocks import Block, parsed_in_order
from mistudio.pipeline.readers.csv_records import records
from mistudio.pipeline.readers.rows import LocalBadRow, Parsed, RowCount, shown
from mistudio.pipeline.table_types import AS_TEXT, check_names
from mistudio.schemas.metadata import ReadLimits

SAMPLED_CELLS = 32
FORMS = (  # a first look at some cells; the round trip of all of them decides
    (pa.int64(), re.compile(r"-?\d{1,19}")),
    (pa.float64(), re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")),
    (pa.bool_(), re.compile(r"true|false")),
)


class CsvRows:
    """Reads blocks of records."""

    def __init__(
        self, limits: ReadLimits, count: RowCount, delimiter: str, header: bool, keep_text: Collection[str] = ()
    ) -> None:
        """keep_text: columns that stay text whatever they hold."""
        self._limits = limits
        self._count = count
        self._delimiter = delimiter
        self._header = header
        self._keep_text = frozenset(keep_text)
        self._names: list[str] = []
        self._kinds: dict[str, pa.DataType] = {}  # what each column was so far; string once two of them differed

    def batches(self, blocks: Iterator[Block], threads: int) -> Iterator[pa.RecordBatch]:
        """Raises BadRows, TooManyColumns, RowTooLong, MalformedFile, each with its row where it has one."""
        blocks = self._begun(blocks)
        for block, parsed in parsed_in_order(blocks, self._parse, threads):
            self._count.add(parsed)
            if parsed.batch is not None:
                yield parsed.batch
            if block.stop is not None:
                raise self._count.stop(*block.stop)

    def _begun(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """The blocks after the header, with the columns' names known."""
        for block in blocks:
            first = next(records(block.data, self._delimiter), None)
            if first is None:
                self._count.lines += _line_ends(block.data)
                if block.stop is not None:
                    raise self._count.stop(*block.stop)
                continue
            self._names = self._named(_cells(first.group(), self._delimiter))
            if self._header:
                self._count.lines += _line_ends(block.data[: first.end()])
                block = Block(block.data[first.end() :], block.stop)
            if block.data or block.stop:
                yield block
            break
        yield from blocks

    def _named(self, cells: list[str]) -> list[str]:
        if len(cells) > self._limits.max_columns:
            limit = self._limits.max_columns
            raise TooManyColumns(f"The file has {len(cells)} columns; {limit} are accepted.", limit=limit)
        if not self._header:
            return [f"column_{i}" for i in range(len(cells))]
        names = [cell or f"column_{i}" for i, cell in enumerate(cells)]
        check_names(names)
        return names

    def _parse(self, block: Block) -> Parsed:
        lines = _line_ends(block.data)
        if not block.data:
            return Parsed(None, 0, lines)
        bad: list[LocalBadRow] = []

        def note(row: pcsv.InvalidRow) -> str:
            reason = f"it has {row.actual_columns} cells where {row.expected_columns} are expected"
            bad.append(LocalBadRow(row.number, reason, shown(row.text)))
            return "skip"

        table = _read(block.data, self._delimiter, self._names, note)
        if bad and not self._count.set_aside:
            bad = [self._with_line(bad[0], block.data)]
        rows = table.num_rows + len(bad)
        if table.num_rows == 0:
            return Parsed(None, rows, lines, bad)
        columns = [
            self._typed(name, column.chunk(0)) for name, column in zip(self._names, table.columns, strict=True)
        ]
        fields = [(name, column.type) for name, column in zip(self._names, columns, strict=True)]
        batch = pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields, metadata=AS_TEXT))
        return Parsed(batch, rows, lines, bad)

    def _with_line(self, bad: LocalBadRow, data: bytes) -> LocalBadRow:
        for number, match in enumerate(records(data, self._delimiter), 1):
            if number == bad.row:
                return LocalBadRow(bad.row, bad.reason, bad.text, line=1 + _line_ends(data[: match.start()]))
        return bad

    def _typed(self, name: str, column: pa.Array) -> pa.Array:
        kind = self._kinds.get(name)
        if name in self._keep_text or (kind is not None and kind.equals(pa.string())):
            return column
        typed = narrowest(column)
        if kind is None or pa.types.is_null(kind):
            self._kinds[name] = typed.type
        elif not pa.types.is_null(typed.type) and not typed.type.equals(kind):
            self._kinds[name] = pa.string()
        return typed


def narrowest(cells: pa.Array) -> pa.Array:
    """The cells as int64, double or bool if each is the same text when written back; else as they are.

    cells: string, no nulls. Empty cells become null beside others; if all are empty, the result is of type null.
    """
    empty = pc.equal(pc.binary_length(cells), 0)
    some_empty = pc.any(empty).as_py()
    filled = cells.filter(pc.invert(empty)) if some_empty else cells
    if len(filled) == 0:
        return pa.nulls(len(cells))
    sample = filled.slice(0, SAMPLED_CELLS).to_pylist()
    for kind, form in FORMS:
        if all(form.fullmatch(cell) for cell in sample):
            typed = _as(kind, filled)
            if typed is not None:
                return _spread(typed, empty) if some_empty else typed
    return cells


def _as(kind: pa.DataType, cells: pa.Array) -> pa.Array | None:
    if pa.types.is_floating(kind) and not pc.all(pc.match_substring_regex(cells, "[.e]")).as_py():
        return None
    try:
        typed = cells.cast(kind)
    except pa.ArrowInvalid:
        return None
    return typed if typed.cast(pa.string()).equals(cells) else None


def _spread(typed: pa.Array, empty: pa.Array) -> pa.Array:
    return pc.replace_with_mask(pa.nulls(len(empty), typed.type), pc.invert(empty), typed)


def _cells(record: bytes, delimiter: str) -> list[str]:
    table = _read(record.rstrip(b"\r\n") + b"\n", delimiter, None, lambda row: "error")
    return [column[0].as_py() for column in table.columns]


def _read(data: bytes, delimiter: str, names: list[str] | None, note: object) -> pa.Table:
    """The records as strings, in one chunk a column."""
    columns = {"column_names": names} if names is not None else {"autogenerate_column_names": True}
    try:
        return pcsv.read_csv(
            pa.BufferReader(data),
            pcsv.ReadOptions(use_threads=False, block_size=len(data), **columns),
            pcsv.ParseOptions(delimiter=delimiter, invalid_row_handler=note),
            pcsv.ConvertOptions(
                check_utf8=False,
                default_column_type=pa.string(),
                strings_can_be_null=False,
            ),
        ).combine_chunks()
    except pa.ArrowInvalid as error:
        raise MalformedFile(f"The CSV cannot be read: {error}.", reason=str(error)) from error


def _line_ends(data: bytes) -> int:
    found = np.frombuffer(data, np.uint8)
    return int(np.count_nonzero(found == 10)) or int(np.count_nonzero(found == 13))
