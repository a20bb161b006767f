"""A program of the stack that is started again when it ends."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mistudio.local.console import Console, LogFile, pump
from mistudio.local.process import GuardedProcess

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # before the first, second… start after a death
STEADY_S = 60.0  # after running this long, an end counts as the first one again


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]
    grace_s: float


class Child:
    def __init__(
        self, program: Program, *, env: Mapping[str, str], logs: Path, console: Console, keep_open: Sequence[int]
    ) -> None:
        """logs: directory of `{name}.log`. keep_open: descriptors of locks that its processes hold."""
        self.program = program
        self.ends = 0  # in a row
        self._env, self._logs, self._console, self._keep_open = env, logs, console, keep_open
        self._process: GuardedProcess | None = None
        self._log: threading.Thread | None = None
        self._started = self._due = 0.0

    @property
    def guard_pid(self) -> int | None:
        return self._process.guard_pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def status(self) -> int | None:
        """The exit status, once it has ended."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        self._process = GuardedProcess(
            self.program.command,
            output=subprocess.PIPE,
            grace_s=self.program.grace_s,
            env=self._env,
            keep_open=self._keep_open,
        )
        log = LogFile(self._logs / f"{self.program.name}.log")
        self._log = pump(self.program.name, self._process.output, log, self._console)
        self._started = time.monotonic()

    def tend(self, clean_up: Callable[[], None]) -> None:
        """Start it again when it has ended and its pause is over.

        clean_up: called when its guard was killed, which then could not end what the program had started.
        """
        now = time.monotonic()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            if status < 0:
                clean_up()
            self._process = None
            self.ends = 1 if now - self._started > STEADY_S else self.ends + 1
            pause = PAUSES_S[min(self.ends, len(PAUSES_S)) - 1]
            self._due = now + pause
            self._console.say(f"{self.program.name} ended with status {status}, starting it again in {pause:g} s")
        elif now >= self._due:
            self.start()

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.ask_to_stop()

    def wait(self, hurry: threading.Event) -> None:
        """Wait until it has stopped, or kill it as soon as `hurry` is set."""
        if self._process is None:
            return
        while self._process.poll() is None:
            if hurry.wait(0.02):
                self._process.send_signal(signal.SIGKILL)
                self._process.stop()
        if self._log is not None:
            self._log.join(1.0)
        self._process = None
