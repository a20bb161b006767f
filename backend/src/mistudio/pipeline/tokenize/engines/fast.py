"""fastokens: byte-level BPE. Takes Python strings, so it is fed bounded batches."""

import json
from importlib.metadata import version
from typing import Any

import fastokens
import numpy as np
import pyarrow as pa

from mistudio.pipeline.tokenize.engines.base import EngineRefused, Flat


class FastokensEngine:
    name = "fastokens"
    version = version("fastokens")
    chunk_bytes = 2 << 20

    def __init__(self, backend_json: str) -> None:
        try:
            self._tokenizer = _build(backend_json)
        except EngineRefused:
            filled = fill_gaps(backend_json)
            if filled is None:
                raise
            self._tokenizer = _build(filled)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: pa.Array) -> Flat:
        ids, offsets = self._tokenizer.encode_batch_flat(texts.to_pylist(), add_special_tokens=False)
        return Flat(np.frombuffer(ids, np.int32), np.frombuffer(offsets, np.int64))

    def close(self) -> None:
        pass


def _build(backend_json: str) -> Any:
    try:
        return fastokens.Tokenizer.from_json_str(backend_json)
    except (ValueError, RuntimeError, OverflowError) as error:
        raise EngineRefused(str(error)) from error


def fill_gaps(backend_json: str) -> str | None:
    """The tokenizer with a token for every id up to the largest; None where none is missing.

    The library refuses vocabularies with unused ids. The tokens put there begin with NUL, which byte-level text
    never holds (it is spelled Ā), so that none of them is ever found.
    """
    content = json.loads(backend_json)
    vocabulary = content["model"].get("vocab")
    if not isinstance(vocabulary, dict) or not vocabulary:
        return None
    missing = set(range(max(vocabulary.values()) + 1)) - set(vocabulary.values())
    if not missing:
        return None
    vocabulary |= {f"\x00unused {token_id}": token_id for token_id in sorted(missing)}
    return json.dumps(content)
