"""A crash costs one shard: finished ones of earlier attempts are taken over, damaged and foreign ones are not."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from mistudio.pipeline.tokenize import layout, steps
from tests.pipeline.tokenize.conftest import MakeRaw
from tests.pipeline.tokenize.running import run
from tests.strings import adversarial

TEXTS = adversarial(400)


class Crash(Exception):
    pass


@pytest.fixture
def raw(make_raw: MakeRaw, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(layout, "SHARD_ROWS", 50)
    return make_raw({"train": {"text": TEXTS}, "test": {"text": TEXTS[:70]}})


def crash_after(rows: int) -> Any:
    def progress(stage: str, done: int, total: int | None, unit: str) -> None:
        if done > rows:
            raise Crash

    return progress


def encoded_rows(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The shards that are tokenized anew from here on."""
    seen: list[tuple[str, int]] = []
    original = steps.encode_chunk

    def note(plan: Any, source: Any, rows: Any, checked: Any) -> Any:
        seen.append((source.name, rows.start))
        return original(plan, source, rows, checked)

    monkeypatch.setattr(steps, "encode_chunk", note)
    return seen


OPTIONS: list[dict[str, Any]] = [
    {"max_length": 24},
    {"padding": "do_not_pad", "stride": 2, "max_length": 16},
    {"packing": {"context_size": 64}},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_finished_shards_are_taken_over(
    options: dict[str, Any], raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(raw, tmp_path / "whole", **options)
    with pytest.raises(Crash):
        run(raw, tmp_path / "first", progress=crash_after(210), **options)
    seen = encoded_rows(monkeypatch)
    result = run(raw, tmp_path / "second", previous=[tmp_path / "first"], **options)

    assert min(start for split, start in seen if split == "train") >= 200
    assert result.content_hash == whole.content_hash
    assert result.statistics == whole.statistics
    assert (
        load_from_disk(str(tmp_path / "second"))["train"].num_rows == whole.statistics.split_distribution["train"]
    )
    assert not (tmp_path / "second" / ".shards").exists()
    first = tmp_path / "first" / "train" / "data-00000-of-00008.arrow"
    assert first.samefile(tmp_path / "second" / "train" / first.name)


def test_the_first_attempt_may_go_afterwards(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(Crash):
        run(raw, tmp_path / "first", progress=crash_after(210))
    run(raw, tmp_path / "second", previous=[tmp_path / "first"])
    shutil.rmtree(tmp_path / "first")
    assert len(load_from_disk(str(tmp_path / "second"))["train"]["input_ids"][:]) == len(TEXTS)


@pytest.mark.parametrize("damage", ["flip", "cut", "manifest", "gone"])
def test_a_damaged_shard_is_made_anew(
    damage: str, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(raw, tmp_path / "whole")
    with pytest.raises(Crash):
        run(raw, tmp_path / "first", progress=crash_after(210))
    shard = tmp_path / "first" / "train" / "data-00001-of-00008.arrow"
    manifest = tmp_path / "first" / ".shards" / "train" / "00001.npz"
    data = bytearray(shard.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
        shard.write_bytes(data)
    elif damage == "cut":
        shard.write_bytes(data[: len(data) // 2])
    elif damage == "manifest":
        manifest.write_bytes(manifest.read_bytes()[:100])
    else:
        shard.unlink()
    seen = encoded_rows(monkeypatch)
    result = run(raw, tmp_path / "second", previous=[tmp_path / "first"])
    assert ("train", 50) in seen
    assert ("train", 0) not in seen
    assert result.content_hash == whole.content_hash


def test_shards_of_another_configuration_are_left_alone(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Crash):
        run(raw, tmp_path / "first", progress=crash_after(210), max_length=32)
    seen = encoded_rows(monkeypatch)
    run(raw, tmp_path / "second", previous=[tmp_path / "first"], max_length=31)
    assert ("train", 0) in seen
