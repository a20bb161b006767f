"""Rows made by transformers' own call: the reference, and the way for tokenizers that no other way fits."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import transformers
from transformers import PreTrainedTokenizerBase

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.tokenize.engines.base import Flat, from_lists
from mistudio.pipeline.tokenize.engines.processes import Forked
from mistudio.pipeline.tokenize.flat import Values
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.pipeline.tokenize.options import Options
from mistudio.pipeline.tokenize.rows import Lengths, Rows, refuse_long


class CallEncoder:
    """For special tokens that are no fixed prefix and suffix. Python tokenizers get several processes."""

    name = "transformers"
    version: str = transformers.__version__
    chunk_bytes = 1 << 17

    def __init__(self, loaded: LoadedTokenizer, options: Options, processes: int = 1) -> None:
        self._options = options
        self._rows = Forked(partial(call_rows, loaded.tokenizer, options), 1 if loaded.info.is_fast else processes)

    def encode(self, texts: pa.Array, marks: Callable[[Flat], Values] | None = None) -> Rows:
        """Raises OptionNotSupported for marks, and where only_second would have to cut."""
        if marks is not None:
            raise OptionNotSupported("This tokenizer gives no mask of the assistant's tokens.")
        rows = self._rows(texts.to_pylist())
        if self._options.refuses_truncation and np.any(rows.before != rows.kept):
            refuse_long(self._options, rows.before)
        return rows

    def close(self) -> None:
        self._rows.close()


def call_rows(tokenizer: PreTrainedTokenizerBase, options: Options, strings: list[str]) -> Rows:
    """transformers' rows before padding. Texts that are too long for only_second are cut; `kept` shows them."""

    def call(**cut: Any) -> Any:
        return tokenizer(
            strings,
            add_special_tokens=options.add_special_tokens,
            return_token_type_ids=options.type_ids,
            verbose=False,
            **({"truncation": False} | cut),
        )

    whole = call()
    before = np.array([len(row) for row in whole["input_ids"]], np.int64)
    if options.max_length is None or not len(before) or before.max() <= options.max_length:
        return _to_rows(options, whole, before, before, None)
    cut: dict[str, Any] = {"truncation": "longest_first", "max_length": options.max_length}
    if options.stride is None or options.refuses_truncation:
        short = call(**cut)
        return _to_rows(options, short, before, np.array([len(row) for row in short["input_ids"]], np.int64), None)
    short = call(**cut, stride=options.stride, return_overflowing_tokens=True)
    return _to_rows(options, short, before, before, short["overflow_to_sample_mapping"])


def _to_rows(options: Options, encoded: Any, before: Lengths, kept: Lengths, source: list[int] | None) -> Rows:
    parallel = {}
    if options.type_ids:
        parallel["token_type_ids"] = from_lists(encoded["token_type_ids"]).ids.astype(np.int8)
    where = None
    if options.stride is not None:
        where = np.arange(len(before), dtype=np.int64) if source is None else np.array(source, np.int64)
    return Rows(from_lists(encoded["input_ids"]), where, before, kept, parallel)
