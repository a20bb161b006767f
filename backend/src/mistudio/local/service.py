"""What PostgreSQL and Valkey have in common when we run them ourselves."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from mistudio.core.errors import LocalServiceFailed
from mistudio.local.account import Account
from mistudio.local.lock import lock
from mistudio.local.network import free_port
from mistudio.local.process import GuardedProcess

LOG_BYTES = 5_000_000
IN_USE = "Address already in use"


class LocalService:
    """A server of ours on a loopback port, with everything it keeps below one directory.

    `start` may be called again after `stop`, `kill` or a death of any kind: the port stays the same. While any of
    its processes lives they hold `{home}/lock`, so that a second server never runs on the same data.
    """

    name: str
    stop_signal = signal.SIGTERM
    grace_s = 10.0

    def __init__(self, home: Path, *, port: int = 0, log: Path | None = None) -> None:
        """home: made if missing. port: 0 chooses a free one at the first start."""
        self.home = home.resolve()
        self.port = port
        self.log = log or self.home / f"{self.name}.log"
        self.account: Account | None = None
        self._process: GuardedProcess | None = None

    def prepare(self) -> None:
        """Make files that the server needs. Called at each start, with the lock held."""
        raise NotImplementedError

    def command(self, port: int) -> Sequence[str | Path]:
        raise NotImplementedError

    def answers(self, port: int) -> bool:
        """Whether the server takes requests. Called while its process lives."""
        raise NotImplementedError

    def start(self, timeout_s: float = 60.0) -> Self:
        """Start and wait until it takes requests. Raises LocalServiceFailed, with the end of its log."""
        if self.running:
            return self
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = lock(self.home / "lock", self.grace_s + 10.0)
        try:
            self.prepare()
            deadline = time.monotonic() + timeout_s
            while True:
                port = self.port or free_port()
                said = self._launch(port, descriptor, deadline)
                if self.running:
                    self.port = port
                    return self
                if IN_USE not in said or time.monotonic() > deadline:
                    raise LocalServiceFailed(f"{self.name} did not start:\n{said.strip()}\n(log: {self.log})")
                time.sleep(0.1)
        finally:
            os.close(descriptor)

    def _launch(self, port: int, descriptor: int, deadline: float) -> str:
        """Start the process and wait until it answers or has ended. Returns what it logged."""
        rotate(self.log)
        with self.log.open("ab") as log:
            begin = log.tell()
            self._process = GuardedProcess(
                self.command(port),
                output=log,
                stop_signal=self.stop_signal,
                grace_s=self.grace_s,
                account=self.account,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                cwd=self.home,
                keep_open=[descriptor],
            )
        while self.running and not self.answers(port):
            if time.monotonic() > deadline:
                self.stop()
            time.sleep(0.01)
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")[-4000:]

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def guard_pid(self) -> int:
        """The process that stops the server when we are gone."""
        assert self._process is not None
        return self._process.guard_pid

    @property
    def pid(self) -> int:
        """The server's main process."""
        assert self._process is not None
        return self._process.pid

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.ask_to_stop()

    def stop(self) -> None:
        """Stop cleanly and wait for it."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """End it as a crash would (SIGKILL), and wait until nothing of it is left."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self.stop()

    def pause(self) -> None:
        """Let it hang: it keeps its connections and answers nothing until `resume`."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP, everything=True)

    def resume(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT, everything=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def rotate(log: Path, limit: int = LOG_BYTES) -> None:
    """Keep one earlier generation, `{log}.1`, of a log that has grown past `limit` bytes."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_name(log.name + ".1"))


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)
    part.write_text(text, "utf-8")
    part.replace(path)
