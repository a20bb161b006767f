"""Packing: documents joined and cut into rows of exactly `context_size` tokens.

The tokens come in the order that SAELens' `concat_and_batch_sequences` gives them, with one exception: where both a
separator and a begin-of-sequence token are asked for and only the separator fits at a row's end, SAELens leaves the
second out; here it opens the next row.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.tokenize.engines.base import Flat, Ids
from mistudio.pipeline.tokenize.flat import offsets_of
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.schemas.metadata import PackingConfig, TokenPolicy

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PackingTokens:
    """The ids behind the three policies; None where there is no such token."""

    context_size: int
    begin_batch: int | None
    begin_sequence: int | None
    separator: int | None


def packing_tokens(config: PackingConfig, loaded: LoadedTokenizer) -> PackingTokens:
    """Raises OptionNotSupported where an id lies outside the vocabulary or special tokens fill whole rows.

    A role that the tokenizer lacks ("bos" for a tokenizer without one) means no token.
    """

    def resolve(policy: TokenPolicy) -> int | None:
        if isinstance(policy, int) and policy >= loaded.info.vocab_size:
            raise OptionNotSupported(f"Token id {policy} lies outside the vocabulary of {loaded.info.vocab_size}.")
        if isinstance(policy, str):
            found = loaded.info.special_tokens[f"{policy}_token_id"]
            return found if isinstance(found, int) and found >= 0 else None
        return policy

    tokens = PackingTokens(
        config.context_size,
        resolve(config.begin_batch_token),
        resolve(config.begin_sequence_token),
        resolve(config.sequence_separator_token),
    )
    if tokens.begin_batch is not None and config.context_size < 2:
        raise OptionNotSupported("A row of one token has no room beside the token that begins every row.")
    return tokens


def packed_schema(context_size: int) -> pa.Schema:
    """The columns of packed rows.

    document_ids: the documents (row numbers of the source split) that a row holds, in order.
    document_starts: where in the row each of them begins or goes on; the first is 0. Attention is reset there.
    """
    return pa.schema(
        [
            pa.field("input_ids", pa.list_(pa.int32(), context_size)),
            pa.field("document_ids", pa.list_(pa.int64())),
            pa.field("document_starts", pa.list_(pa.int32())),
        ]
    )


@dataclass
class Stream:
    """Tokens waiting to be cut into rows.

    separators: positions (ascending) of separators, which are dropped where they would open a row.
    starts: position of each document's first token; documents[i] is the number of the one that begins at starts[i].
    A document that goes on from before has a start <= 0.
    """

    ids: Ids = field(default_factory=lambda: np.zeros(0, np.int32))
    separators: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    starts: Positions = field(default_factory=lambda: np.zeros(0, np.int64))
    documents: Positions = field(default_factory=lambda: np.zeros(0, np.int64))


class Packer:
    """Feed documents in order, take rows. Keeps less than one row and one document between calls."""

    def __init__(self, tokens: PackingTokens, rest: Stream | None = None) -> None:
        self.tokens = tokens
        self.rest = rest or Stream()

    def feed(self, documents: Flat, numbers: Positions) -> pa.RecordBatch:
        """The rows that are full now.

        documents: n tokenized documents; empty ones are skipped. numbers: their rows in the split, shape (n,).
        """
        stream = self._append(*_without_empty(documents, numbers))
        begins, stops = self._cut(stream)
        batch = self._rows(stream, begins, stops)
        self.rest = _tail(stream, int(stops[-1]) if len(stops) else 0)
        return batch

    def _append(self, documents: Flat, numbers: Positions) -> Stream:
        """The waiting tokens and the new documents, each with the tokens that go before it."""
        if len(numbers) == 0:
            return self.rest
        first = documents.ids[documents.offsets[:-1]]
        begin, separator = self.tokens.begin_sequence, self.tokens.separator
        has_begin = np.full(len(first), begin is not None) & (first != (begin if begin is not None else -1))
        opening = np.where(has_begin, begin if begin is not None else 0, first)
        has_separator = np.full(len(first), separator is not None) & (
            opening != (separator if separator is not None else -1)
        )
        if len(self.rest.ids) == 0:
            has_separator[0] = False  # nothing to be separated from
        before = has_begin.astype(np.int64) + has_separator
        offsets = offsets_of(documents.lengths() + before)
        ids = np.empty(int(offsets[-1]), np.int32)
        content = np.ones(len(ids), bool)
        content[offsets[:-1][has_separator]] = False
        content[(offsets[:-1] + has_separator)[has_begin]] = False
        ids[content] = documents.ids
        ids[offsets[:-1][has_separator]] = separator if separator is not None else 0
        ids[(offsets[:-1] + has_separator)[has_begin]] = begin if begin is not None else 0
        shift = len(self.rest.ids)
        return Stream(
            np.concatenate([self.rest.ids, ids]),
            np.concatenate([self.rest.separators, offsets[:-1][has_separator] + shift]),
            np.concatenate([self.rest.starts, offsets[:-1] + has_separator + shift]),
            np.concatenate([self.rest.documents, numbers]),
        )

    def _cut(self, stream: Stream) -> tuple[Positions, Positions]:
        """Where each full row begins and stops in the stream, a begin token not counted."""
        size, total, opener = self.tokens.context_size, len(stream.ids), self.tokens.begin_batch
        if opener is None and len(stream.separators) == 0:
            begins = np.arange(total // size, dtype=np.int64) * size
            return begins, begins + size
        is_separator = np.zeros(total + 1, bool)
        is_separator[stream.separators] = True
        # A row whose own first token is the one that begins every row needs no second.
        needs = np.full(total + 1, size, np.int64)
        if opener is not None:
            needs[:total] -= stream.ids != opener
        found: list[int] = []
        position = 0
        while True:
            position += int(is_separator[position])
            stop = position + int(needs[position])
            if stop > total:
                break
            found += (position, stop)
            position = stop
        cuts = np.array(found, np.int64).reshape(-1, 2)
        return cuts[:, 0], cuts[:, 1]

    def _rows(self, stream: Stream, begins: Positions, stops: Positions) -> pa.RecordBatch:
        size = self.tokens.context_size
        lead = size - (stops - begins)  # 1 where the begin token is put in, else 0
        cells = np.empty((len(begins), size), np.int32)
        for has_lead in (0, 1):
            chosen = np.flatnonzero(lead == has_lead)
            width = np.arange(size - has_lead, dtype=np.int64)
            cells[chosen, has_lead:] = stream.ids[begins[chosen, None] + width]
            if has_lead and self.tokens.begin_batch is not None:
                cells[chosen, 0] = self.tokens.begin_batch
        first = np.searchsorted(stream.starts, begins, side="right") - 1
        last = np.searchsorted(stream.starts, stops, side="left")
        offsets = offsets_of(last - first)
        row = np.repeat(np.arange(len(begins), dtype=np.int64), last - first)
        index = np.arange(int(offsets[-1]), dtype=np.int64) - np.repeat(offsets[:-1] - first, last - first)
        inside = stream.starts[index] - begins[row]
        starts = np.where(inside > 0, inside + lead[row], 0).astype(np.int32)
        borders = pa.array(offsets.astype(np.int32))
        return pa.RecordBatch.from_arrays(
            [
                pa.FixedSizeListArray.from_arrays(pa.array(cells.reshape(-1)), size),
                pa.ListArray.from_arrays(borders, pa.array(stream.documents[index])),
                pa.ListArray.from_arrays(borders, pa.array(starts)),
            ],
            schema=packed_schema(size),
        )


def _without_empty(documents: Flat, numbers: Positions) -> tuple[Flat, Positions]:
    lengths = documents.lengths()
    filled = lengths > 0
    if filled.all():
        return documents, numbers
    return Flat(documents.ids, offsets_of(lengths[filled])), numbers[filled]


def _tail(stream: Stream, position: int) -> Stream:
    """What is left from `position` on. A document begun before keeps its number, with a start <= 0."""
    last_begun = int(np.searchsorted(stream.starts, position, side="right")) - 1
    kept = slice(max(0, last_begun), None)
    rest = len(stream.ids) - position
    return Stream(
        stream.ids[position:].copy(),
        stream.separators[stream.separators >= position] - position,
        (stream.starts[kept] - position) if rest else stream.starts[:0],
        stream.documents[kept] if rest else stream.documents[:0],
    )
