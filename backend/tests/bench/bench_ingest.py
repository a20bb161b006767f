"""Ingesting files against pyarrow's readers alone, and memory as the data grow.

    python -m tests.bench.bench_ingest [--megabytes 200]

Prints Markdown. Each measurement runs in a process of its own, after one that warmed the page cache.
"""

import argparse
import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.json as pjson
import pyarrow.parquet as pq

CHILD = """
import json, sys
from tests.bench import bench_ingest
measure = getattr(bench_ingest, sys.argv[1])
if sys.argv[1] == "ingest_file":
    import mistudio.pipeline.ingest
before = bench_ingest.peak_bytes()
seconds = measure(sys.argv[2])
print(json.dumps({"seconds": seconds, "peak": bench_ingest.peak_bytes(), "before": before}))
"""
NAMES = ["id", "title", "text", "score", "flag"]
Row = tuple[int, str, str, float, bool]


def text_rows(megabytes: float) -> Iterator[Row]:
    """Documents of about 1 kB, every fifth with quotes and line ends, some beyond ASCII."""
    rng = np.random.default_rng(1)
    words = np.array([f"{i:x}"[::-1] for i in rng.integers(16, 2**24, 20_000)])
    size = row = 0
    while size < megabytes * 1e6:
        for picked in rng.integers(0, len(words), (1000, 140)):
            text = " ".join(words[picked])
            text = text[:200] + '\n"quoted", then\n' + text[200:] if row % 5 == 0 else text + " é ü 漢字"
            yield row, f"document {row}", text, row / 7, row % 3 == 0
            row += 1
            size += len(text) + 40


def number_rows(megabytes: float) -> Iterator[tuple[Any, ...]]:
    """Six short columns, mostly numbers."""
    for i in range(int(megabytes * 1e6 / 32)):
        yield i, i * 7919 % 100_003, (i % 1000) / 8 + 0.125, f"label {i % 50}", i % 97, "true" if i % 2 else "false"


def write_csv(path: Path, rows: Iterator[tuple[Any, ...]], names: list[str]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def write_jsonl(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w") as file:
        file.writelines(json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def write_json(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w") as file:
        file.write("[")
        for i, row in enumerate(rows):
            file.write((",\n" if i else "\n") + json.dumps(dict(zip(NAMES, row, strict=True)), indent=1))
        file.write("\n]\n")


def write_parquet(path: Path, rows: Iterator[Row]) -> None:
    writer = None
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == 50_000:
            writer = _write_group(path, writer, part)
            part = []
    if part:
        writer = _write_group(path, writer, part)
    assert writer is not None
    writer.close()


def _write_group(path: Path, writer: pq.ParquetWriter | None, rows: list[Row]) -> pq.ParquetWriter:
    table = pa.table(dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True)))
    writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
    writer.write_table(table)
    return writer


def write_gzip(path: Path, rows: Iterator[Row]) -> None:
    plain = path.with_suffix("")
    write_jsonl(plain, rows)
    with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=3) as sink:
        shutil.copyfileobj(source, sink, 2**20)
    plain.unlink()


FILES: dict[str, tuple[str, Callable[[Path, float], None]]] = {
    "text.csv": ("CSV, text", lambda path, mb: write_csv(path, text_rows(mb), NAMES)),
    "numbers.csv": ("CSV, numbers", lambda path, mb: write_csv(path, number_rows(mb), list("abcdef"))),
    "text.jsonl": ("JSONL", lambda path, mb: write_jsonl(path, text_rows(mb))),
    "text.parquet": ("Parquet, zstd", lambda path, mb: write_parquet(path, text_rows(mb))),
    "text.json": ("JSON list", lambda path, mb: write_json(path, text_rows(mb))),
    "text.jsonl.gz": ("JSONL, gzip", lambda path, mb: write_gzip(path, text_rows(mb))),
}


def arrow_batches(path: str) -> Iterator[pa.RecordBatch]:
    """pyarrow's own streaming reader with its own settings; it has none for a JSON list."""
    source = pa.input_stream(path)
    if path.endswith(".csv"):
        return iter(pcsv.open_csv(source, parse_options=pcsv.ParseOptions(newlines_in_values=True)))
    if path.endswith(".parquet"):
        return iter(pq.ParquetFile(path).iter_batches(batch_size=8192))
    return iter(pjson.open_json(source))


def read_alone(path: str) -> float:
    started = time.perf_counter()
    for _ in arrow_batches(path):
        pass
    return time.perf_counter() - started


def read_and_write(path: str) -> float:
    """What no ingest can do without: pyarrow reads, an Arrow file is written and reaches the disk."""
    started = time.perf_counter()
    batches = arrow_batches(path)
    first = next(batches)
    out = Path(path + ".arrow")
    with pa.OSFile(str(out), "wb") as sink, pa.ipc.new_stream(sink, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)
    descriptor = os.open(out, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    seconds = time.perf_counter() - started
    out.unlink()
    return seconds


def ingest_file(path: str) -> float:
    """Read, check, type, write, hash and sync: the whole of it."""
    from mistudio.pipeline.ingest import ingest
    from mistudio.pipeline.progress import silent
    from mistudio.schemas.metadata import IngestOptions, ReadLimits

    with tempfile.TemporaryDirectory(dir=Path(path).parent) as out:
        started = time.perf_counter()
        ingest(Path(path), Path(path).name, Path(out, "out"), IngestOptions(), ReadLimits(), silent)
        return time.perf_counter() - started


def peak_bytes() -> int:
    """The most memory this process had. (What getrusage says may be the parent's.)"""
    said = Path("/proc/self/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0]) * 1024


def measured(name: str, path: Path, times: int = 3) -> dict[str, float]:
    """The fastest of some runs, and the largest memory of any."""
    said = []
    for _ in range(times):
        child = subprocess.run([sys.executable, "-c", CHILD, name, str(path)], capture_output=True, check=True)
        said.append(json.loads(child.stdout))
    fastest = min(run["seconds"] for run in said)
    return {"seconds": fastest, "peak": max(run["peak"] for run in said), "before": said[0]["before"]}


def speed(folder: Path, megabytes: float) -> None:
    print("| file | MB | pyarrow reads | reads and writes | ingest | MB/s | to reader | to reader and writer |")
    print("|---|---|---|---|---|---|---|---|")
    for filename, (title, make) in FILES.items():
        path = folder / filename
        make(path, megabytes)
        size = path.stat().st_size / 1e6
        ours = measured("ingest_file", path)["seconds"]
        alone = both = None
        if filename != "text.json":
            alone, both = (measured(name, path)["seconds"] for name in ("read_alone", "read_and_write"))
        times = [_s(alone), _s(both), _s(ours), f"{size / ours:.0f}", _x(ours, alone), _x(ours, both)]
        print(f"| {title} | {size:.0f} | {' | '.join(times)} |", flush=True)
        path.unlink()


def memory(folder: Path, megabytes: float) -> None:
    print(f"\nPeak memory of the ingesting process in MB ({megabytes:.0f} MB of data is 1 ×):\n")
    print("| file | before | 1 × | 4 × | 16 × |\n|---|---|---|---|---|")
    for filename in ("text.csv", "text.jsonl", "text.parquet"):
        title, make = FILES[filename]
        peaks = []
        for times in (1, 4, 16):
            make(folder / filename, megabytes * times)
            run = measured("ingest_file", folder / filename, 1)
            peaks.append(run["peak"])
            (folder / filename).unlink()
        print(f"| {title} | {' | '.join(f'{peak / 1e6:.0f}' for peak in (run['before'], *peaks))} |", flush=True)


def _s(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.2f} s"


def _x(ours: float, other: float | None) -> str:
    return "–" if other is None else f"{ours / other:.1f} ×"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=200, help="of each file of the speed table")
    parser.add_argument("--memory-megabytes", type=float, default=50, help="of 1 × in the memory table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder), arguments.megabytes)
        memory(Path(folder), arguments.memory_megabytes)


if __name__ == "__main__":
    main()
