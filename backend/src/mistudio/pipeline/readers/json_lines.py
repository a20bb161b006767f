"""JSONL, and the elements of a JSON list once they stand on lines of their own.

Arrow's parser does the work, a block at a time. It is guarded where it is wrong for us: it recurses without limit,
turns strings that look like dates into timestamps, and integers that do not fit 64 bits, or that stand beside
decimal numbers, into floats; it accepts NaN, and rows that do not stand one to a line.
"""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.json as pj

from mistudio.core.errors import MalformedFile, ParserLimit, TooDeep, TooManyColumns
from mistudio.pipeline.json_depth import CLOSE, OPEN, Bytes, Positions, first_deep_line
from mistudio.pipeline.readers.blocks import Block, parsed_in_order
from mistudio.pipeline.readers.json_strict import Kind, kind_of, sort_out
from mistudio.pipeline.readers.rows import LocalBadRow, Parsed, RowCount
from mistudio.pipeline.table_types import MOST_NESTED, align, check_storable, widen, width
from mistudio.schemas.metadata import ReadLimits

EXACT = 2.0**53  # every integer up to here is a float
SUSPECT = re.compile(rb'(?<![\w."+\-])-?\d{16,}(?![\d.eE])|NaN|Inf')
LINE_FEED, CARRIAGE_RETURN = 10, 13


class JsonLines:
    """Reads blocks of lines, one object each. `listed`: the lines are elements of one JSON list; none is blank."""

    def __init__(self, limits: ReadLimits, count: RowCount, *, listed: bool = False) -> None:
        self._limits = limits
        self._count = count
        self._listed = listed
        self._most_levels = min(limits.max_json_depth, MOST_NESTED)
        self._known = pa.schema([])
        self._dates: dict[str, pa.DataType] = {}  # columns with strings that look like dates
        self._learning = True

    def batches(self, blocks: Iterator[Block], threads: int) -> Iterator[pa.RecordBatch]:
        """Raises BadRows, TooDeep, TooManyColumns, RowTooLong, each with its row."""
        for block, parsed in self._parsed(blocks, threads):
            agreeing = self._agreeing(block, parsed)
            self._count.add(agreeing)
            if agreeing.batch is not None:
                yield agreeing.batch
            if block.stop is not None:
                raise self._count.stop(*block.stop)

    def _parsed(self, blocks: Iterator[Block], threads: int) -> Iterator[tuple[Block, Parsed]]:
        """The first block alone: all others use what it shows of dates, so that nothing depends on timing."""
        for block in blocks:
            yield block, self._parse(block)
            self._learning = False
            break
        yield from parsed_in_order(blocks, self._parse, threads)

    def _agreeing(self, block: Block, parsed: Parsed) -> Parsed:
        """The block with its rows sorted out by what earlier blocks have shown, should they contradict it."""
        if parsed.batch is None:
            return parsed
        try:
            self._known = widen(self._known, parsed.batch.schema)
        except MalformedFile:
            parsed = self._carefully(block.data, kind_of(self._known))
            if parsed.batch is not None:
                self._known = widen(self._known, parsed.batch.schema)
        check_storable(self._known)
        if width(self._known) > self._limits.max_columns:
            raise self._too_wide()
        return parsed

    def _parse(self, block: Block) -> Parsed:
        if not block.data:
            return Parsed(None, 0, 0)
        data = np.frombuffer(block.data, np.uint8)
        ends = _line_ends(data)
        deep = first_deep_line(data, ends, self._most_levels)
        if deep is not None:
            reason = f"it is nested deeper than {self._most_levels} levels"
            return Parsed(None, len(ends), len(ends), [LocalBadRow(deep + 1, reason, error=TooDeep)])
        rows = _whole_objects(block.data, data, ends)
        if rows is None or (self._listed and rows < len(ends)):
            return self._carefully(block.data, Kind("object"))
        if rows == 0:
            return Parsed(None, len(ends), len(ends))
        try:
            batch = self._fast(block.data)
        except pa.ArrowInvalid:
            return self._carefully(block.data, Kind("object"))
        if batch.num_rows != rows or (_may_be_rounded(batch) and SUSPECT.search(block.data)):
            return self._carefully(block.data, Kind("object"))
        return Parsed(batch, len(ends), len(ends))

    def _carefully(self, data: bytes, known: Kind) -> Parsed:
        good, bad, rows = sort_out(data.removesuffix(b"\n").split(b"\n"), known, self._listed)
        if len(known.fields) > self._limits.max_columns:
            raise self._too_wide()
        try:
            batch = self._fast(b"\n".join(good)) if good else None
        except pa.ArrowInvalid as error:
            raise self._count.stop(MalformedFile, f"in this or one of the next {rows} rows: {error}") from error
        return Parsed(batch, rows, rows, bad)

    def _fast(self, data: bytes) -> pa.RecordBatch:
        """Arrow's reading, with every string kept a string. Raises ArrowInvalid for what Arrow refuses."""
        try:
            return self._as_strings(data, self._dates)
        except pa.ArrowInvalid:
            if not self._dates:
                raise
            return self._as_strings(data, {})
        except (pa.ArrowMemoryError, MemoryError) as error:
            seen = Kind("object")
            sort_out(data.split(b"\n"), seen, self._listed)
            raise self._too_wide() if len(seen.fields) > self._limits.max_columns else ParserLimit() from error

    def _as_strings(self, data: bytes, dates: dict[str, pa.DataType]) -> pa.RecordBatch:
        batch = _read(data, dates)
        natural = batch.schema
        while found := {f.name: kind for f in batch.schema if (kind := _dates_as_strings(f.type)) is not None}:
            dates = {field.name: field.type for field in widen(pa.schema(dates), pa.schema(found))}
            batch = _read(data, dates)
            if self._learning:
                self._dates = dates
        return align(batch, pa.schema([(f.name, _without_dates(f.type)) for f in natural]))

    def _too_wide(self) -> TooManyColumns:
        limit = self._limits.max_columns
        return TooManyColumns(f"The rows have more than {limit} different keys.", limit=limit)


def _read(data: bytes, explicit: dict[str, pa.DataType]) -> pa.RecordBatch:
    table = pj.read_json(
        pa.BufferReader(data),
        pj.ReadOptions(use_threads=False, block_size=len(data)),
        pj.ParseOptions(explicit_schema=pa.schema(explicit) if explicit else None),
    )
    return table.combine_chunks().to_batches()[0]


def _line_ends(data: Bytes) -> Positions:
    ends = np.flatnonzero(data == LINE_FEED) + 1
    return ends if len(ends) and ends[-1] == len(data) else np.append(ends, len(data))


def _whole_objects(text: bytes, data: Bytes, ends: Positions) -> int | None:
    """The number of lines that are not blank; None when one of them does not begin with { and end with }.

    A line that does both cannot leave an object or list open for the next one: after a closing brace the parser
    expects a comma or another closing bracket, and refuses the brace that begins the next line.
    """
    starts = np.append(0, ends[:-1])
    last = ends - 1
    last = np.maximum(last - (data[last] == LINE_FEED), starts)
    last = np.maximum(last - (data[last] == CARRIAGE_RETURN), starts)
    odd = np.flatnonzero((data[starts] != OPEN) | (data[last] != CLOSE))
    blank = 0
    for i in odd:
        line = text[starts[i] : ends[i]].strip(b" \t\r\n")
        if line and not (line.startswith(b"{") and line.endswith(b"}")):
            return None
        blank += not line
    return len(ends) - blank


def _dates_as_strings(kind: pa.DataType) -> pa.DataType | None:
    """The type that makes the parser leave strings alone that look like dates; None where there are none."""
    if pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_list(kind):
        value = _dates_as_strings(kind.value_type)
        return None if value is None else pa.list_(value)
    if pa.types.is_struct(kind):
        found = [(f.name, value) for f in kind if (value := _dates_as_strings(f.type)) is not None]
        return pa.struct(found) if found else None
    return None


def _without_dates(kind: pa.DataType) -> pa.DataType:
    """The type with strings for timestamps, its fields in the order in which the rows name them."""
    if pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_without_dates(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(f.name, _without_dates(f.type)) for f in kind])
    return kind


def _may_be_rounded(batch: pa.RecordBatch) -> bool:
    """Whether a float is so large that an integer may have been rounded to it, or is not finite."""
    return any(_out_of_range(column) for column in batch.columns)


def _out_of_range(array: pa.Array) -> bool:
    if pa.types.is_struct(array.type):
        return any(_out_of_range(child) for child in array.flatten())
    if pa.types.is_list(array.type):
        return _out_of_range(array.flatten())
    if not pa.types.is_floating(array.type):
        return False
    values = array.drop_null().to_numpy(zero_copy_only=False)
    return not bool((np.abs(values) < EXACT).all())
