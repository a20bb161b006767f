"""SQL over one split of a raw dataset: one SELECT, in an engine that sees the table `data` and nothing else.

DuckDB reads the Arrow files by memory map. It has no files, no network, no extensions and no Python variables, and
none of that can be switched on from a query.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from mistudio.core.errors import QueryFailed, QueryRefused, QueryTooLarge, QueryTooLong
from mistudio.pipeline import arrow_read
from mistudio.pipeline.cells import page
from mistudio.pipeline.samples import Rows

TABLE, ROW_IDX = "data", "__row_idx"
SANDBOX = (
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET max_temp_directory_size = '0KB'",
)


@dataclass(frozen=True)
class QueryLimits:
    seconds: float = 8.0
    memory_bytes: int = 1 << 30
    threads: int = 1


def select(root: Path, split: str, sql: str, limit: int, limits: QueryLimits) -> Rows:
    """The first `limit` rows of a query over the table `data`; `partial` when there are more.

    Raises SplitNotFound, QueryRefused unless it is one SELECT, QueryFailed with the engine's words, QueryTooLong,
    QueryTooLarge.
    """
    with _Engine(limits) as engine:
        engine.show(arrow_read.open_split(root, split))
        table = engine.rows(sql, limit + 1)
    rows = _rows(table.slice(0, limit), range(limit))
    kinds = {field.name: {"dtype": str(field.type), "_type": "Value"} for field in table.schema}
    return Rows(_features(kinds), rows, len(rows), partial=table.num_rows > limit)


def filter_rows(
    root: Path, split: str, where: str, orderby: str | None, offset: int, limit: int, limits: QueryLimits
) -> Rows:
    """Rows for which a condition in SQL holds, with their numbers in the split; how many there are in all.

    orderby: columns or expressions as after ORDER BY; None keeps the order of the data. Raises like `select`.
    """
    condition = f"FROM {TABLE} WHERE (\n{where}\n)"
    order = f"ORDER BY {orderby}\n" if orderby else f"ORDER BY {ROW_IDX}"
    with _Engine(limits) as engine:
        engine.show(_numbered(root, split))
        count = engine.rows(f"SELECT count(*) {condition}", 1)
        engine.show(_numbered(root, split))
        found = engine.rows(f"SELECT * {condition} {order} LIMIT {limit} OFFSET {offset}", limit)
    if ROW_IDX not in found.schema.names or count.num_columns != 1 or count.num_rows != 1:
        raise QueryRefused("A filter is a condition on columns, such as label = 1 AND length(text) > 100.")
    numbers: list[int] = found.column(ROW_IDX).to_pylist()
    rows = _rows(found.drop_columns([ROW_IDX]), numbers)
    return Rows(_features(arrow_read.features(root, split)), rows, int(count.column(0)[0].as_py()))


def _features(kinds: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"feature_idx": i, "name": name, "type": kind} for i, (name, kind) in enumerate(kinds.items())]


def _rows(table: pa.Table, numbers: "range | list[int]") -> list[dict[str, Any]]:
    shown = [row for batch in table.to_batches() for row in page(batch)]
    return [
        {"row_idx": number, "row": row, "truncated_cells": cut}
        for number, (row, cut) in zip(numbers, shown, strict=False)
    ]


def _numbered(root: Path, split: str) -> pa.RecordBatchReader:
    """The split's rows, each with its number."""
    schema = arrow_read.open_split(root, split).schema
    numbered = schema.append(pa.field(ROW_IDX, pa.int64()))

    def batches() -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in arrow_read.batches_from(root, split, 0):
            numbers = pa.array(np.arange(start, start + batch.num_rows, dtype=np.int64))
            yield pa.record_batch([*batch.columns, numbers], schema=numbered)
            start += batch.num_rows

    return pa.RecordBatchReader.from_batches(numbered, batches())


class _Engine:
    """A DuckDB in memory, within its limits."""

    def __init__(self, limits: QueryLimits) -> None:
        self._limits = limits
        self._connection = duckdb.connect(":memory:")
        self._is_late = threading.Event()
        self._clock = threading.Timer(limits.seconds, self._stop)

    def __enter__(self) -> "_Engine":
        for setting in (
            *SANDBOX,
            f"SET memory_limit = '{self._limits.memory_bytes // 2**20}MiB'",
            f"SET threads = {self._limits.threads}",
            "SET lock_configuration = true",
        ):
            self._connection.execute(setting)
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.cancel()
        self._connection.close()

    def _stop(self) -> None:
        self._is_late.set()
        self._connection.interrupt()

    def show(self, table: Any) -> None:
        """Let queries see it as `data`."""
        self._connection.register(TABLE, table)

    def rows(self, sql: str, limit: int) -> pa.Table:
        """At most `limit` rows of the one SELECT that the text is."""
        try:
            statements = duckdb.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise QueryRefused("A query is one SELECT over the table data.")
            relation = self._connection.sql(statements[0])
            assert relation is not None, "a SELECT has rows"
            reader = relation.to_arrow_reader(min(limit, 1000))
            found, size = [], 0
            for batch in reader:
                found.append(batch.slice(0, limit - size))
                size += found[-1].num_rows
                if size >= limit:
                    break
            return pa.Table.from_batches(found, reader.schema)
        except (duckdb.Error, pa.ArrowException) as error:
            raise self._ours(error) from None

    def _ours(self, error: Exception) -> QueryFailed | QueryTooLarge | QueryTooLong:
        if self._is_late.is_set():
            return QueryTooLong(f"The query took longer than {self._limits.seconds:g} s. Ask for less of the data.")
        if isinstance(error, duckdb.OutOfMemoryException):
            megabytes = self._limits.memory_bytes // 10**6
            return QueryTooLarge(f"The query needs more than {megabytes} MB of memory. Ask for less of the data.")
        return QueryFailed(str(error)[:2000])
