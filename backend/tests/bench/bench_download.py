"""Downloading against `snapshot_download` and the copy to Arrow alone, from the local Hub.

    python -m tests.bench.bench_download [--megabytes 1000]

Prints Markdown. Each measurement runs in a process of its own; the local Hub runs in another.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SHARD_BYTES = 64_000_000
CHILD = """
import json, resource, sys, time
from pathlib import Path
from tests.bench import bench_download
began, peak = time.perf_counter(), lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
measure = getattr(bench_download, sys.argv[1])
imported = peak()
seconds = measure(*sys.argv[2:])
print(json.dumps({"seconds": seconds, "peak": peak(), "before": imported}))
"""


def make_shards(folder: Path, megabytes: int) -> None:
    """Parquet files of sentences that differ from row to row, about SHARD_BYTES each, in groups of 100 000 rows."""
    rng = np.random.default_rng(1)
    words = np.array([f"w{i:x}" for i in rng.integers(0, 2**24, 20_000)])
    sentences = [" ".join(rng.choice(words, rng.integers(20, 200))) for _ in range(20_000)]
    pool = pa.array(sentences)
    count = max(1, round(megabytes * 1e6 / SHARD_BYTES))
    for shard in range(count):
        path = folder / f"train-{shard:05d}-of-{count:05d}.parquet"
        schema = pa.schema([("text", pa.string()), ("id", pa.int64())])
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            row = 0
            while path.stat().st_size < SHARD_BYTES:
                picked = pool.take(pa.array(rng.integers(0, len(pool), 100_000)))
                ids = pa.array(np.arange(row, row + 100_000) + shard * 10**9)
                writer.write_table(pa.table([picked, ids], schema=schema), row_group_size=100_000)
                row += 100_000


@contextmanager
def hub(folder: Path, root: Path) -> Iterator[str]:
    """The local Hub in a process of its own, with the folder as dataset bench/text."""
    command = [sys.executable, "-m", "tests.hub", "--root", str(root), "--dataset", f"bench/text={folder}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measured(name: str, *arguments: str, endpoint: str) -> dict[str, float]:
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    command = [sys.executable, "-c", CHILD, name, *arguments]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def snapshot(endpoint: str, out: str) -> float:
    import time

    from huggingface_hub import snapshot_download

    began = time.perf_counter()
    snapshot_download("bench/text", repo_type="dataset", cache_dir=out, endpoint=endpoint, token=False)
    return time.perf_counter() - began


def copy_to_arrow(folder: str, out: str) -> float:
    import time

    from mistudio.pipeline.ingest import open_batches, write_raw
    from mistudio.schemas.metadata import ReadLimits, ReadOptions, SourceMetadata

    began = time.perf_counter()
    options, limits = ReadOptions(format="parquet"), ReadLimits()
    paths = sorted(Path(folder).glob("*.parquet"))
    batches = (batch for path in paths for batch in open_batches(path, path.name, options, limits))
    write_raw(Path(out), [("train", batches)], None, "\n", SourceMetadata())
    return time.perf_counter() - began


def whole(endpoint: str, out: str) -> float:
    import time

    from mistudio.pipeline.hub.download import download
    from mistudio.pipeline.hub.shapes import DownloadLimits
    from mistudio.pipeline.progress import silent
    from mistudio.schemas.metadata import HubRequest

    began = time.perf_counter()
    base = Path(out)
    request = HubRequest(name="bench/text")
    download(request, base / "out", base / "work", [], endpoint, None, DownloadLimits(free_disk_bytes=0), silent)
    return time.perf_counter() - began


def first_rows(endpoint: str) -> float:
    import time

    from mistudio.pipeline.hub import stream
    from mistudio.pipeline.hub.client import Commit, Origin
    from mistudio.pipeline.hub.resolve import describe
    from mistudio.pipeline.hub.shapes import DownloadLimits

    began = time.perf_counter()
    dataset = describe("bench/text", endpoint, None)
    config = dataset.configs[0]
    commit = Commit(Origin(endpoint), "dataset", dataset.name, dataset.files_sha)
    assert len(stream.first_rows(commit, config, config.splits[0], DownloadLimits()).rows) == 20
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_download", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    largest: int = parser.parse_args().megabytes
    print("| Parquet | snapshot_download | copy to Arrow | sum | miStudio | ratio | peak memory | first rows |")
    print("|---|---|---|---|---|---|---|---|")
    for megabytes in (largest // 16, largest // 4, largest):
        with tempfile.TemporaryDirectory() as name:
            base = Path(name)
            folder = base / "shards"
            folder.mkdir()
            make_shards(folder, megabytes)
            size = sum(path.stat().st_size for path in folder.iterdir())
            with hub(folder, base / "hub") as endpoint:
                alone = measured("snapshot", endpoint, str(base / "cache"), endpoint=endpoint)["seconds"]
                shutil.rmtree(base / "cache")
                copied = measured("copy_to_arrow", str(folder), str(base / "copy"), endpoint=endpoint)["seconds"]
                shutil.rmtree(base / "copy")
                ours = measured("whole", endpoint, str(base / "ours"), endpoint=endpoint)
                shutil.rmtree(base / "ours")
                rows = measured("first_rows", endpoint, endpoint=endpoint)["seconds"]
        seconds, peak = ours["seconds"], ours["peak"]
        print(
            f"| {size / 1e6:.0f} MB | {alone:.1f} s | {copied:.1f} s | {alone + copied:.1f} s | {seconds:.1f} s "
            f"| {seconds / (alone + copied):.2f} | {peak / 1e6:.0f} MB | {rows:.2f} s |",
            flush=True,
        )


if __name__ == "__main__":
    main()
