"""Every option beside transformers itself: the same rows, or an error of ours where it has an error or nonsense."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import AppError, MaxLengthTooShort, NoPadToken, OptionNotSupported
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.tokenize.options import resolve
from mistudio.schemas.metadata import TokenizationConfig
from tests.pipeline.tokenize.against import ours, theirs, with_sides
from tests.strings import adversarial
from tests.tokenizers import REAL, TRAINED, folder, loaded

TEXTS = [text[:120] for text in adversarial(110)]
SHORT = [*[text for text in TEXTS if len(text) < 3][:6], "a", "b c"]

CHOICES: dict[str, list[Any]] = {
    "padding": ["longest", "max_length", "do_not_pad"],
    "truncation": ["longest_first", "only_first", "only_second", "do_not_truncate"],
    "add_special_tokens": [True, False],
    "return_attention_mask": [True, False],
    "pad_to_multiple_of": [None, 8],
    "max_length": [1, 2, 3, 5, 16, 64],
    "stride": [None, 0, 2],
    "padding_side": ["left", "right"],
    "truncation_side": ["left", "right"],
    "texts": ["all", "short"],
}


def combinations(share: float) -> Iterator[dict[str, Any]]:
    """A random share of all combinations that the request's own validation lets through."""
    rng = random.Random(0)
    for values in itertools.product(*CHOICES.values()):
        if rng.random() > share:
            continue
        chosen = dict(zip(CHOICES, values, strict=True))
        stride = chosen["stride"]
        if stride is None or (chosen["truncation"] != "do_not_truncate" and stride < chosen["max_length"]):
            yield chosen


def assert_equal(name: str, chosen: dict[str, Any], texts: list[str]) -> None:
    given = {key: value for key, value in chosen.items() if not key.endswith("_side") and key != "texts"}
    tokenizer = with_sides(loaded(name), chosen["padding_side"], chosen["truncation_side"])
    config = TokenizationConfig(tokenizer_name=name, **given)
    found = ours(tokenizer, config, texts)
    if isinstance(found, AppError):
        assert isinstance(found, MaxLengthTooShort | OptionNotSupported), chosen
        if is_refused_rightly(name, config, found):
            return
    assert found == theirs(tokenizer, config, texts), chosen


def is_refused_rightly(name: str, config: TokenizationConfig, error: AppError) -> bool:
    """We refuse what transformers refuses, and where it would answer with rows longer than max_length."""
    tokenizer = loaded(name)
    special = tokenizer.tokenizer.num_special_tokens_to_add(False)
    if isinstance(error, MaxLengthTooShort):
        return config.add_special_tokens and config.max_length < special
    multiple = config.pad_to_multiple_of
    return (
        (multiple is not None and config.max_length % multiple != 0)
        or config.truncation == "only_second"
        or (config.stride is not None and not tokenizer.info.is_fast)
        or (config.stride is not None and config.stride >= config.max_length - special)
    )


@pytest.mark.parametrize("name", [*REAL, "unigram", "word_level"])
def test_a_sample_of_all_combinations(name: str) -> None:
    for chosen in combinations(share=0.008):
        assert_equal(name, chosen, TEXTS if chosen["texts"] == "all" else SHORT)


@pytest.mark.filterwarnings("ignore:This sequence already has </s>")
@pytest.mark.parametrize("name", ["doubled", "byt5"])
def test_tokenizers_that_only_transformers_itself_can_serve(name: str) -> None:
    for chosen in combinations(share=0.002):
        assert_equal(name, chosen, SHORT)


@pytest.mark.parametrize("name", ["gpt2", "llama2", "minilm", "word_level"])
@given(
    texts=st.lists(st.text(max_size=40), min_size=1, max_size=8),
    chosen=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}),
)
def test_any_texts_under_any_options(name: str, texts: list[str], chosen: dict[str, Any]) -> None:
    if chosen["stride"] is not None and (
        chosen["truncation"] == "do_not_truncate" or chosen["stride"] >= chosen["max_length"]
    ):
        chosen["stride"] = None
    assert_equal(name, chosen, texts)


def test_only_second_refuses_a_text_that_is_too_long() -> None:
    config = TokenizationConfig(tokenizer_name="gpt2", truncation="only_second", max_length=2, padding="do_not_pad")
    assert ours(loaded("gpt2"), config, ["a", "a b"]) == theirs(loaded("gpt2"), config, ["a", "a b"])
    assert isinstance(ours(loaded("gpt2"), config, ["a", "a b c"]), OptionNotSupported)


def test_padding_without_a_pad_token_uses_the_end_token() -> None:
    fresh = load(folder("gpt2"), "gpt2", None)
    options = resolve(TokenizationConfig(tokenizer_name="gpt2"), fresh)
    assert fresh.pads_with_eos
    assert options.pad_id == fresh.tokenizer.eos_token_id == 50256


def test_padding_without_pad_and_end_token_is_refused() -> None:
    fresh = load(folder("gpt2"), "gpt2", None)
    fresh.tokenizer.eos_token = None
    with pytest.raises(NoPadToken):
        resolve(TokenizationConfig(tokenizer_name="gpt2"), fresh)
    resolve(TokenizationConfig(tokenizer_name="gpt2", padding="do_not_pad"), fresh)


def test_all_tokenizers_of_the_tests_load() -> None:
    families = {loaded(name).info.model_type for name in (*REAL, *TRAINED)}
    assert families == {"BPE", "WordPiece", "Unigram", "WordLevel", "Python"}
