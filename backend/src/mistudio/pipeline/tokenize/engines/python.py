"""Tokenizers written in Python: transformers itself, in several processes."""

from functools import partial

import pyarrow as pa
import transformers
from transformers import PreTrainedTokenizerBase

from mistudio.pipeline.tokenize.engines.base import Flat, from_lists
from mistudio.pipeline.tokenize.engines.processes import Forked


class PythonEngine:
    name = "transformers"
    version: str = transformers.__version__
    chunk_bytes = 1 << 17

    def __init__(self, tokenizer: PreTrainedTokenizerBase, processes: int) -> None:
        self._encode = Forked(partial(_encode, tokenizer), processes)

    def encode(self, texts: pa.Array) -> Flat:
        return self._encode(texts.to_pylist())

    def close(self) -> None:
        self._encode.close()


def _encode(tokenizer: PreTrainedTokenizerBase, strings: list[str]) -> Flat:
    encoded = tokenizer(
        strings,
        add_special_tokens=False,
        return_attention_mask=False,
        return_token_type_ids=False,
        verbose=False,
    )
    return from_lists(encoded["input_ids"])
