"""nanotoken: WordPiece. Takes Python strings."""

from importlib.metadata import version

import nanotoken
import numpy as np
import pyarrow as pa

from mistudio.pipeline.tokenize.engines.base import EngineRefused, Flat


class NanotokenEngine:
    name = "nanotoken"
    version = version("nanotoken")
    chunk_bytes = 2 << 20

    def __init__(self, backend_json: str) -> None:
        try:
            self._tokenizer = nanotoken.Tokenizer.from_json(backend_json)
        except ValueError as error:
            raise EngineRefused(str(error)) from error

    def encode(self, texts: pa.Array) -> Flat:
        rows = self._tokenizer.encode_batch(texts.to_pylist(), add_special_tokens=False, parallel=False)
        return Flat(np.asarray(rows.ids).view(np.int32), np.asarray(rows.offsets))

    def close(self) -> None:
        pass
