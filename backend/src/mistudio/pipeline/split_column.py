"""Rows to splits, by what a column says."""

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from mistudio.core.errors import ColumnNotFound, InvalidRequest

NAME = re.compile(r"\w+(\.\w+)*")
LONGEST_NAME = 100
MOST_SPLITS = 50


def by_split(batch: pa.RecordBatch, column: str) -> Iterator[tuple[str, pa.RecordBatch]]:
    """(split, its rows of this batch in their order), splits in the order of their first row.

    Raises ColumnNotFound, and InvalidRequest for values that cannot name a split, or too many of them.
    """
    index = batch.schema.get_field_index(column)
    if index < 0:
        raise ColumnNotFound(f"There is no column {column!r}.", column=column, columns=batch.schema.names[:100])
    values = batch.column(index)
    if pa.types.is_nested(values.type) or pa.types.is_floating(values.type):
        raise InvalidRequest(f"Column {column!r} holds {values.type}, which cannot name splits.", column=column)
    names = values.cast(pa.string())
    distinct = pc.unique(names).to_pylist()
    for name in distinct[: MOST_SPLITS + 1]:
        if name is None or not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            shown = "nothing" if not name else repr(name[:LONGEST_NAME])
            raise InvalidRequest(f"Column {column!r} holds {shown}, which cannot name a split.", column=column)
    check_number(distinct)
    for name in distinct:
        yield name, batch.filter(pc.equal(names, name)) if len(distinct) > 1 else batch


def check_number(names: list[str]) -> None:
    if len(names) > MOST_SPLITS:
        raise InvalidRequest(f"The column would make more than {MOST_SPLITS} splits.", limit=MOST_SPLITS)
