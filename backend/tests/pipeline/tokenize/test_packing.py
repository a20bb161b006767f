import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.tokenize.engines.base import from_lists
from mistudio.pipeline.tokenize.packing import Packer, PackingTokens, packing_tokens
from mistudio.schemas.metadata import PackingConfig
from tests.tokenizers import loaded

documents_of_ids = st.lists(st.lists(st.integers(0, 5), max_size=9), max_size=12)
policy = st.one_of(st.none(), st.integers(0, 5))


def pack(tokens: PackingTokens, documents: list[list[int]], cuts: tuple[int, ...] = ()) -> tuple[list[Any], Packer]:
    """Rows as dictionaries. cuts: where the documents are divided into several calls."""
    packer, rows = Packer(tokens), []
    borders = [0, *sorted(cut for cut in cuts if cut <= len(documents)), len(documents)]
    for start, stop in itertools.pairwise(borders):
        rows += packer.feed(from_lists(documents[start:stop]), np.arange(start, stop)).to_pylist()
    return rows, packer


def one_by_one(tokens: PackingTokens, documents: list[list[int]]) -> tuple[list[list[int]], list[int]]:
    """The same rows, and the remainder, made token by token."""
    stream: list[tuple[int, bool]] = []  # token, and whether it only separates
    for document in documents:
        if not document:
            continue
        if tokens.begin_sequence is not None and document[0] != tokens.begin_sequence:
            document = [tokens.begin_sequence, *document]
        if stream and tokens.separator is not None and document[0] != tokens.separator:
            stream.append((tokens.separator, True))
        stream += [(token, False) for token in document]
    rows: list[list[int]] = []
    row: list[int] = []
    for token, separates in stream:
        if not row:
            if separates:
                continue
            if tokens.begin_batch is not None and token != tokens.begin_batch:
                row = [tokens.begin_batch]
        row.append(token)
        if len(row) == tokens.context_size:
            rows.append(row)
            row = []
    return rows, row


@given(documents_of_ids, st.integers(2, 7), policy, policy, policy, st.tuples(*[st.integers(0, 12)] * 3))
def test_rows_are_those_of_packing_token_by_token(
    documents: list[list[int]],
    size: int,
    begin_batch: int | None,
    begin_sequence: int | None,
    separator: int | None,
    cuts: tuple[int, ...],
) -> None:
    tokens = PackingTokens(size, begin_batch, begin_sequence, separator)
    rows, packer = pack(tokens, documents, cuts)
    expected, remainder = one_by_one(tokens, documents)
    assert [row["input_ids"] for row in rows] == expected
    left = packer.rest.ids.tolist()
    assert len(left) - len(packer.rest.separators) <= len(remainder) or left == remainder
    assert len(left) < size + 2


@given(documents_of_ids, st.integers(1, 7), st.tuples(*[st.integers(0, 12)] * 3))
def test_without_extra_tokens_nothing_is_added_and_only_the_end_is_lost(
    documents: list[list[int]], size: int, cuts: tuple[int, ...]
) -> None:
    rows, packer = pack(PackingTokens(size, None, None, None), documents, cuts)
    joined = [token for document in documents for token in document]
    found = [token for row in rows for token in row["input_ids"]]
    assert found == joined[: len(joined) // size * size]
    assert packer.rest.ids.tolist() == joined[len(found) :]


@given(documents_of_ids, st.integers(2, 7), policy, policy, policy)
def test_the_map_leads_from_rows_to_documents(
    documents: list[list[int]],
    size: int,
    begin_batch: int | None,
    begin_sequence: int | None,
    separator: int | None,
) -> None:
    rows, _ = pack(PackingTokens(size, begin_batch, begin_sequence, separator), documents)
    seen: list[int] = []
    for row in rows:
        assert row["document_starts"][0] == 0
        assert row["document_starts"] == sorted(set(row["document_starts"]))
        assert row["document_ids"] == sorted(set(row["document_ids"]))
        for number, start in zip(row["document_ids"], row["document_starts"], strict=True):
            if number not in seen and start > 0:
                first = documents[number][0] if begin_sequence is None else begin_sequence
                assert row["input_ids"][start] == first
            seen.append(number)
    filled = [i for i, document in enumerate(documents) if document]
    assert list(dict.fromkeys(seen)) == filled[: len(set(seen))]


def test_a_document_is_followed_over_rows() -> None:
    rows, packer = pack(PackingTokens(4, 9, None, 8), [[1], [2] * 7, [], [3, 3]])
    assert [row["input_ids"] for row in rows] == [[9, 1, 8, 2], [9, 2, 2, 2], [9, 2, 2, 2]]
    assert [row["document_ids"] for row in rows] == [[0, 1], [1], [1]]
    assert [row["document_starts"] for row in rows] == [[0, 3], [0], [0]]
    assert packer.rest.ids.tolist() == [8, 3, 3]


def test_a_begin_token_of_id_0_is_a_token() -> None:
    rows, _ = pack(PackingTokens(3, 0, None, 0), [[1, 2, 3], [0, 4], [5]])
    assert [row["input_ids"] for row in rows] == [[0, 1, 2], [0, 3, 0], [0, 4, 0]]


def test_a_begin_of_sequence_that_does_not_fit_opens_the_next_row() -> None:
    rows, _ = pack(PackingTokens(4, 7, 7, 8), [[1, 2], [3, 4]])
    assert [row["input_ids"] for row in rows] == [[7, 1, 2, 8]]
    rows, _ = pack(PackingTokens(4, 7, 7, 8), [[1, 2], [3, 4, 5]])
    assert [row["input_ids"] for row in rows] == [[7, 1, 2, 8], [7, 3, 4, 5]]


def test_documents_of_one_token() -> None:
    rows, packer = pack(PackingTokens(5, 1, None, 2), [[3]] * 7)
    assert [row["input_ids"] for row in rows] == [[1, 3, 2, 3, 2], [1, 3, 2, 3, 2], [1, 3, 2, 3, 2]]
    assert [row["document_ids"] for row in rows] == [[0, 1], [2, 3], [4, 5]]
    assert packer.rest.ids.tolist() == [3]


def test_a_document_of_twelve_million_tokens_takes_bounded_memory() -> None:
    import tracemalloc

    huge = np.arange(12_000_000, dtype=np.int32) % 1000
    flat = from_lists([[]])._replace(ids=huge, offsets=np.array([0, len(huge)]))
    packer = Packer(PackingTokens(1024, 5, None, 5))
    tracemalloc.start()
    batch = packer.feed(flat, np.array([0]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    rows = batch.column(0).flatten().to_numpy().reshape(-1, 1024)
    assert (rows[:, 0] == 5).all()
    assert len(rows) * 1023 + len(packer.rest.ids) >= len(huge) - len(rows)
    assert peak < 12 * huge.nbytes


def test_policies_become_the_tokenizers_ids() -> None:
    config = PackingConfig(
        context_size=8, begin_batch_token="bos", begin_sequence_token=7, sequence_separator_token="eos"
    )
    assert packing_tokens(config, loaded("llama2")) == PackingTokens(8, 1, 7, 2)
    # Qwen has no BOS: then there is none.
    assert packing_tokens(config, loaded("qwen3")).begin_batch is None


def test_ids_outside_the_vocabulary_and_rows_of_nothing_but_begin_tokens_are_refused() -> None:
    with pytest.raises(OptionNotSupported, match="outside the vocabulary"):
        packing_tokens(PackingConfig(context_size=8, sequence_separator_token=50_257), loaded("gpt2"))
    with pytest.raises(OptionNotSupported, match="no room"):
        packing_tokens(PackingConfig(context_size=1), loaded("gpt2"))
