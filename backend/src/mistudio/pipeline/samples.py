"""Pages of a raw dataset's rows, single cells, and a search through them, without the `datasets` library."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mistudio.core.errors import ColumnNotFound, InvalidRequest
from mistudio.pipeline import arrow_read
from mistudio.pipeline.cells import CELL_CHARACTERS, page, whole
from mistudio.pipeline.table_types import is_string

SEARCH_S = 2.0


@dataclass(frozen=True)
class Rows:
    """A page in the shape of the dataset viewer's API.

    features: {feature_idx, name, type}. rows: {row_idx, row, truncated_cells}. num_rows_total: rows of the split,
    or hits found. partial: the search ended before it had seen all rows.
    """

    features: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    num_rows_total: int
    partial: bool = False


def read_rows(root: Path, split: str, offset: int, limit: int, characters: int = CELL_CHARACTERS) -> Rows:
    """`limit` rows from row `offset` on; fewer, or none, at the end. Raises SplitNotFound."""
    rows: list[dict[str, Any]] = []
    for batch in arrow_read.batches_from(root, split, offset) if limit > 0 else ():
        part = batch.slice(0, limit - len(rows))
        rows += _rows(part, range(offset + len(rows), offset + len(rows) + part.num_rows), characters)
        if len(rows) >= limit:
            break
    return Rows(_features(root, split), rows, arrow_read.num_rows(root, split))


def cell(root: Path, split: str, row: int, column: str) -> Any:
    """One whole cell, JSON-safe. Raises SplitNotFound, ColumnNotFound, InvalidRequest for a row beyond the end."""
    if row < 0 or row >= (total := arrow_read.num_rows(root, split)):
        raise InvalidRequest(f"There is no row {row}.", row=row, num_rows=total if row >= 0 else None)
    batch = next(arrow_read.batches_from(root, split, row))
    _check_columns([column], batch.schema)
    return whole(batch.column(column).slice(0, 1))[0]


def search(
    root: Path,
    split: str,
    query: str,
    columns: list[str] | None,
    offset: int,
    limit: int,
    seconds: float = SEARCH_S,
    characters: int = CELL_CHARACTERS,
) -> Rows:
    """Rows in which a text column contains `query`, whatever its case; hits `offset` to `offset + limit`.

    columns: None for all of text. A scan, one batch in memory at a time; after `seconds` it ends as partial.
    Raises SplitNotFound, ColumnNotFound.
    """
    rows: list[dict[str, Any]] = []
    ends_at = time.monotonic() + seconds
    hits, partial = 0, False
    for start, batch in _numbered(arrow_read.batches_from(root, split, 0)):
        if time.monotonic() > ends_at:
            partial = True
            break
        found = _matching(batch, query, columns)
        first = max(offset - hits, 0)
        wanted = found.slice(first, max(limit - len(rows), 0)) if first < len(found) else found.slice(0, 0)
        if len(wanted):
            numbers = [start + int(i) for i in wanted.to_pylist()]
            rows += _rows(batch.take(wanted), numbers, characters)
        hits += len(found)
    return Rows(_features(root, split), rows, hits, partial)


def _numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    start = 0
    for batch in batches:
        yield start, batch
        start += batch.num_rows


def _matching(batch: pa.RecordBatch, query: str, columns: list[str] | None) -> pa.Array:
    """Indices of the batch's rows that match."""
    _check_columns(columns or [], batch.schema)
    names = [f.name for f in batch.schema if is_string(f.type) and (columns is None or f.name in columns)]
    masks = [pc.match_substring(batch.column(name), query, ignore_case=True) for name in names]
    if not masks:
        return pa.array([], pa.uint64())
    mask = masks[0]
    for other in masks[1:]:
        mask = pc.or_kleene(mask, other)
    return pc.indices_nonzero(mask)


def _check_columns(columns: list[str], schema: pa.Schema) -> None:
    for column in columns:
        if column not in schema.names:
            raise ColumnNotFound(f"There is no column {column!r}.", column=column, columns=schema.names[:100])


def _features(root: Path, split: str) -> list[dict[str, Any]]:
    described = arrow_read.features(root, split)
    return [{"feature_idx": i, "name": name, "type": kind} for i, (name, kind) in enumerate(described.items())]


def _rows(batch: pa.RecordBatch, numbers: range | list[int], characters: int) -> list[dict[str, Any]]:
    return [
        {"row_idx": number, "row": row, "truncated_cells": cut}
        for number, (row, cut) in zip(numbers, page(batch, characters), strict=True)
    ]
