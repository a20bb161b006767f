"""Exact statistics of tokens, in one pass over flat arrays. Memory: O(vocabulary + longest sequence)."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from transformers import PreTrainedTokenizerBase

from mistudio.pipeline.tokenize.engines.base import Flat
from mistudio.pipeline.tokenize.lengths import (
    PERCENTILES,
    LengthCounts,
    fine_histogram,
    length_bins,
    percentiles,
    truncation_curve,
)
from mistudio.schemas.metadata import TokenCount, TokenStatistics

TOP_TOKENS = 100
CURVE_RANKS = 200
_SCALARS = (
    "num_samples",
    "num_source_samples",
    "num_cells",
    "num_characters",
    "num_bytes",
    "empty_samples",
    "samples_truncated",
    "tokens_lost",
    "document_pieces",
)


@dataclass
class Statistics:
    """What has been counted so far. Merging is exact, associative and commutative.

    num_cells: ids of all rows, padding included. document_pieces: documents summed over packed rows.
    """

    vocabulary: int
    token_counts: npt.NDArray[np.int64] = field(init=False)
    lengths: LengthCounts = field(default_factory=LengthCounts)
    source_lengths: LengthCounts = field(default_factory=LengthCounts)
    num_samples: int = 0
    num_source_samples: int = 0
    num_cells: int = 0
    num_characters: int = 0
    num_bytes: int = 0
    empty_samples: int = 0
    samples_truncated: int = 0
    tokens_lost: int = 0
    document_pieces: int = 0

    def __post_init__(self) -> None:
        self.token_counts = np.zeros(self.vocabulary, np.int64)

    def add_rows(self, rows: Flat, num_cells: int) -> None:
        """Count rows of the result, without their padding. num_cells: with it."""
        counts = np.bincount(rows.ids, minlength=self.vocabulary)
        if len(counts) > self.vocabulary:
            raise ValueError(f"token id {len(counts) - 1} lies outside the vocabulary of {self.vocabulary}")
        self.token_counts += counts
        self.lengths.add(rows.lengths())
        self.num_samples += len(rows.offsets) - 1
        self.num_cells += num_cells

    def add_source(self, data: npt.NDArray[np.uint8], text_lengths: npt.NDArray[np.int64]) -> None:
        """Count texts. data: their UTF-8 bytes. text_lengths: bytes of each."""
        self.num_source_samples += len(text_lengths)
        self.num_bytes += len(data)
        # Every code point has one byte that is no continuation byte (0b10xxxxxx, below -64 when signed).
        self.num_characters += int(np.count_nonzero(data.view(np.int8) >= -64))
        self.empty_samples += len(text_lengths) - int(np.count_nonzero(text_lengths))

    def add_truncation(self, before: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]) -> None:
        """before, kept: tokens of each sample before and after truncation, shape (n,)."""
        self.source_lengths.add(before)
        lost = before - kept
        self.tokens_lost += int(lost.sum())
        self.samples_truncated += int(np.count_nonzero(lost))

    def merge(self, other: "Statistics") -> None:
        self.token_counts += other.token_counts
        self.lengths.merge(other.lengths)
        self.source_lengths.merge(other.source_lengths)
        for name in _SCALARS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as int64 arrays, for numpy.savez."""
        lengths, counts = self.lengths.table()
        source_lengths, source_counts = self.source_lengths.table()
        return {
            "token_counts": self.token_counts,
            "lengths": np.stack([lengths, counts]),
            "source_lengths": np.stack([source_lengths, source_counts]),
            "scalars": np.array([getattr(self, name) for name in _SCALARS], np.int64),
        }

    @classmethod
    def of_arrays(cls, arrays: Any) -> "Statistics":
        made = cls(len(arrays["token_counts"]))
        made.token_counts += arrays["token_counts"]
        made.lengths = LengthCounts.of_table(*arrays["lengths"])
        made.source_lengths = LengthCounts.of_table(*arrays["source_lengths"])
        for name, value in zip(_SCALARS, arrays["scalars"].tolist(), strict=True):
            setattr(made, name, value)
        return made

    def result(self, tokenizer: PreTrainedTokenizerBase, packed: bool = False) -> TokenStatistics:
        """The numbers as people read them."""
        lengths, counts = self.lengths.table()
        num_tokens = int(self.token_counts.sum())
        cuts = percentiles(lengths, counts, PERCENTILES)
        unique = int(np.count_nonzero(self.token_counts))
        padding = self.num_cells - num_tokens
        special = [i for i in set(tokenizer.all_special_ids) if 0 <= i < self.vocabulary]
        return TokenStatistics(
            num_tokens=num_tokens,
            num_samples=self.num_samples,
            num_source_samples=self.num_source_samples,
            avg_seq_length=num_tokens / self.num_samples if self.num_samples else 0.0,
            min_seq_length=int(lengths[0]) if len(lengths) else 0,
            max_seq_length=int(lengths[-1]) if len(lengths) else 0,
            median_seq_length=cuts[PERCENTILES.index(50)],
            percentiles={str(percent): cut for percent, cut in zip(PERCENTILES, cuts, strict=True)},
            length_distribution=length_bins(lengths, counts),
            fine_histogram=fine_histogram(lengths, counts),
            unique_tokens=unique,
            vocab_size=unique,
            tokenizer_vocab_size=self.vocabulary,
            unused_tokens=self.vocabulary - unique,
            special_tokens=int(self.token_counts[special].sum()),
            unknown_tokens=self._unknown(tokenizer),
            tokens_lost=self.tokens_lost,
            samples_truncated=self.samples_truncated,
            padding_tokens=padding,
            padding_share=padding / self.num_cells if self.num_cells else 0.0,
            num_characters=self.num_characters,
            num_bytes=self.num_bytes,
            characters_per_token=self.num_characters / num_tokens if num_tokens else None,
            bytes_per_token=self.num_bytes / num_tokens if num_tokens else None,
            top_tokens=self._top(tokenizer),
            frequency_curve=self._frequencies(),
            truncation_curve=truncation_curve(*self.source_lengths.table()),
            documents_per_row=self.document_pieces / self.num_samples if packed and self.num_samples else None,
            empty_samples=self.empty_samples,
        )

    def _unknown(self, tokenizer: PreTrainedTokenizerBase) -> int:
        """Tokens for text that the vocabulary lacks. An unknown token that is also the end token says nothing."""
        unknown = tokenizer.unk_token_id
        other_roles = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id)
        if unknown is None or unknown in other_roles or not 0 <= unknown < self.vocabulary:
            return 0
        return int(self.token_counts[unknown])

    def _top(self, tokenizer: PreTrainedTokenizerBase) -> list[TokenCount]:
        order = np.argsort(-self.token_counts, kind="stable")[:TOP_TOKENS]
        ids = [int(i) for i in order if self.token_counts[i]]
        return [
            TokenCount(
                id=i, token=printable(tokenizer.convert_ids_to_tokens([i])[0]), count=int(self.token_counts[i])
            )
            for i in ids
        ]

    def _frequencies(self) -> list[tuple[int, int]]:
        used = np.sort(self.token_counts[self.token_counts > 0])[::-1]
        if len(used) == 0:
            return []
        ranks = np.unique(np.geomspace(1, len(used), CURVE_RANKS).round().astype(np.int64))
        return [(rank, int(used[rank - 1])) for rank in ranks.tolist()]


def printable(token: str | bytes | None) -> str:
    """A token as text that JSON and the database take: no NUL, no half character."""
    if token is None:
        return ""
    text = token.decode("utf-8", "replace") if isinstance(token, bytes) else str(token)
    return text.encode("utf-8", "replace").decode().replace("\x00", "\u2400")
