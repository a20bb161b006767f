"""gigatoken: BPE with byte fallback, fed with Arrow's own buffers."""

import threading
from importlib.metadata import version
from typing import Any

import awkward as ak
import gigatoken
import numpy as np
import pyarrow as pa
from awkward.contents import ListOffsetArray, NumpyArray
from awkward.index import Index64

from mistudio.pipeline.tokenize.engines.base import EngineRefused, Flat, text_buffers

# Its cache of words never shrinks (5.4 GB on 576 MB of unlike words), so a thread's engine is made anew after this.
BYTES_PER_ENGINE = 256 << 20


class GigatokenEngine:
    """One engine a thread, each sequential inside: the GIL is released, and threads share nothing."""

    name = "gigatoken"
    version = version("gigatoken")
    chunk_bytes = 2 << 20

    def __init__(self, backend_json: str) -> None:
        self._json = backend_json
        self._local = threading.local()
        self._engine()  # refuses now rather than in a thread

    def _engine(self) -> Any:
        if getattr(self._local, "engine", None) is None or self._local.fed > BYTES_PER_ENGINE:
            self._local.engine = None  # the old one's memory goes first
            try:
                self._local.engine = gigatoken.Tokenizer.from_json(self._json)
            except (ValueError, RuntimeError, KeyError) as error:
                raise EngineRefused(str(error)) from error
            self._local.fed = 0
        return self._local.engine

    def encode(self, texts: pa.Array) -> Flat:
        data, offsets = text_buffers(texts)
        engine = self._engine()
        self._local.fed += len(data)
        content = NumpyArray(data, parameters={"__array__": "char"})
        strings = ak.Array(ListOffsetArray(Index64(offsets), content, parameters={"__array__": "string"}))
        layout = engine.encode_batch(strings, parallel=False).layout
        bounds, ids = np.asarray(layout.offsets.data), np.asarray(layout.content.data)
        return Flat(ids[bounds[0] : bounds[-1]].view(np.int32), bounds - bounds[0])

    def close(self) -> None:
        self._local = threading.local()
