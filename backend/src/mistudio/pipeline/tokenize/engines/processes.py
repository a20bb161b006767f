"""A function served by forked processes: for tokenizers written in Python, which know one core a process.

The processes come from `multiprocess`, which may fork inside a task queue's own workers, where the standard library
refuses to. Each ends by itself when its pipe closes, so that none outlives a killed parent.
"""

import queue
import signal
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import multiprocess

from mistudio.core.errors import OutOfMemory, TokenizerInvalid

Answer = TypeVar("Answer")

# What tokenizers written in Python raise for a text they cannot take.
FAILURES = (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError)


class Forked(Generic[Answer]):
    """Calls from several threads, each answered by the next free process; with one process, by this one.

    Raises TokenizerInvalid when the function fails, OutOfMemory when its process was killed.
    """

    def __init__(self, function: Callable[[list[str]], Answer], processes: int) -> None:
        self._function = function
        self._lock = threading.Lock()
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for _ in range(processes if processes > 1 else 0):
            self._start()

    def __call__(self, strings: list[str]) -> Answer:
        if not self._processes:
            return self._call_here(strings)
        process, pipe = self._free.get()
        try:
            pipe.send(strings)
            failure, answer = pipe.recv()
        except (EOFError, OSError) as error:
            process.join(1)
            if process.exitcode == -signal.SIGKILL:
                raise OutOfMemory("A tokenizer process was killed; most often memory ran out.") from error
            raise TokenizerInvalid(f"The tokenizer ended its process (exit {process.exitcode}).") from error
        finally:
            self._free.put((process, pipe))
        if failure is not None:
            raise TokenizerInvalid(f"The tokenizer failed on a text of the dataset. {failure}")
        found: Answer = answer
        return found

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()
        self._pipes, self._processes = [], []

    def _call_here(self, strings: list[str]) -> Answer:
        with self._lock:
            try:
                return self._function(strings)
            except FAILURES as error:
                raise TokenizerInvalid(f"The tokenizer failed on a text of the dataset. {error}") from error

    def _start(self) -> None:
        context = multiprocess.get_context("fork")
        ours, theirs = context.Pipe()
        self._pipes.append(ours)
        process = context.Process(target=_serve, args=(self._function, theirs, list(self._pipes)), daemon=True)
        process.start()
        theirs.close()
        self._processes.append(process)
        self._free.put((process, ours))


def _serve(function: Callable[[list[str]], Any], pipe: Any, inherited: list[Any]) -> None:
    """Answer one list of texts after the other until the other end closes."""
    for other in inherited:  # the parent's ends; held open here they would hide its death
        other.close()
    while True:
        try:
            strings = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((None, function(strings)))
        except FAILURES as error:
            pipe.send((f"{type(error).__name__}: {str(error)[:200]}", None))
