"""Queries see one split and nothing else, and end in time."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mistudio.core.errors import QueryFailed, QueryRefused, QueryTooLarge, QueryTooLong, SplitNotFound
from mistudio.pipeline.ingest import write_raw
from mistudio.pipeline.query import QueryLimits, filter_rows, select
from mistudio.schemas.metadata import SourceMetadata

LIMITS = QueryLimits()
EMBEDDED = pa.table({"x": [1]})  # a Python variable that no query may see


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("query") / "raw"
    rows = [{"text": f"row {i}", "label": i % 3, "tags": ["a"] * (i % 4)} for i in range(1000)]
    table = pa.Table.from_pylist(rows)
    splits = [("train", iter(table.to_batches(max_chunksize=100))), ("test", iter(table.slice(0, 5).to_batches()))]
    write_raw(base, splits, ["text"], "\n", SourceMetadata())
    return base


def rows_of(root: Path, sql: str, limit: int = 10, split: str = "train") -> list[dict[str, Any]]:
    return [entry["row"] for entry in select(root, split, sql, limit, LIMITS).rows]


def test_select(root: Path) -> None:
    found = select(root, "train", "SELECT label, count(*) AS n FROM data GROUP BY label ORDER BY label", 10, LIMITS)
    assert [entry["row"] for entry in found.rows] == [
        {"label": 0, "n": 334}, {"label": 1, "n": 333}, {"label": 2, "n": 333},
    ]  # fmt: skip
    assert [feature["name"] for feature in found.features] == ["label", "n"]
    assert (found.num_rows_total, found.partial) == (3, False)
    assert rows_of(root, "FROM data ORDER BY text LIMIT 1")[0]["tags"] == []
    assert rows_of(root, "SELECT count(*) AS n FROM data", split="test") == [{"n": 5}]
    assert rows_of(root, "WITH a AS (SELECT max(label) AS m FROM data) SELECT m FROM a;") == [{"m": 2}]


def test_a_long_answer_is_partial(root: Path) -> None:
    found = select(root, "train", "SELECT text FROM data", 7, LIMITS)
    assert (len(found.rows), found.partial) == (7, True)
    assert len(select(root, "train", "SELECT text FROM data", 1000, LIMITS).rows) == 1000


@pytest.mark.parametrize(
    "value",
    [
        "12345678901234567890123456789::HUGEINT",
        "INTERVAL 3 MONTH",
        "gen_random_uuid()",
        "'NaN'::DOUBLE",
        "1.5::DECIMAL(9, 2)",
        "MAP {'a': 1}",
        "{'a': [1, NULL]}",
        "'ab'::BLOB",
        "DATE '2020-02-29'",
        "TIMESTAMP '9999-12-31 00:00:00'",
        "NULL",
        "'x'::ENUM ('x', 'y')",
        "TIME '12:00'",
        "'101'::BIT",
        "[[1], []]",
    ],
)
def test_every_type_can_be_shown(root: Path, value: str) -> None:
    assert len(rows_of(root, f"SELECT {value} AS v")) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; SELECT 2",
        "DROP VIEW data",
        "INSERT INTO data VALUES (1)",
        "CREATE TABLE t (a INT)",
        ";",
        "-- nothing",
        "COPY data TO '/tmp/out.csv'",
        "ATTACH '/tmp/out.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA version",
        "SET memory_limit = '10GB'",
        "RESET memory_limit",
        "CALL pragma_version()",
        "EXPORT DATABASE '/tmp/out'",
        "EXPLAIN SELECT 1",
    ],
)
def test_only_one_select(root: Path, sql: str) -> None:
    with pytest.raises((QueryRefused, QueryFailed)):
        rows_of(root, sql)


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('/etc/passwd')",
        "read_text('/etc/passwd')",
        "read_blob('/etc/passwd')",
        "glob('/etc/*')",
        "'/etc/passwd'",
        "read_parquet('https://example.com/a.parquet')",
        "parquet_scan('data/*')",
        "sniff_csv('/etc/passwd')",
        "EMBEDDED",
        "query('SELECT * FROM read_text(''/etc/passwd'')')",
        "sqlite_scan('/tmp/a.db', 'a')",
    ],
)
def test_nothing_but_the_data_can_be_read(root: Path, source: str) -> None:
    with pytest.raises(QueryFailed):
        rows_of(root, f"SELECT * FROM {source}")


def test_mistakes_are_explained(root: Path) -> None:
    with pytest.raises(QueryFailed, match="nothing"):
        rows_of(root, "SELECT nothing FROM data")
    with pytest.raises(QueryFailed, match="syntax"):
        rows_of(root, "SELEC 1")
    with pytest.raises(SplitNotFound):
        rows_of(root, "SELECT 1", split="validation")


def test_it_ends_in_time(root: Path) -> None:
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"
    with pytest.raises(QueryTooLong, match=r"0\.2 s"):
        select(root, "train", endless, 1, QueryLimits(seconds=0.2))


def test_memory_is_limited(root: Path) -> None:
    with pytest.raises(QueryTooLarge, match="67 MB"):
        select(root, "train", "SELECT list(range) FROM range(100000000)", 1, QueryLimits(memory_bytes=64 << 20))


def test_filter(root: Path) -> None:
    found = filter_rows(root, "train", "label = 1 AND len(tags) = 3", None, 2, 3, LIMITS)
    assert [(entry["row_idx"], entry["row"]["text"]) for entry in found.rows] == [
        (31, "row 31"), (43, "row 43"), (55, "row 55"),
    ]  # fmt: skip
    assert found.num_rows_total == 83
    assert [feature["name"] for feature in found.features] == ["text", "label", "tags"]
    ordered = filter_rows(root, "train", "label = 2", "length(text) DESC, text", 0, 1, LIMITS)
    assert ordered.rows[0]["row_idx"] == 101
    assert filter_rows(root, "train", "text = 'none'", None, 0, 10, LIMITS).rows == []


@pytest.mark.parametrize(
    ("where", "orderby"),
    [
        ("1) UNION SELECT (1", None),
        ("true", "1; DROP VIEW data"),
        ("true) --", None),
        ("", None),
        ("true", "nothing"),
    ],
)
def test_filters_are_conditions(root: Path, where: str, orderby: str | None) -> None:
    with pytest.raises((QueryRefused, QueryFailed)):
        filter_rows(root, "train", where, orderby, 0, 10, LIMITS)
