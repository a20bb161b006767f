"""Downloads that go well, and those that are stopped from our side."""

import json
import logging
import os
from pathlib import Path

import pytest
from datasets import load_from_disk

from mistudio.core.errors import DiskFull, HubNameInvalid, HubUnreachable
from mistudio.pipeline.hub.shapes import DownloadLimits
from tests.hub.fixtures import LocalHub
from tests.hub.samples import rows
from tests.hub.state import GOOD_TOKEN
from tests.pipeline.hub.running import LIMITS, Report, run


def test_one_split_of_one_config_is_all_that_is_fetched(hub: LocalHub, tmp_path: Path) -> None:
    summary = run(hub.endpoint, tmp_path, name="acme/tiny", config="plain", split="train")
    fetched = [entry.path.split("/resolve/")[1].partition("/")[2] for entry in hub.state.requests("/resolve/")]
    assert sorted(fetched) == [
        "README.md",
        "plain/train-00000-of-00002.parquet",
        "plain/train-00001-of-00002.parquet",
    ]
    loaded = load_from_disk(str(tmp_path / "out"))
    assert loaded["train"].to_list() == [*rows(1000, 1), *rows(1000, 2)]
    assert list(loaded) == ["train"]
    assert (summary.num_samples, summary.splits["train"].num_samples) == (2000, 2000)
    assert summary.schema_.text_columns == ["text"]


def test_the_source_says_how_to_have_it_again(hub: LocalHub, tmp_path: Path) -> None:
    source = run(hub.endpoint, tmp_path, name="acme/tiny", token=GOOD_TOKEN, revision="main").source
    repository = hub.state.repositories["datasets", "acme/tiny"]
    assert source.revision == repository.branches["main"]
    assert (source.repo_id, source.config, source.split) == ("acme/tiny", "plain", None)
    assert (source.requested_revision, source.license, source.access_token_used) == ("main", "mit", True)
    assert GOOD_TOKEN not in source.model_dump_json()


def test_all_splits_come_in_the_order_of_the_card(hub: LocalHub, tmp_path: Path) -> None:
    summary = run(hub.endpoint, tmp_path, name="acme/tiny", split="all")
    assert {name: split.num_samples for name, split in summary.splits.items()} == {"train": 2000, "test": 300}
    assert json.loads((tmp_path / "out/dataset_dict.json").read_text()) == {"splits": ["train", "test"]}


def test_the_same_commit_gives_the_same_fingerprint(hub: LocalHub, tmp_path: Path) -> None:
    first = run(hub.endpoint, tmp_path / "1", name="acme/converted")
    again = run(hub.endpoint, tmp_path / "2", name="acme/converted")
    assert first.fingerprint == again.fingerprint
    assert first.source.revision == again.source.revision


def test_progress_counts_the_bytes_of_the_files_and_the_rows(hub: LocalHub, tmp_path: Path) -> None:
    report = Report()
    run(hub.endpoint, tmp_path, name="acme/large", progress=report)
    size = hub.state.repositories["datasets", "acme/large"].commits.popitem()[1]["train.parquet"].size
    downloading = report.of("downloading")
    assert downloading == sorted(downloading)
    assert downloading[-1] == size
    assert {total for stage, _, total, _ in report.lines if stage == "downloading"} == {size}
    assert [line for line in report.lines if line[0] == "reading"][-1] == ("reading", 60_000, 60_000, "rows")


class Cancelled(Exception):
    pass


def test_a_cancelled_download_stops_at_once(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.fault("GET /files/", "slow", rate=50_000)

    def cancel(stage: str, done: int, total: int | None, unit: str) -> None:
        if stage == "downloading" and done:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(hub.endpoint, tmp_path, name="acme/large", progress=cancel)
    assert not (tmp_path / "out").exists()


def test_a_cancelled_download_does_not_wait_for_a_silent_server(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.fault("GET /files/", "stall", after=1000)
    asked = []

    def cancel(stage: str, done: int, total: int | None, unit: str) -> None:
        asked.append(stage)
        if stage == "downloading":
            raise Cancelled

    limits = LIMITS.model_copy(update={"silence_s": 5.0})
    with pytest.raises(Cancelled):
        run(hub.endpoint, tmp_path, name="acme/large", progress=cancel, limits=limits)
    assert asked.count("downloading") == 1


def test_a_download_that_would_fill_the_disk_is_refused_before_it_starts(hub: LocalHub, tmp_path: Path) -> None:
    limits = DownloadLimits(free_disk_bytes=2**60)
    with pytest.raises(DiskFull) as raised:
        run(hub.endpoint, tmp_path, name="acme/tiny", limits=limits)
    assert raised.value.extra["needed"] == 230_000 + 82_927
    assert raised.value.extra["free"] > 0
    assert not hub.state.requests("/files/")


def test_a_disk_that_fills_up_on_the_way_is_said_to_be_full(hub: LocalHub, tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    repository = hub.state.repositories["datasets", "acme/large"]
    oid = next(iter(repository.commits.values()))["train.parquet"].sha256
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / oid).symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        run(hub.endpoint, tmp_path, name="acme/large")


def test_a_folder_of_the_same_name_is_not_the_dataset(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme/tiny").mkdir(parents=True)
    (tmp_path / "acme/tiny/train.jsonl").write_text('{"secret": "of this server"}\n')
    monkeypatch.chdir(tmp_path)
    summary = run(hub.endpoint, tmp_path / "base", name="acme/tiny", split="test")
    assert "secret" not in summary.schema_.all_columns
    assert summary.num_samples == 300


@pytest.mark.parametrize("name", ["/etc", "../x", "text", "hf://datasets/acme/tiny", "http://127.0.0.1/x", "a/b/c"])
def test_a_path_reaches_no_library_and_no_network(hub: LocalHub, tmp_path: Path, name: str) -> None:
    with pytest.raises(HubNameInvalid):
        run(hub.endpoint, tmp_path, name=name)
    assert not hub.state.log
    assert not list(tmp_path.iterdir())


def test_an_unreachable_hub_is_said_without_a_cache(tmp_path: Path) -> None:
    with pytest.raises(HubUnreachable, match="HF_ENDPOINT"):
        run("http://127.0.0.1:9", tmp_path, name="acme/tiny")


def test_the_token_goes_to_the_hub_alone_and_into_no_log(
    hub: LocalHub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    run(hub.endpoint, tmp_path, name="acme/tiny", token=GOOD_TOKEN)
    origins = {(entry.origin, entry.authorized) for entry in hub.state.log}
    assert origins == {("hub", True), ("files", False)}
    assert GOOD_TOKEN not in caplog.text


def test_nothing_is_kept_in_the_user_s_cache(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_machine")
    home = Path(os.environ.get("HF_HOME", Path.home() / ".cache/huggingface"))
    before = sorted(home.rglob("*")) if home.exists() else []
    run(hub.endpoint, tmp_path, name="acme/tiny")
    assert (sorted(home.rglob("*")) if home.exists() else []) == before
    assert not any(entry.authorized for entry in hub.state.log)
