"""Good files with a byte changed, anywhere: an error, or the same rows, or a child that dies alone. Never more."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from mistudio.core.errors import all_errors
from tests.hostile.case import Case
from tests.hostile.conftest import MEMORY_BYTES, WarmParent

ROWS = 300
TABLE = pa.table({"text": [f"row {i} of the table" for i in range(ROWS)], "n": list(range(ROWS))})
CSV = b"text,n\n" + b"".join(b'"row %d, of the table",%d\n' % (i, i) for i in range(ROWS))
JSONL = b"".join(b'{"text":"row %d \\"of\\" the table","n":[%d]}\n' % (i, i) for i in range(ROWS))


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(TABLE, sink, compression="zstd", row_group_size=100)
    return sink.getvalue()


WHOLE: dict[str, Callable[[], bytes]] = {
    "x.parquet": parquet,
    "x.csv": lambda: CSV,
    "x.jsonl": lambda: JSONL,
    "x.json": lambda: b"[" + JSONL.strip().replace(b"\n", b",") + b"]",
    "x.csv.gz": lambda: gzip.compress(CSV, mtime=0),
    "x.jsonl.zst": lambda: zstandard.compress(JSONL),
}
PLACES = 40


@pytest.mark.parametrize("filename", WHOLE)
@pytest.mark.parametrize("act", ["ingest", "inspect"])
def test_one_changed_byte(filename: str, act: str, tmp_path: Path, warm_parent: WarmParent) -> None:
    whole = WHOLE[filename]()
    path = tmp_path / "source"
    step = max(len(whole) // PLACES, 1)
    for number, position in enumerate(range(0, len(whole), step)):
        torn = bytearray(whole)
        torn[position] ^= (0x55, 0x80, 0x01)[number % 3]
        path.write_bytes(torn)
        answer = warm_parent.ask(act, path, tmp_path / f"out{number}", Case("torn", filename, b""))
        assert answer["max_rss_bytes"] < MEMORY_BYTES
        if "code" in answer:
            assert 400 <= all_errors()[answer["code"]].status < 500
        else:
            assert answer.keys() & {"summary", "preview", "signal"}
        if "signal" in answer:
            assert filename == "x.parquet"
            assert answer["signal"] < 0, "an exception that nobody expected ended the child"
