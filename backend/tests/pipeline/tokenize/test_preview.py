import json
from typing import Any

import pytest

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.tokenize.preview import preview
from mistudio.schemas.metadata import TokenizationConfig, TokenPreviewRow
from tests.strings import adversarial
from tests.tokenizers import folder, loaded

TEXT = "Hello  world, 日本 😀 e\u0301 ﬁn"


def rows(name: str, texts: list[str], **options: object) -> list[TokenPreviewRow]:
    config = TokenizationConfig.model_validate({"tokenizer_name": name, **options})
    return preview(texts, folder(name), config)[1]


@pytest.mark.parametrize("name", ["gpt2", "llama2", "minilm", "unigram", "word_level"])
def test_kept_tokens_are_those_of_a_run(name: str) -> None:
    texts, tokenizer = adversarial(150), with_own_sides(name)
    found = rows(name, texts, max_length=12, padding="do_not_pad")
    expected = tokenizer(texts, max_length=12, truncation=True, verbose=False)["input_ids"]
    assert [[piece.id for piece in row.pieces if not piece.truncated] for row in found] == expected
    assert [row.num_tokens for row in found] == [len(ids) for ids in expected]


def with_own_sides(name: str) -> Any:
    """The tokenizer, whatever sides another test has given it."""
    info, tokenizer = loaded(name).info, loaded(name).tokenizer
    tokenizer.padding_side, tokenizer.truncation_side = info.padding_side, info.truncation_side
    return tokenizer


def test_tokenizers_without_offsets_are_shown_by_their_spelling() -> None:
    (row,) = rows("byt5", ["a é"], max_length=8)
    assert [piece.text for piece in row.pieces[:2]] == ["a", " "]
    assert [piece.special for piece in row.pieces] == [False] * 4 + [True] * 4
    assert (row.num_tokens, row.num_padding) == (5, 3)


@pytest.mark.parametrize("name", ["gpt2", "demo", "llama2", "qwen3", "minilm"])
def test_offsets_point_into_the_text(name: str) -> None:
    texts = adversarial(150)
    for text, row in zip(texts, rows(name, texts, max_length=10_000, padding="do_not_pad"), strict=True):
        assert (row.num_characters, row.num_bytes) == (len(text), len(text.encode()))
        json.dumps(row.model_dump(mode="json")).encode()
        for piece in row.pieces:
            if piece.start is None or piece.end is None:
                assert piece.byte_start is None
                continue
            assert 0 <= piece.start <= piece.end <= len(text)
            assert piece.byte_start is not None
            assert piece.byte_end is not None
            assert len(text[: piece.start].encode()) <= piece.byte_start <= piece.byte_end
            assert piece.byte_end <= len(text[: piece.end].encode())


def test_byte_level_tokens_cover_every_byte_once() -> None:
    texts = adversarial(150)
    shown = rows("demo", texts, max_length=10_000, padding="do_not_pad", add_special_tokens=False)
    for text, row in zip(texts, shown, strict=True):
        borders = [(piece.byte_start, piece.byte_end) for piece in row.pieces]
        assert [start for start, _ in borders] == [0, *(end for _, end in borders)][: len(borders)]
        assert not borders or borders[-1][1] == len(text.encode())


def test_a_character_in_several_tokens_is_shown_byte_by_byte() -> None:
    (row,) = rows("demo", ["日"], padding="do_not_pad", add_special_tokens=False)
    assert [piece.text for piece in row.pieces] == ["\\xe6", "\\x97", "\\xa5"]
    assert [(piece.start, piece.end) for piece in row.pieces] == [(0, 1)] * 3
    assert [(piece.byte_start, piece.byte_end) for piece in row.pieces] == [(0, 1), (1, 2), (2, 3)]
    assert [piece.partial for piece in row.pieces] == [True, True, False]


def test_special_truncated_and_padding_tokens_are_said_to_be() -> None:
    first, second = rows("minilm", ["one two three four five", "one"], max_length=5)
    assert [piece.token for piece in first.pieces] == ["[CLS]", "one", "two", "three", "four", "five", "[SEP]"]
    assert [piece.special for piece in first.pieces] == [True, *[False] * 5, True]
    assert [piece.truncated for piece in first.pieces] == [*[False] * 4, True, True, False]
    assert (first.num_tokens, first.num_truncated, first.num_padding) == (5, 2, 0)
    assert [piece.padding for piece in second.pieces] == [False] * 3 + [True] * 2
    assert second.num_padding == 2
    assert first.pieces[0].start is None


def test_the_left_side_is_cut_and_padded_where_the_tokenizer_does_so() -> None:
    long, short = rows("word_level", ["the a of to in", "the"], max_length=5)
    assert [piece.truncated for piece in long.pieces] == [False, False, True, True, True, False, False, False]
    assert [piece.padding for piece in short.pieces] == [True, False, False, False, False]


def test_longest_pads_to_the_longest_of_the_texts() -> None:
    assert [row.num_padding for row in rows("gpt2", ["a", "a b c"], padding="longest")] == [2, 0]
    assert [row.num_padding for row in rows("gpt2", [], padding="longest")] == []


def test_only_a_part_of_much_padding_is_shown() -> None:
    (row,) = rows("gpt2", ["a"], max_length=100_000)
    assert row.num_padding == 99_999
    assert len(row.pieces) == 65


def test_windows_lose_nothing_and_packing_neither_cuts_nor_pads() -> None:
    (row,) = rows("gpt2", ["a b c d e f"], max_length=3, stride=1)
    assert row.num_truncated == 0
    (row,) = rows("gpt2", ["a b c d e f"], packing={"context_size": 2})
    assert (row.num_truncated, row.num_padding) == (0, 0)


def test_a_text_is_a_message_where_a_template_is_asked_for() -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    one, two = rows("qwen3", ["Hi", json.dumps(messages)], chat_template={}, padding="do_not_pad")
    tokenizer = loaded("qwen3").tokenizer
    assert [piece.id for piece in one.pieces] == tokenizer.apply_chat_template(messages[:1])["input_ids"]
    assert [piece.id for piece in two.pieces] == tokenizer.apply_chat_template(messages)["input_ids"]


def test_only_second_refuses_long_texts_here_too() -> None:
    with pytest.raises(OptionNotSupported):
        rows("gpt2", ["a b c"], max_length=2, truncation="only_second")
