"""Rows to splits, by what a column says."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter, ValidationError

from mistudio.core.errors import ColumnNotFound, InvalidRequest
from mistudio.schemas.values import SplitName

NAME = TypeAdapter(SplitName)
SHOWN_CHARACTERS = 100
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
        try:
            NAME.validate_python(name)
        except ValidationError as error:
            shown = repr(name[:SHOWN_CHARACTERS]) if name else "nothing"
            raise InvalidRequest(
                f"Column {column!r} holds {shown}, which cannot name a split.", column=column
            ) from error
    check_number(distinct)
    for name in distinct:
        yield name, batch.filter(pc.equal(names, name)) if len(distinct) > 1 else batch


def check_number(names: list[str]) -> None:
    if len(names) > MOST_SPLITS:
        raise InvalidRequest(f"The column would make more than {MOST_SPLITS} splits.", limit=MOST_SPLITS)
