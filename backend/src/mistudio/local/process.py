"""A child process that cannot outlive us."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from mistudio.local import guard
from mistudio.local.account import Account

# Beyond the program's own grace: what the guard may need to kill the rest and end.
GUARD_S = guard.KILL_FOR_S + 5.0


class GuardedProcess:
    """A program under a guard (see guard.py), in a session of its own so that Ctrl-C reaches only us."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        output: IO[bytes] | int,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace_s: float = 10.0,
        account: Account | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        """Start `command`.

        output: where its standard output and error go; subprocess.PIPE to read them from `self.output`.
        account: whom to run as, when we are root. keep_open: descriptors that it and all below it hold open.
        """
        self._grace_s = grace_s
        uid, gid = (account.uid, account.gid) if account else (-1, -1)
        head = [sys.executable, "-I", "-S", guard.__file__, str(int(stop_signal)), str(grace_s), str(uid), str(gid)]
        self._guard = subprocess.Popen(
            [*head, "--", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            pass_fds=keep_open,
            start_new_session=True,
        )

    @property
    def output(self) -> IO[bytes]:
        assert self._guard.stdout is not None
        return self._guard.stdout

    @property
    def guard_pid(self) -> int:
        return self._guard.pid

    @property
    def pid(self) -> int:
        """The program itself. Raises psutil.NoSuchProcess when it has ended."""
        children = psutil.Process(self._guard.pid).children()
        if not children:
            raise psutil.NoSuchProcess(self._guard.pid)
        return min(children, key=psutil.Process.create_time).pid

    def poll(self) -> int | None:
        """The exit status once the program and all it started are gone, else None."""
        return self._guard.poll()

    def ask_to_stop(self) -> None:
        """Let the guard begin to stop the program; returns at once."""
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()

    def stop(self) -> int:
        """Stop the program and everything below it. Returns its exit status."""
        self.ask_to_stop()
        try:
            return self._guard.wait(self._grace_s + GUARD_S)
        except subprocess.TimeoutExpired:  # the guard itself hangs
            self._guard.kill()
            return self._guard.wait()

    def send_signal(self, number: int, *, everything: bool = False) -> None:
        """Send a signal to the program, or to everything it started as well. What has ended is passed over."""
        try:
            processes = psutil.Process(self._guard.pid).children(recursive=everything)
        except psutil.NoSuchProcess:
            return
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
