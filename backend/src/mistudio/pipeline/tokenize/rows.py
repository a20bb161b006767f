"""From texts to the rows of the result, before padding."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.tokenize.affixes import Affixes
from mistudio.pipeline.tokenize.engines.base import Engine, Flat
from mistudio.pipeline.tokenize.flat import Offsets, Values, affix, truncate
from mistudio.pipeline.tokenize.options import Options
from mistudio.pipeline.tokenize.windows import cut_windows, gather

Lengths = npt.NDArray[np.int64]


@dataclass
class Rows:
    """m rows made from n samples, without padding.

    source: which sample each row comes from, shape (m,); None when row i is sample i.
    before, kept: tokens of each sample before truncation and in its rows, shape (n,); overlap counts once.
    parallel: further columns with one int8 value a token, in the order of the ids.
    """

    flat: Flat
    source: Lengths | None
    before: Lengths
    kept: Lengths
    parallel: dict[str, Values] = field(default_factory=dict)


class RowEncoder(Protocol):
    """Called from several threads at once."""

    name: str
    version: str
    chunk_bytes: int

    def encode(self, texts: pa.Array, marks: Callable[[Flat], Values] | None = None) -> Rows:
        """texts: strings without nulls, shape (n,). marks: makes `assistant_masks` for the texts' own tokens."""

    def close(self) -> None: ...


class FlatEncoder:
    """An engine's tokens, then every option on flat arrays."""

    def __init__(self, engine: Engine, affixes: Affixes, options: Options) -> None:
        self.name, self.version, self.chunk_bytes = engine.name, engine.version, engine.chunk_bytes
        self.engine = engine
        self.all_affixes = affixes
        self._affixes = affixes if options.add_special_tokens else Affixes(content_type=affixes.content_type)
        self._options = options

    def encode(self, texts: pa.Array, marks: Callable[[Flat], Values] | None = None) -> Rows:
        content = self.engine.encode(texts)
        parallel: dict[str, Values] = {}
        if self._options.type_ids:
            parallel["token_type_ids"] = np.full(len(content.ids), self._affixes.content_type, np.int8)
        if marks is not None:
            parallel["assistant_masks"] = marks(content)
        return self._shape(content, parallel)

    def close(self) -> None:
        self.engine.close()

    def _shape(self, content: Flat, parallel: dict[str, Values]) -> Rows:
        options, around = self._options, self._affixes
        inside = content.lengths()
        before = inside + around.size
        fit: Callable[[Values], tuple[Values, Offsets]] = lambda values: (values, content.offsets)  # noqa: E731
        kept, source = before, None
        if options.max_length is not None and len(before) and before.max() > options.max_length:
            limit = options.max_length - around.size
            refuse_long(options, before)
            if options.stride is None:
                fit = lambda values: truncate(values, content.offsets, limit, options.truncation_side)  # noqa: E731
                kept = np.minimum(before, options.max_length)
            else:
                windows = cut_windows(content.offsets, limit, options.stride, options.truncation_side)
                source = windows.source
                fit = lambda values: gather(values, windows)  # noqa: E731
        elif options.stride is not None:
            source = np.arange(len(before), dtype=np.int64)
        edges = {"token_type_ids": (around.prefix_types, around.suffix_types)}
        none = ((0,) * len(around.prefix), (0,) * len(around.suffix))
        ids = affix(*fit(content.ids), around.prefix, around.suffix)
        more = {name: affix(*fit(values), *edges.get(name, none))[0] for name, values in parallel.items()}
        return Rows(Flat(*ids), source, before, kept, more)


def refuse_long(options: Options, before: Lengths) -> None:
    """`only_second` on single texts: where one is too long there is no second to cut from."""
    if options.refuses_truncation:
        raise OptionNotSupported(
            f"truncation only_second cuts a second text, and there is none; a text has {int(before.max())} tokens, "
            f"more than max_length {options.max_length}."
        )
