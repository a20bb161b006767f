"""Parquet."""

import base64
import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet import encryption

from tests.hostile.case import Case, Make, column

MEGABYTE = 1_000_000


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


GOOD = parquet(pa.table({"text": ["one", "two"]}))


def repeated(path: Path) -> None:
    """20 GB of text in some kilobytes: one long value, named by its index 20 000 times."""
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * MEGABYTE]))
    pq.write_table(pa.table({"text": values}), path, compression="zstd")


def repeated_late(path: Path) -> None:
    """The same, after a thousand rows that look harmless."""
    indices = pa.array([0] * 1000 + [1] * 20_000, pa.int32())
    values = pa.DictionaryArray.from_arrays(indices, pa.array(["", "x" * MEGABYTE]))
    pq.write_table(pa.table({"text": values}), path, compression="zstd")


def nothing(rows: int) -> Make:
    """Many rows without a value."""

    def make(path: Path) -> None:
        part = pa.table({"text": pa.nulls(rows // 20, pa.string())})
        with pq.ParquetWriter(path, part.schema) as writer:
            for _ in range(20):
                writer.write_table(part, row_group_size=rows)

    return make


def deep(levels: int) -> bytes:
    kind = pa.string()
    for _ in range(levels):
        kind = pa.list_(kind)
    return parquet(pa.table({"text": pa.nulls(1, kind)}))


def unknown_codec() -> bytes:
    """A good file whose column claims compression number 31."""
    data = bytearray(parquet(pa.table({"text": ["one"]}), compression="zstd"))
    zstd = data.rindex(b"text\x15\x0c") + 5
    data[zstd] = 62
    return bytes(data)


class OpenKeys(encryption.KmsClient):  # type: ignore[misc]
    """Keeps keys in the open: what matters is that the reader has none."""

    def __init__(self, _: object) -> None:
        super().__init__()

    def wrap_key(self, key: bytes, _: str) -> bytes:
        return base64.b64encode(key)

    def unwrap_key(self, wrapped: bytes, _: str) -> bytes:
        return base64.b64decode(wrapped)


def encrypted(plain_footer: bool) -> bytes:
    config = encryption.EncryptionConfiguration("f", column_keys={"c": ["text"]}, plaintext_footer=plain_footer)
    factory = encryption.CryptoFactory(OpenKeys)
    keys = factory.file_encryption_properties(encryption.KmsConnectionConfig(), config)
    return parquet(pa.table({"text": ["one"]}), encryption_properties=keys)


def torn(position: float) -> bytes:
    """A good file in which some bytes in the middle are others."""
    data = bytearray(parquet(pa.table({"text": [f"row {i}" for i in range(5000)]}), compression="none"))
    start = int(len(data) * position)
    data[start : start + 64] = b"\xff" * 64
    return bytes(data)


def bad_utf8() -> bytes:
    binary = pa.array([b"fine", b"\xff\xfe"]).view(pa.binary())
    text = pa.Array.from_buffers(pa.string(), 2, binary.buffers())
    return parquet(pa.table({"text": text}))


NESTED = pa.table({"messages": [[{"role": "user", "content": "hi"}], []], "text": ["a", "b"]})
KINDS = pa.table(
    {
        "text": ["a"],
        "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        "dictionary": pa.array(["d"]).dictionary_encode(),
        "view": pa.array(["v"], pa.string_view()),
        "bytes": pa.array([b"\0\xff"]),
        "float": pa.array([float("nan")]),
    }
)

PARQUET = [
    Case("good", "x.parquet", GOOD, rows=column("text", ["one", "two"])),
    Case("Parquet named csv", "x.csv", GOOD, rows=column("text", ["one", "two"])),
    Case("magic only", "x.parquet", b"PAR1", "MALFORMED_FILE"),
    Case("magic twice", "x.parquet", b"PAR1PAR1", "MALFORMED_FILE"),
    Case("empty", "x.parquet", b"", "EMPTY_FILE"),
    Case("truncated footer", "x.parquet", GOOD[:-20], "MALFORMED_FILE"),
    Case("truncated by half", "x.parquet", GOOD[: len(GOOD) // 2], "MALFORMED_FILE"),
    Case("footer longer than the file", "x.parquet", GOOD[:-8] + b"\xff\xff\xff\x7fPAR1", "MALFORMED_FILE"),
    Case("torn page", "x.parquet", torn(0.4), "MALFORMED_FILE"),
    Case("torn footer", "x.parquet", GOOD[:-60] + b"\xff" * 40 + GOOD[-20:], "MALFORMED_FILE"),
    Case("CSV with its name", "x.parquet", b"a,b\n1,x\n", rows=[{"a": 1, "b": "x"}]),
    Case("CSV said to be Parquet", "x.csv", b"a,b\n1,x\n", "MALFORMED_FILE", options={"format": "parquet"}),
    Case("Parquet said to be CSV", "x.csv", GOOD, "INVALID_REQUEST", options={"format": "csv"}),
    Case("20 GB of one value", "x.parquet", repeated, "EXPANDS_TOO_FAR", limits={"max_expanded_bytes": 2 * 10**8}),
    Case("20 GB after harmless rows", "x.parquet", repeated_late, "PARSER_LIMIT"),
    Case(
        "200 million rows of nothing",
        "x.parquet",
        nothing(200_000_000),
        "EXPANDS_TOO_FAR",
        limits={"max_expanded_bytes": 100_000_000},
    ),
    Case("nested 40 deep", "x.parquet", deep(40), None),
    Case("nested 101 deep", "x.parquet", deep(101), "TOO_DEEP"),
    Case("nested 2000 deep", "x.parquet", deep(2000), "TOO_DEEP"),
    Case(
        "10 001 columns", "x.parquet", parquet(pa.table({f"c{i}": [1] for i in range(10_001)})), "TOO_MANY_COLUMNS"
    ),
    Case("unknown codec", "x.parquet", unknown_codec(), "MALFORMED_FILE"),
    Case("encrypted footer", "x.parquet", encrypted(False), "UNSUPPORTED_FORMAT", {"reason": "encrypted"}),
    Case("encrypted column", "x.parquet", encrypted(True), "UNSUPPORTED_FORMAT", {"reason": "encrypted"}),
    Case("zero rows", "x.parquet", parquet(pa.table({"text": pa.array([], pa.string())})), "EMPTY_FILE"),
    Case("no columns", "x.parquet", parquet(pa.table({})), "EMPTY_FILE"),
    Case("nested text columns", "x.parquet", parquet(NESTED), rows=NESTED.to_pylist()),
    Case(
        "unusual types",
        "x.parquet",
        parquet(KINDS),
        None,
        types={
            "text": "string",
            "map": "list<item: struct<key: string, value: int64>>",
            "dictionary": "string",
            "view": "string",
            "bytes": "binary",
            "float": "double",
        },
    ),
    Case(
        "duplicate columns",
        "x.parquet",
        parquet(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"])),
        "MALFORMED_FILE",
        {"columns": ["a"]},
    ),
    Case("NUL in a column's name", "x.parquet", parquet(pa.table({"a\0": [1]})), "MALFORMED_FILE"),
    Case("text that is not UTF-8", "x.parquet", bad_utf8(), "MALFORMED_FILE", {"column": "text"}),
    Case("NUL in text", "x.parquet", parquet(pa.table({"text": ["a\0b"]})), rows=column("text", ["a\0b"])),
    Case("Parquet within gzip", "x.parquet.gz", gzip.compress(GOOD), "UNSUPPORTED_FORMAT"),
]
