"""`tokenizers` itself: always right, and what every other engine is measured against."""

import os

import pyarrow as pa
import tokenizers
from tokenizers import Tokenizer

from mistudio.pipeline.tokenize.engines.base import Flat, from_lists


class ReferenceEngine:
    """tokenizers.Tokenizer.encode_batch_fast. Parallel inside; calls from several threads queue up."""

    name = "tokenizers"
    version: str = tokenizers.__version__
    chunk_bytes = 1 << 19

    def __init__(self, backend_json: str, split_special_tokens: bool = False) -> None:
        # After any fork the library works on one core only, unless it is told that this process may use all.
        os.environ["TOKENIZERS_PARALLELISM"] = "true"
        self._tokenizer = Tokenizer.from_str(backend_json)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._tokenizer.encode_special_tokens = split_special_tokens

    def encode(self, texts: pa.Array) -> Flat:
        return self.encode_strings(texts.to_pylist())

    def encode_strings(self, texts: list[str]) -> Flat:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return from_lists([encoding.ids for encoding in encodings])

    def close(self) -> None:
        pass
