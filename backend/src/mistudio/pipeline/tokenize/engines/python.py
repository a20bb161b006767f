"""Tokenizers written in Python: transformers itself, in several processes.

The processes come from `multiprocess`, which may fork inside a task queue's own workers, where the standard library
refuses to. Each ends by itself when its pipe closes, so that none outlives a killed parent.
"""

import queue
import signal
import threading
from typing import Any

import multiprocess
import numpy as np
import pyarrow as pa
import transformers
from transformers import PreTrainedTokenizerBase

from mistudio.core.errors import OutOfMemory, TokenizerInvalid
from mistudio.pipeline.tokenize.engines.base import Flat, from_lists

# What tokenizers written in Python raise for a text they cannot take.
FAILURES = (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError)


class PythonEngine:
    """One forked process for each core; a call waits for a free one."""

    name = "transformers"
    version: str = transformers.__version__
    chunk_bytes = 1 << 17

    def __init__(self, tokenizer: PreTrainedTokenizerBase, processes: int) -> None:
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for _ in range(processes if processes > 1 else 0):
            self._start()

    def _start(self) -> None:
        context = multiprocess.get_context("fork")
        ours, theirs = context.Pipe()
        self._pipes.append(ours)
        process = context.Process(target=_serve, args=(self._tokenizer, theirs, list(self._pipes)), daemon=True)
        process.start()
        theirs.close()
        self._processes.append(process)
        self._free.put((process, ours))

    def encode(self, texts: pa.Array) -> Flat:
        strings = texts.to_pylist()
        if not self._processes:
            with self._lock:
                try:
                    return _encode(self._tokenizer, strings)
                except FAILURES as error:
                    raise TokenizerInvalid(f"The tokenizer failed on a text of the dataset. {error}") from error
        process, pipe = self._free.get()
        try:
            pipe.send(strings)
            answer = pipe.recv()
        except (EOFError, OSError) as error:
            process.join(1)
            if process.exitcode == -signal.SIGKILL:
                raise OutOfMemory("A tokenizer process was killed; most often memory ran out.") from error
            raise TokenizerInvalid(f"The tokenizer ended its process (exit {process.exitcode}).") from error
        finally:
            self._free.put((process, pipe))
        if isinstance(answer, str):
            raise TokenizerInvalid(f"The tokenizer failed on a text of the dataset. {answer}")
        return Flat(*answer)

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()
        self._pipes, self._processes = [], []


def _encode(tokenizer: PreTrainedTokenizerBase, strings: list[str]) -> Flat:
    encoded = tokenizer(
        strings,
        add_special_tokens=False,
        return_attention_mask=False,
        return_token_type_ids=False,
        verbose=False,
    )
    return from_lists(encoded["input_ids"])


def _serve(tokenizer: PreTrainedTokenizerBase, pipe: Any, inherited: list[Any]) -> None:
    """Answer one list of texts after the other until the other end closes."""
    for other in inherited:  # the parent's ends; held open here they would hide its death
        other.close()
    while True:
        try:
            strings = pipe.recv()
        except EOFError:
            return
        try:
            flat = _encode(tokenizer, strings)
            pipe.send((np.ascontiguousarray(flat.ids), flat.offsets))
        except FAILURES as error:
            pipe.send(f"{type(error).__name__}: {str(error)[:200]}")
