"""Texts out of raw Arrow tables: columns joined, nulls and numbers as text, and cuts of bounded size."""

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mistudio.core.errors import ColumnNotFound, ColumnNotText, NoTextColumn


class Range(NamedTuple):
    """Rows start <= row < stop of a table."""

    start: int
    stop: int


def check_text_columns(schema: pa.Schema, columns: list[str]) -> None:
    """Raise NoTextColumn, ColumnNotFound or ColumnNotText where texts cannot be read from these columns."""
    if not columns:
        raise NoTextColumn
    for name in columns:
        if name not in schema.names:
            raise ColumnNotFound(f"There is no column “{name}”; there are {', '.join(schema.names)}.", column=name)
        if not _can_be_text(schema.field(name).type):
            raise ColumnNotText(f"Column “{name}” holds {schema.field(name).type}, which is no text.", column=name)


def _can_be_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    refused = pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return not (refused or pa.types.is_fixed_size_binary(kind) or isinstance(kind, pa.BaseExtensionType))


def join_columns(table: pa.Table, columns: list[str], separator: str) -> pa.Array:
    """One text a row, shape (rows,), without nulls.

    A single column's null is an empty text. Of several columns the nulls are left out, separator included.
    """
    texts = [_as_text(table.column(name)) for name in columns]
    if len(texts) == 1:
        return texts[0].fill_null("") if texts[0].null_count else texts[0]
    if any(text.type == pa.large_string() for text in texts):
        texts = [text.cast(pa.large_string()) for text in texts]
    # Arrow drops a row whose columns are all null instead of joining nothing, so that one gets an empty text.
    empty = reduce(pc.and_, [text.is_null() for text in texts])
    texts[0] = pc.if_else(empty, pa.scalar("", texts[0].type), texts[0])
    return pc.binary_join_element_wise(*texts, separator, null_handling="skip")


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # too long for 32-bit offsets
        array = column.cast(pa.large_string()).combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array
    return array.cast(pa.string())


def row_sizes(table: pa.Table) -> Iterator[npt.NDArray[np.int64]]:
    """About how many bytes each row holds: exact for text, the mean of its chunk for other types."""
    for batch in table.to_batches():
        total = np.zeros(batch.num_rows, np.int64)
        for column in batch.columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                total += pc.binary_length(column).fill_null(0).to_numpy(zero_copy_only=False)
            else:
                total += column.nbytes // max(1, len(column))
        yield total


def cut(
    sizes: Iterator[npt.NDArray[np.int64]], rows: Range, max_bytes: int, max_rows: int, align: int = 1
) -> list[Range]:
    """Consecutive ranges of at most max_bytes and max_rows, but at least one row, that cover `rows`; none is one.

    sizes: bytes of each row, in blocks, see row_sizes.
    align: ranges start at multiples of it (max_rows is rounded up to one); the limits then hold for whole groups.
    """
    max_groups = -(-max_rows // align)
    borders = [0]
    groups = filled = 0  # of the range that is being filled
    for block in _grouped(sizes, align):
        ends = np.cumsum(block)
        taken = used = 0
        while taken < len(block):
            fitting = int(np.searchsorted(ends, used + max_bytes - filled, side="right")) - taken
            room = min(fitting, max_groups - groups)
            if room <= 0 and groups:
                borders.append(borders[-1] + groups)
                groups = filled = 0
                continue
            room = max(1, room)
            groups, taken = groups + room, taken + room
            filled, used = filled + int(ends[taken - 1]) - used, int(ends[taken - 1])
    if groups:
        borders.append(borders[-1] + groups)
    if borders == [0]:
        return [Range(rows.start, rows.start)]
    starts = [min(rows.start + border * align, rows.stop) for border in borders]
    return [Range(start, stop) for start, stop in pairwise(starts)]


def _grouped(sizes: Iterator[npt.NDArray[np.int64]], align: int) -> Iterator[npt.NDArray[np.int64]]:
    """Sums over consecutive groups of `align` rows; the last group may be smaller."""
    if align == 1:
        yield from sizes
        return
    rest = np.zeros(0, np.int64)
    for block in sizes:
        rest = np.concatenate([rest, block])
        whole = len(rest) // align * align
        yield rest[:whole].reshape(-1, align).sum(axis=1)
        rest = rest[whole:]
    if len(rest):
        yield rest.sum(keepdims=True)
