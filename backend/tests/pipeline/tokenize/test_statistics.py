from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.pipeline.tokenize.engines.base import from_lists, text_buffers
from mistudio.pipeline.tokenize.statistics import Statistics, printable
from tests.tokenizers import loaded

VOCABULARY = 12
rows_of_ids = st.lists(st.lists(st.integers(0, VOCABULARY - 1), max_size=9), max_size=9)


def counted(rows: list[list[int]], padding: int = 0) -> Statistics:
    statistics = Statistics(VOCABULARY)
    flat = from_lists(rows)
    statistics.add_rows(flat, len(flat.ids) + padding)
    statistics.add_truncation(flat.lengths() + 1, flat.lengths())
    return statistics


def facts(statistics: Statistics) -> dict[str, list[object]]:
    return {name: array.tolist() for name, array in statistics.arrays().items()}


@given(rows_of_ids, rows_of_ids, rows_of_ids)
def test_merging_is_associative_and_commutative(a: list[list[int]], b: list[list[int]], c: list[list[int]]) -> None:
    left, right = counted(a), counted(b)
    left.merge(right)
    left.merge(counted(c))
    other = counted(c)
    inner = counted(b)
    inner.merge(counted(a))
    other.merge(inner)
    assert facts(left) == facts(other) == facts(counted([*a, *b, *c]))
    assert facts(Statistics.of_arrays(left.arrays())) == facts(left)


@given(rows_of_ids.filter(len), st.integers(0, 50))
def test_numbers_are_those_of_the_rows(rows: list[list[int]], padding: int) -> None:
    result = counted(rows, padding).result(loaded("minilm").tokenizer)
    lengths, ids = [len(row) for row in rows], [i for row in rows for i in row]
    assert result.num_tokens == len(ids)
    assert result.num_samples == len(rows)
    assert result.avg_seq_length == pytest.approx(np.mean(lengths))
    assert (result.min_seq_length, result.max_seq_length) == (min(lengths), max(lengths))
    assert result.median_seq_length == np.median(lengths)
    assert result.unique_tokens == result.vocab_size == len(set(ids))
    assert result.unused_tokens == VOCABULARY - len(set(ids))
    assert result.padding_tokens == padding
    assert result.padding_share == (padding / (padding + len(ids)) if padding + len(ids) else 0)
    assert {top.id: top.count for top in result.top_tokens} == Counter(ids)
    assert [count for _, count in result.frequency_curve] == sorted(Counter(ids).values(), reverse=True)
    assert (result.samples_truncated, result.tokens_lost) == (len(rows), len(rows))
    assert sum(result.length_distribution.values()) == len(rows)


@given(st.lists(st.text(), max_size=10))
def test_characters_are_code_points(texts: list[str]) -> None:
    import pyarrow as pa

    statistics = Statistics(VOCABULARY)
    data, offsets = text_buffers(pa.array(texts, pa.string()))
    statistics.add_source(data, np.diff(offsets))
    assert statistics.num_characters == sum(map(len, texts))
    assert statistics.num_bytes == sum(len(text.encode()) for text in texts)
    assert statistics.empty_samples == texts.count("")


def test_an_id_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the vocabulary"):
        counted([[VOCABULARY]])


def test_the_unknown_token_counts_only_where_it_means_unknown() -> None:
    minilm, gpt2 = loaded("minilm"), loaded("gpt2")
    statistics = Statistics(minilm.info.vocab_size)
    flat = from_lists([[minilm.tokenizer.unk_token_id, 5]])
    statistics.add_rows(flat, 2)
    assert statistics.result(minilm.tokenizer).unknown_tokens == 1
    statistics = Statistics(gpt2.info.vocab_size)
    statistics.add_rows(from_lists([[gpt2.tokenizer.unk_token_id, 5]]), 2)
    assert statistics.result(gpt2.tokenizer).unknown_tokens == 0


def test_empty_statistics_are_zeros() -> None:
    result = Statistics(VOCABULARY).result(loaded("gpt2").tokenizer)
    assert (result.num_tokens, result.num_samples, result.avg_seq_length, result.characters_per_token) == (
        0,
        0,
        0,
        None,
    )


def test_printable_tokens_fit_json_and_the_database() -> None:
    assert printable("a\x00b") == "a\u2400b"
    assert printable("\ud800") == "?"
    assert printable(None) == ""
