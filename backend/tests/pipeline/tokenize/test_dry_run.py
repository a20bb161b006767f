import random
from pathlib import Path
from typing import Any

import pytest

from mistudio.core.errors import ColumnNotFound
from mistudio.pipeline.tokenize.dry_run import dry_run
from mistudio.schemas.metadata import DryRun, Estimate, TokenizationConfig
from tests.pipeline.tokenize.conftest import MakeRaw
from tests.pipeline.tokenize.running import run
from tests.tokenizers import folder


def estimate(raw: Path, columns: list[str] | None = None, **options: Any) -> DryRun:
    return dry_run(
        raw,
        folder("demo"),
        TokenizationConfig.model_validate({"tokenizer_name": "demo", **options}),
        tokenizer_name="demo",
        tokenizer_revision=None,
        text_columns=columns or ["text"],
        separator="\n",
        threads=2,
    )


def texts(count: int) -> list[str]:
    rng = random.Random(3)
    words = [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "that",
        "for",
        "it",
        "as",
        "was",
        "with",
        "be",
        "by",
        "on",
        "not",
    ]
    return [" ".join(rng.choices(words, k=int(rng.lognormvariate(3, 0.8)) + 1)) for _ in range(count)]


@pytest.fixture(scope="module")
def many() -> list[str]:
    return texts(30_000)


OPTIONS: list[dict[str, Any]] = [
    {"max_length": 32},
    {"max_length": 16, "padding": "do_not_pad", "stride": 4},
    {"packing": {"context_size": 128, "shuffle": True}},
    {"padding": "longest"},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_intervals_hold_what_a_run_then_gives(
    options: dict[str, Any], many: list[str], make_raw: MakeRaw, tmp_path: Path
) -> None:
    raw = make_raw({"train": {"text": many[:25_000]}, "test": {"text": many[25_000:]}})
    found = estimate(raw, **options)
    result = run(raw, tmp_path / "out", **options)
    total = result.statistics.total

    def holds(what: Estimate, truth: float, slack: float) -> bool:
        # Twice the interval: a right 95 % interval may fail, a wrong estimate should.
        return what.low - slack - (what.value - what.low) <= truth <= what.high + slack + (what.high - what.value)

    arrow = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*.arrow"))
    assert found.sampled_samples <= found.total_samples == 30_000
    assert holds(found.num_tokens, total.num_tokens, slack=256)
    assert holds(found.num_rows, total.num_samples, slack=2)
    assert holds(found.size_bytes, arrow, slack=0.02 * arrow)
    assert holds(found.padding_share, total.padding_share, slack=0.001)
    if "packing" not in options:
        before = total.num_tokens + total.tokens_lost
        assert holds(found.tokens_lost_share, total.tokens_lost / before, slack=0.001)
    assert found.duration_s.low <= found.duration_s.value <= found.duration_s.high
    assert found.engine.name == "fastokens"


def test_a_small_dataset_is_counted_whole(make_raw: MakeRaw, tmp_path: Path) -> None:
    raw = make_raw({"train": {"text": texts(40)}})
    found = estimate(raw, max_length=32)
    total = run(raw, tmp_path / "out", max_length=32).statistics.total
    assert found.sampled_samples == found.total_samples == 40
    assert found.num_tokens == Estimate(value=total.num_tokens, low=total.num_tokens, high=total.num_tokens)
    assert found.truncation_curve == total.truncation_curve


def test_the_first_errors_are_those_of_a_run(make_raw: MakeRaw) -> None:
    with pytest.raises(ColumnNotFound):
        estimate(make_raw({"train": {"text": ["a"]}}), columns=["txet"])
