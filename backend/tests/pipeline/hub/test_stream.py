"""Samples and first rows fetch what they need and no more."""

import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_from_disk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mistudio.core.errors import HubFileBroken, HubUnreachable, MalformedFile
from mistudio.pipeline.hub.client import Commit, Origin
from mistudio.pipeline.hub.reading import limited
from mistudio.pipeline.hub.remote_files import RemoteFile
from mistudio.pipeline.hub.resolve import describe
from mistudio.pipeline.hub.shapes import HubFile
from mistudio.pipeline.hub.stream import first_rows
from mistudio.schemas.metadata import FilePreview
from tests.hub.fixtures import LocalHub
from tests.hub.samples import csv, jsonl, rows
from tests.pipeline.hub.running import LIMITS, run


def preview(hub: LocalHub, name: str, config: int = 0, split: int = 0) -> FilePreview:
    dataset = describe(name, hub.endpoint, None)
    chosen = dataset.configs[config]
    commit = Commit(Origin(hub.endpoint), "dataset", dataset.name, dataset.files_sha)
    return first_rows(commit, chosen, chosen.splits[split], LIMITS)


def fetched(hub: LocalHub, what: str = "/files/") -> int:
    return sum(entry.sent for entry in hub.state.requests(what))


@pytest.fixture(scope="module")
def wide_parquet() -> bytes:
    """40 MB that do not compress: 20 row groups, and columns nobody asked for."""
    rng, out = np.random.default_rng(1), io.BytesIO()
    with pq.ParquetWriter(out, pa.schema([("text", pa.string()), ("noise", pa.binary())])) as writer:
        for group in range(20):
            texts = [f"row {group * 500 + i}" for i in range(500)]
            noise = [rng.bytes(4000) for _ in range(500)]
            writer.write_table(pa.table([pa.array(texts), pa.array(noise)], schema=writer.schema))
    return out.getvalue()


def test_first_rows_of_a_large_parquet_file_fetch_its_footer_and_a_little(
    hub: LocalHub, wide_parquet: bytes
) -> None:
    hub.state.dataset("acme/wide", {"train.parquet": wide_parquet})
    shown = preview(hub, "acme/wide")
    assert [row.row["text"] for row in shown.rows] == [f"row {i}" for i in range(20)]
    assert (shown.estimated_rows, shown.text_columns) == (10_000, ["text"])
    assert fetched(hub) < len(wide_parquet) / 4
    assert all(entry.range for entry in hub.state.requests("/files/"))


def test_a_sample_of_a_large_parquet_file_fetches_the_row_groups_it_needs(
    hub: LocalHub, wide_parquet: bytes, tmp_path: Path
) -> None:
    hub.state.dataset("acme/wide", {"train.parquet": wide_parquet})
    summary = run(hub.endpoint, tmp_path, name="acme/wide", max_samples=1200)
    assert summary.num_samples == 1200
    assert load_from_disk(str(tmp_path / "out"))["train"]["text"][-1] == "row 1199"
    assert fetched(hub) < len(wide_parquet) / 2
    assert (summary.source.max_samples, summary.source.revision) == (
        1200,
        describe("acme/wide", hub.endpoint, None).sha,
    )


def test_a_sample_stops_before_the_files_it_does_not_need(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.dataset("acme/parts", {f"train-{i}.jsonl": jsonl(100, i) for i in range(5)})
    summary = run(hub.endpoint, tmp_path, name="acme/parts", max_samples=150)
    assert summary.num_samples == 150
    assert load_from_disk(str(tmp_path / "out"))["train"].to_list() == [*rows(100, 0), *rows(100, 1)[:50]]
    assert [entry.path[-7] for entry in hub.state.requests(".jsonl")] == ["0", "1"]


LONG = {
    "train.jsonl": jsonl(20_000) * 5,
    "train.csv": csv(20_000) + csv(20_000).partition(b"\n")[2] * 4,
    "train.json": json.dumps(rows(20_000) * 5).encode(),
    "train.txt": b"".join(str(row["text"]).encode() + b"\n" for row in rows(20_000)) * 5,
}


@pytest.mark.parametrize("file", LONG)
def test_a_few_rows_of_a_large_text_file_fetch_its_beginning(hub: LocalHub, tmp_path: Path, file: str) -> None:
    hub.state.dataset("acme/long", {file: LONG[file]})
    columns = ["text"] if file == "train.txt" else ["text", "label"]
    expected = [{name: row[name] for name in columns} for row in rows(20)]
    run(hub.endpoint, tmp_path, name="acme/long", max_samples=5)
    assert load_from_disk(str(tmp_path / "out"))["train"].to_list() == expected[:5]
    assert fetched(hub) < len(LONG[file]) / 2
    hub.state.reset()
    assert [row.row for row in preview(hub, "acme/long").rows] == expected
    assert fetched(hub) < len(LONG[file]) / 2


def test_every_split_gives_its_own_sample(hub: LocalHub, tmp_path: Path) -> None:
    summary = run(hub.endpoint, tmp_path, name="acme/tiny", max_samples=10)
    assert {name: split.num_samples for name, split in summary.splits.items()} == {"train": 10, "test": 10}


def test_max_bytes_bounds_what_is_stored(hub: LocalHub, tmp_path: Path) -> None:
    summary = run(hub.endpoint, tmp_path, name="acme/large", max_bytes=500_000)
    assert 300_000 < summary.size_bytes < 600_000


@pytest.mark.parametrize("config", range(5))
def test_first_rows_in_every_format(hub: LocalHub, config: int) -> None:
    shown = preview(hub, "acme/mixed", config)
    assert "text" in [column.name for column in shown.columns]
    assert shown.rows


def test_a_lost_connection_is_made_again(hub: LocalHub) -> None:
    hub.state.fault("GET /files/", "cut", after=1000, times=2)
    assert len(preview(hub, "acme/large").rows) == 20


def test_a_silent_file_store_is_said_to_be_silent(hub: LocalHub) -> None:
    hub.state.fault("GET /files/", "stall")
    with pytest.raises(HubUnreachable, match="in time"):
        preview(hub, "acme/large")


def test_a_file_that_is_no_parquet_says_so(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.dataset(
        "acme/false", {"train.parquet": b"PAR1 is how it begins, and then it is something else" * 100}
    )
    with pytest.raises(MalformedFile):
        preview(hub, "acme/false")
    with pytest.raises(MalformedFile):
        run(hub.endpoint, tmp_path, name="acme/false", max_samples=3)


def test_a_listing_that_lies_about_a_size_is_noticed(hub: LocalHub) -> None:
    hub.state.fault("GET /files/", "truncate", after=4000)
    with pytest.raises(HubFileBroken):
        preview(hub, "acme/large")


Reads = st.lists(st.tuples(st.integers(0, 12_500), st.integers(-1, 12_500)), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(Reads)
def test_a_remote_file_reads_as_a_local_one(hub: LocalHub, reads: list[tuple[int, int]]) -> None:
    commits = hub.state.repositories["datasets", "acme/lines"].commits
    sha, tree = next(iter(commits.items()))
    blob = tree["train.jsonl"]
    file = HubFile(path="train.jsonl", size=blob.size, oid=blob.oid)
    commit = Commit(Origin(hub.endpoint), "dataset", "acme/lines", sha)
    remote = RemoteFile.of(commit, file, 1.0)
    with blob.source.open("rb") as local:
        for offset, size in reads:
            assert remote.seek(offset) == local.seek(offset)
            assert remote.read(size) == local.read(size)
            assert remote.tell() == max(local.tell(), offset)


@given(st.lists(st.integers(0, 30), max_size=6), st.none() | st.integers(1, 60), st.none() | st.integers(1, 400))
def test_a_limit_takes_the_first_rows(sizes: list[int], samples: int | None, room: int | None) -> None:
    values = [list(range(sum(sizes[:i]), sum(sizes[: i + 1]))) for i in range(len(sizes))]
    batches = [pa.record_batch({"n": pa.array(part, pa.int64())}) for part in values]
    taken = [n for batch in limited(iter(batches), samples, room) for n in batch.column(0).to_pylist()]
    assert taken == list(range(len(taken)))
    total = sum(sizes)
    if room is None:
        assert len(taken) == min(total, samples if samples is not None else total)
    else:
        assert len(taken) <= max(1, room // 8 + 1)
        assert len(taken) > 0 or total == 0
