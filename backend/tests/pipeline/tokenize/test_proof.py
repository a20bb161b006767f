"""An engine that gives one wrong token, or one shifted offset, never reaches the result."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from datasets import load_from_disk

from mistudio.core.errors import NotExact
from mistudio.pipeline.tokenize import layout, prepare
from mistudio.pipeline.tokenize.engines.base import Engine, EngineFailed, Flat
from mistudio.pipeline.tokenize.engines.fast import FastokensEngine
from mistudio.pipeline.tokenize.proof import CANARY, GuardedEngine, canary, prove_engine
from mistudio.pipeline.tokenize.rows import FlatEncoder
from tests.pipeline.tokenize.conftest import MakeRaw
from tests.pipeline.tokenize.running import run
from tests.tokenizers import loaded

TEXTS = [f"Document {i} says something about number {i * 7}." for i in range(900)]


class PanicException(BaseException):
    """As Rust's looks from outside."""


def wrong_id(flat: Flat) -> Flat:
    ids = flat.ids.copy()
    ids[len(ids) // 2] += 1
    return flat._replace(ids=ids)


def shifted_offset(flat: Flat) -> Flat:
    offsets = flat.offsets.copy()
    offsets[len(offsets) // 2] += 1
    return flat._replace(offsets=offsets)


def lost_token(flat: Flat) -> Flat:
    return flat._replace(ids=flat.ids[:-1])


def backwards(flat: Flat) -> Flat:
    offsets = flat.offsets.copy()
    offsets[1:3] = offsets[1:3][::-1]
    return flat._replace(offsets=offsets)


def outside(flat: Flat) -> Flat:
    ids = flat.ids.copy()
    ids[len(ids) // 2] = 10**6
    return flat._replace(ids=ids)


def failing(flat: Flat) -> Flat:
    raise RuntimeError("a limit was reached")


def panicking(flat: Flat) -> Flat:
    raise PanicException("index out of bounds")


MUTATIONS = [wrong_id, shifted_offset, lost_token, backwards, outside, failing, panicking]


class Mutated(FastokensEngine):
    """Right for the first calls, then wrong in each."""

    mutation: Any = staticmethod(wrong_id)
    right_calls = 0

    def encode(self, texts: pa.Array) -> Flat:
        flat = super().encode(texts)
        type(self).right_calls -= 1
        return flat if self.right_calls >= 0 or len(texts) < 3 else type(self).mutation(flat)


def use(monkeypatch: pytest.MonkeyPatch, mutation: Any, right_calls: int) -> None:
    monkeypatch.setattr(Mutated, "mutation", staticmethod(mutation))
    monkeypatch.setattr(Mutated, "right_calls", right_calls)
    monkeypatch.setattr(prepare, "fast_engines", lambda tokenizer: [Mutated])


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_wrong_engine_is_found_at_the_start(
    mutation: Any, make_raw: MakeRaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, mutation, right_calls=0)
    result = run(make_raw({"train": {"text": TEXTS}}), tmp_path / "out", padding="do_not_pad")
    assert result.engine.name == "tokenizers"
    assert result.engine.fallback_reason is not None
    assert "fastokens" in result.engine.fallback_reason
    made = load_from_disk(str(tmp_path / "out"))["train"]["input_ids"][:]
    assert made == loaded("demo").tokenizer(TEXTS)["input_ids"]


def every_id(flat: Flat) -> Flat:
    return flat._replace(ids=flat.ids ^ 1)


@pytest.mark.parametrize("mutation", [every_id, shifted_offset, lost_token, outside, failing, panicking])
def test_an_engine_that_goes_wrong_later_is_found_and_all_shards_are_redone(
    mutation: Any, make_raw: MakeRaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start is right, then each shard's sample shows it; a shard here has no more rows than its sample."""
    monkeypatch.setattr(layout, "SHARD_ROWS", 8)
    use(monkeypatch, mutation, right_calls=10)
    seen: list[int] = []
    result = run(
        make_raw({"train": {"text": TEXTS}}),
        tmp_path / "out",
        padding="do_not_pad",
        progress=lambda stage, done, total, unit: seen.append(done),
    )
    assert result.engine.name == "tokenizers"
    assert result.engine.fallback_reason is not None
    assert seen.count(0) == 2, "the work began anew"
    made = load_from_disk(str(tmp_path / "out"))["train"]["input_ids"][:]
    assert made == loaded("demo").tokenizer(TEXTS)["input_ids"]


def test_rows_that_differ_from_transformers_fail_the_run(
    make_raw: MakeRaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the engine but our own shaping of rows goes wrong, with either engine."""
    monkeypatch.setattr(layout, "SHARD_ROWS", 8)
    shape = FlatEncoder.encode
    calls = []

    def later_wrong(self: FlatEncoder, texts: pa.Array, marks: Any = None) -> Any:
        rows = shape(self, texts, marks)
        calls.append(len(texts))
        if len(texts) == 8:  # a shard, not a proof
            rows.flat = rows.flat._replace(ids=rows.flat.ids ^ 1)
        return rows

    monkeypatch.setattr(FlatEncoder, "encode", later_wrong)
    with pytest.raises(NotExact):
        run(make_raw({"train": {"text": TEXTS}}), tmp_path / "out")


def test_the_canary_holds_the_tokenizers_own_special_tokens_and_a_long_word() -> None:
    texts = canary(loaded("minilm"), longest=10**9)
    assert set(CANARY) <= set(texts)
    assert any("[MASK]a [MASK][MASK]" in text for text in texts)
    assert len(texts[-1]) == 1_000_000
    assert len(canary(loaded("minilm"), longest=5000)[-1]) == 5000


@pytest.mark.parametrize("name", ["gpt2", "llama2", "minilm"])
def test_right_engines_pass(name: str) -> None:
    tokenizer = loaded(name)
    assert tokenizer.backend_json is not None
    engine: Engine = GuardedEngine(prepare.fast_engines(tokenizer)[0](tokenizer.backend_json))
    prove_engine(engine, tokenizer, canary(tokenizer, longest=10_000))


def test_a_difference_names_the_text() -> None:
    class Swapped:
        name, version, chunk_bytes = "swapped", "1", 1000

        def encode(self, texts: pa.Array) -> Flat:
            return Flat(np.zeros(len(texts), np.int32), np.arange(len(texts) + 1))

        def close(self) -> None: ...

    with pytest.raises(EngineFailed, match="swapped differs from tokenizers on 'hello'"):
        prove_engine(Swapped(), loaded("gpt2"), ["hello"])
