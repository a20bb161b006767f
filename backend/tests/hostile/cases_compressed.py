"""gzip and zstd."""

import gzip
import zlib
from pathlib import Path

import zstandard

from tests.hostile.case import Case, Make, column

CSV = b"a\nx\ny\n"
XY = column("a", ["x", "y"])
LINES = b"some text\n" * 6_000_000
BOTH = b"a\n" + b"x\n" * 100_000


def repeated(member: bytes, times: int) -> Make:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            for _ in range(times):
                file.write(member)

    return make


def gzip_of(data: bytes, level: int = 6) -> bytes:
    return gzip.compress(data, level, mtime=0)


def zstd_of(data: bytes) -> bytes:
    return zstandard.compress(data)


BOMB = {"max_expanded_bytes": 2 * 10**8}

COMPRESSED = [
    Case("gzip", "x.csv.gz", gzip_of(CSV), rows=XY),
    Case("zstd", "x.csv.zst", zstd_of(CSV), rows=XY),
    Case("gzip bomb of lines", "x.txt.gz", repeated(gzip_of(LINES, 1), 400), "EXPANDS_TOO_FAR", limits=BOMB),
    Case("gzip bomb of one line", "x.txt.gz", repeated(gzip_of(b"x" * 60_000_000, 1), 400), "ROW_TOO_LONG"),
    Case("zstd bomb of lines", "x.txt.zst", repeated(zstd_of(LINES), 400), "EXPANDS_TOO_FAR", limits=BOMB),
    Case("zstd bomb of one line", "x.txt.zst", repeated(zstd_of(b"x" * 60_000_000), 400), "ROW_TOO_LONG"),
    Case(
        "zstd that wants a 2 GB window",
        "x.txt.zst",
        b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00",
        "MALFORMED_FILE",
    ),
    Case("truncated gzip", "x.csv.gz", gzip_of(BOTH)[:-5], "MALFORMED_FILE", {"reason": "it ends too early"}),
    Case("truncated zstd", "x.csv.zst", zstd_of(BOTH)[:-2], "MALFORMED_FILE", {"reason": "it ends too early"}),
    Case("gzip magic only", "x.csv.gz", b"\x1f\x8b", "MALFORMED_FILE"),
    Case("gzip with a wrong checksum", "x.csv.gz", gzip_of(BOTH)[:-8] + b"\0" * 8, "MALFORMED_FILE"),
    Case("garbage after gzip", "x.csv.gz", gzip_of(BOTH) + b"garbage", "MALFORMED_FILE"),
    Case("garbage after zstd", "x.csv.zst", zstd_of(BOTH) + b"garbage", "MALFORMED_FILE"),
    Case("concatenated gzip members", "x.csv.gz", gzip_of(b"a\nx") + gzip_of(b"\ny\n"), rows=XY),
    Case("concatenated zstd frames", "x.csv.zst", zstd_of(b"a\nx") + zstd_of(b"\ny\n"), rows=XY),
    Case("gzip of nothing", "x.csv.gz", gzip_of(b""), "EMPTY_FILE"),
    Case("zstd of nothing", "x.csv.zst", zstd_of(b""), "EMPTY_FILE"),
    Case("gzip named zst", "x.csv.zst", gzip_of(CSV), rows=XY),
    Case("zstd named gz", "x.csv.gz", zstd_of(CSV), rows=XY),
    Case("gzip named csv", "x.csv", gzip_of(CSV), rows=XY),
    Case("CSV named gz", "x.csv.gz", CSV, rows=XY),
    Case("CSV said to be gzip", "x.csv", CSV, "MALFORMED_FILE", options={"compression": "gzip"}),
    Case("gzip within gzip", "x.csv.gz.gz", gzip_of(gzip_of(CSV)), "UNSUPPORTED_FORMAT"),
    Case("zlib named gz", "x.csv.gz", zlib.compress(BOTH), "UNSUPPORTED_FORMAT"),
    Case("bzip2", "x.csv.bz2", b"BZh91AY&SY" + b"\0" * 20, "UNSUPPORTED_FORMAT"),
    Case(
        "Latin-1 within gzip",
        "x.csv.gz",
        gzip_of("a\nder Fluß führt über die Brücke\n".encode("latin-1")),
        rows=column("a", ["der Fluß führt über die Brücke"]),
    ),
]
