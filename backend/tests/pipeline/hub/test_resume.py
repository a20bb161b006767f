"""A download goes on where an earlier attempt, or an earlier process, left it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mistudio.core.errors import HubUnreachable
from tests.hub.fixtures import LocalHub
from tests.pipeline.hub.running import Report, run

DOWNLOAD = """
import sys
from pathlib import Path
from tests.pipeline.hub.running import run
run(sys.argv[1], Path(sys.argv[2]), name="acme/large", work=sys.argv[3])
"""


def large(hub: LocalHub) -> tuple[str, int]:
    """oid and size of the one file of acme/large."""
    tree = next(iter(hub.state.repositories["datasets", "acme/large"].commits.values()))
    return tree["train.parquet"].sha256, tree["train.parquet"].size


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_a_killed_process_costs_only_the_bytes_that_were_not_written(hub: LocalHub, tmp_path: Path) -> None:
    oid, size = large(hub)
    hub.state.fault("GET /files/", "stall", after=size * 9 // 10)
    process = subprocess.Popen([sys.executable, "-c", DOWNLOAD, hub.endpoint, str(tmp_path), "first"])
    partial = tmp_path / "first" / oid
    try:
        until(lambda: partial.exists() and partial.stat().st_size >= size * 9 // 10 - 1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = partial.stat().st_size
    hub.state.reset()
    report = Report()
    run(hub.endpoint, tmp_path, name="acme/large", work="second", previous=[tmp_path / "first"], progress=report)
    stored = hub.state.requests("/files/")
    assert [entry.range for entry in stored] == [f"bytes={kept}-{size - 1}"]
    assert stored[0].sent == size - kept
    assert min(report.of("downloading")) >= kept
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_whole_files_are_not_fetched_again(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.fault("00001-of", "status", status=503)
    with pytest.raises(HubUnreachable):
        run(hub.endpoint, tmp_path, name="acme/tiny", split="train", work="first")
    whole = {path.name for path in (tmp_path / "first").iterdir() if path.stat().st_size}
    hub.state.reset()
    run(hub.endpoint, tmp_path, name="acme/tiny", split="train", work="second", previous=[tmp_path / "first"])
    assert len(hub.state.requests("/files/")) == 2 - len(whole)


def test_kept_bytes_serve_a_later_commit(hub: LocalHub, tmp_path: Path) -> None:
    oid, _ = large(hub)
    source = next(iter(hub.state.repositories["datasets", "acme/large"].commits.values()))["train.parquet"].source
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / oid).write_bytes(source.read_bytes()[:-1000])
    hub.state.repositories["datasets", "acme/large"].commit({"README.md": "New words."})
    run(hub.endpoint, tmp_path, name="acme/large", work="second", previous=[tmp_path / "first"])
    assert [entry.sent for entry in hub.state.requests("/files/")] == [1000]


@pytest.mark.parametrize("damage", ["changed", "too long"])
def test_damaged_leftovers_do_not_get_into_the_data(hub: LocalHub, tmp_path: Path, damage: str) -> None:
    oid, size = large(hub)
    source = next(iter(hub.state.repositories["datasets", "acme/large"].commits.values()))["train.parquet"].source
    content = bytearray(source.read_bytes())
    content[100] ^= 1
    left = tmp_path / "first" / oid
    left.parent.mkdir()
    left.write_bytes(content[:-1000] if damage == "changed" else content + b"more")
    previous = [left.parent]
    if damage == "changed":
        with pytest.raises(Exception, match="another content"):
            run(hub.endpoint, tmp_path, name="acme/large", work="second", previous=previous)
        assert not (tmp_path / "second" / oid).exists()
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
    hub.state.reset()
    assert run(hub.endpoint, tmp_path, name="acme/large", previous=previous).num_samples == 60_000
    assert hub.state.requests("/files/")[0].sent == size


def test_a_server_that_ignores_ranges_is_read_again_from_the_start(hub: LocalHub, tmp_path: Path) -> None:
    oid, size = large(hub)
    source = next(iter(hub.state.repositories["datasets", "acme/large"].commits.values()))["train.parquet"].source
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / oid).write_bytes(source.read_bytes()[:5000])
    hub.state.fault("GET /files/", "no_ranges")
    assert run(hub.endpoint, tmp_path, name="acme/large").num_samples == 60_000
    assert hub.state.requests("/files/")[0].sent == size
