"""fastokens: byte-level BPE. Takes Python strings, so it is fed bounded batches."""

from importlib.metadata import version

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
            self._tokenizer = fastokens.Tokenizer.from_json_str(backend_json)
        except (ValueError, RuntimeError, OverflowError) as error:
            raise EngineRefused(str(error)) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: pa.Array) -> Flat:
        ids, offsets = self._tokenizer.encode_batch_flat(texts.to_pylist(), add_special_tokens=False)
        return Flat(np.frombuffer(ids, np.int32), np.frombuffer(offsets, np.int64))

    def close(self) -> None:
        pass
