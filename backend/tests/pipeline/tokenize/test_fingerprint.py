from typing import Any

import pytest

from mistudio.pipeline.tokenize.fingerprint import fingerprint
from mistudio.schemas.metadata import TokenizationConfig


def of(columns: list[str] | None = None, separator: str = "\n", **options: Any) -> str:
    config = TokenizationConfig.model_validate({"tokenizer_name": "a", **options})
    return fingerprint("raw", "tokenizer", config, columns or ["text"], separator)


PACKED = {"packing": {"context_size": 8}}
FREE = {"padding": "do_not_pad", "truncation": "do_not_truncate"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"tokenizer_name": "b", "tokenizer_revision": "main"}),
        (FREE, {**FREE, "max_length": 9}),
        ({**FREE, "padding": "longest"}, {**FREE, "padding": "longest", "max_length": 9}),
        ({}, {"truncation": "only_first"}),
        ({}, {"pad_to_multiple_of": 1}),
        ({"padding": "do_not_pad"}, {"padding": "do_not_pad", "pad_to_multiple_of": 8}),
        (PACKED, {**PACKED, "return_attention_mask": False}),
        (PACKED, {"packing": {"context_size": 8, "seed": 5}}),
        ({"chat_template": {}}, {"chat_template": {}, "add_special_tokens": False}),
        ({}, {"separator": " "}),
    ],
)
def test_what_has_no_effect_does_not_count(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert of(**one) == of(**other)


def test_everything_else_counts() -> None:
    variants: list[dict[str, Any]] = [
        {},
        FREE,
        {"max_length": 9},
        {"padding": "longest"},
        {"truncation": "only_second"},
        {"truncation": "do_not_truncate"},
        {"add_special_tokens": False},
        {"return_attention_mask": False},
        {"pad_to_multiple_of": 8},
        {"stride": 0},
        {"stride": 4},
        PACKED,
        {"packing": {"context_size": 8, "shuffle": True}},
        {"packing": {"context_size": 8, "shuffle": True, "seed": 5}},
        {"packing": {"context_size": 8, "begin_batch_token": None}},
        {"chat_template": {}},
        {"chat_template": {"add_generation_prompt": True}},
        {"columns": ["a", "b"]},
        {"columns": ["b", "a"]},
        {"columns": ["a", "b"], "separator": " "},
    ]
    found = [of(**variant) for variant in variants]
    assert len(set(found)) == len(variants)
    config = TokenizationConfig(tokenizer_name="a")
    found += [
        fingerprint("raw2", "tokenizer", config, ["text"]),
        fingerprint("raw", "tokenizer2", config, ["text"]),
    ]
    assert len(set(found)) == len(variants) + 2
