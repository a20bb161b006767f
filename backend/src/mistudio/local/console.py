"""What the children say: to the terminal with their name before each line, and to a log file each."""

import sys
import threading
from pathlib import Path
from typing import IO

from mistudio.local.service import LOG_BYTES, rotate

WIDTH = len("reserved")


class Console:
    """Lines from several threads, each written whole."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        with self._lock:
            try:
                self._stream.write(f"{name:<{WIDTH}} | {text}\n")
                self._stream.flush()
            except (BrokenPipeError, ValueError):  # nobody reads any more; the log files still do
                return

    def say(self, text: str) -> None:
        """A line of our own."""
        self.line("mistudio", text)


class LogFile:
    """A file that begins anew when it has grown, with one earlier generation kept."""

    def __init__(self, path: Path, limit: int = LOG_BYTES) -> None:
        self._path, self._limit = path, limit
        self._open()

    def _open(self) -> None:
        rotate(self._path, self._limit)
        self._file = self._path.open("ab")

    def write(self, line: bytes) -> None:
        self._file.write(line)
        self._file.flush()
        if self._file.tell() > self._limit:
            self._file.close()
            self._open()

    def close(self) -> None:
        self._file.close()


def pump(name: str, source: IO[bytes], log: LogFile, console: Console) -> threading.Thread:
    """Copy lines from a child to its log and the console until it closes its end. Returns the running thread."""

    def copy() -> None:
        with source:
            for line in source:
                log.write(line)
                console.line(name, line.decode(errors="replace").rstrip("\r\n"))
        log.close()

    thread = threading.Thread(target=copy, name=f"log of {name}", daemon=True)
    thread.start()
    return thread
