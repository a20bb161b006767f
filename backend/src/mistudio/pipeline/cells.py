"""Arrow values as JSON values: nothing that JSON cannot hold, nothing longer than a page can show."""

import base64
import datetime
import decimal
import json
import math
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

CELL_CHARACTERS = 2000
NESTED_BYTES = 1_000_000  # larger nested cells are not unpacked for a page
BYTES_IN_BASE64 = 3 / 4


def json_safe(value: Any) -> Any:
    """NaN and infinities become null, bytes base64, dates and times ISO 8601, decimals and durations text.

    Integers stay integers, however long. Map entries become [key, value].
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dict):
        return {key: json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | datetime.timedelta):
        return str(value)
    return json_safe(value.as_py()) if isinstance(value, pa.Scalar) else str(value)


def whole(column: pa.Array) -> list[Any]:
    """Every value, JSON-safe and uncut. Timestamps keep the digits that Python's would lose."""
    if pa.types.is_timestamp(column.type):
        return pc.replace_substring(column.cast(pa.string()), " ", "T").to_pylist()  # type: ignore[no-any-return]
    try:
        return [json_safe(value) for value in column.to_pylist()]
    except (ValueError, OverflowError):  # a date or time, perhaps within a list, that Python cannot hold
        return [" ".join(column.slice(i, 1).to_string().split()) for i in range(len(column))]


def page(batch: pa.RecordBatch, characters: int = CELL_CHARACTERS) -> list[tuple[dict[str, Any], list[str]]]:
    """For each row its JSON-safe values, and the names of the columns whose cell was cut to `characters`.

    A nested cell that is too long is shown as the beginning of its JSON text.
    """
    columns = [_column(column, characters) for column in batch.columns]
    names = batch.schema.names
    rows = []
    for i in range(batch.num_rows):
        cells = [column[i] for column in columns]
        row = {name: value for name, (value, _) in zip(names, cells, strict=True)}
        rows.append((row, [name for name, (_, cut) in zip(names, cells, strict=True) if cut]))
    return rows


def _column(column: pa.Array, characters: int) -> list[tuple[Any, bool]]:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        texts = pc.utf8_slice_codeunits(column, 0, characters + 1).to_pylist()
        return [_cut(text, characters) for text in texts]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        parts = pc.binary_slice(column, 0, int((characters + 4) * BYTES_IN_BASE64)).to_pylist()
        return [_cut(json_safe(part), characters) for part in parts]
    if not pa.types.is_nested(kind):
        return [(value, False) for value in whole(column)]
    return [_nested(column.slice(i, 1), characters) for i in range(len(column))]


def _nested(cell: pa.Array, characters: int) -> tuple[Any, bool]:
    if cell.nbytes > NESTED_BYTES:
        return f"{cell.type}, {cell.nbytes} bytes"[:characters], True
    value = whole(cell)[0]
    text = json.dumps(value, ensure_ascii=False)
    return (value, False) if len(text) <= characters else (text[:characters], True)


def _cut(text: str | None, characters: int) -> tuple[str | None, bool]:
    return (text, False) if text is None or len(text) <= characters else (text[:characters], True)
