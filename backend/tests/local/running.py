"""A `mistudio up` in a process of its own, for tests that stop, kill and look at it."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil

from mistudio.local.lock import holders
from mistudio.local.network import free_port
from tests.local.waiting import eventually, has_ended

BACKEND = Path(__file__).parents[2]
READY = re.compile(r"ready after ([\d.]+) s: (http://\S+)")


class Running:
    """What it has said so far is in `said`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        module: str = "tests.local.stand_in",
        prefix: Sequence[str] = (),
        **settings: str,
    ) -> None:
        """prefix: a program that runs the command line, such as setpriv. settings: more of the environment."""
        self.data_dir = data_dir
        self.said = ""
        env = {name: value for name, value in os.environ.items() if not name.startswith("MISTUDIO_")}
        env |= {"MISTUDIO_DATA_DIR": str(data_dir), "MISTUDIO_PORT": str(free_port()), **settings}
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", module, "up"],
            env=env,
            cwd=BACKEND,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def wait_for(self, pattern: str | re.Pattern[str], count: int = 1, timeout_s: float = 40.0) -> re.Match[str]:
        """Wait until it has said something `count` times. Returns the last time."""

        def found() -> re.Match[str] | None:
            matches = list(re.finditer(pattern, self.said))
            assert self.process.poll() is None or len(matches) >= count, self.said
            return matches[count - 1] if len(matches) >= count else None

        try:
            return eventually(found, timeout_s)
        except AssertionError as error:
            raise AssertionError(f"it never said {pattern!r}, but:\n{self.said}") from error

    def ready(self, timeout_s: float = 60.0) -> "Running":
        self.wait_for(READY, timeout_s=timeout_s)
        return self

    def pid_of(self, name: str, count: int = 1) -> int:
        return int(self.wait_for(rf"{name} is (\d+) and", count)[1])

    def signal(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end. Returns the exit status."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        status = self.process.wait(60)
        self._reader.join(10)
        return status

    def left(self) -> list[int]:
        """Processes that still hold one of the locks of its data directory."""
        services = self.data_dir / ".services"
        return [pid for lock in services.rglob("lock") for pid in holders(lock)]

    def close(self) -> None:
        """End it, however the test ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.end()
        eventually(lambda: not self.left())
        assert self.process.stdout is not None
        self.process.stdout.close()


def family(pid: int) -> list[psutil.Process]:
    """A process and all below it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def name_of(process: psutil.Process) -> str:
    """Its program; empty when it has just ended."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def all_ended(processes: list[psutil.Process]) -> bool:
    return all(map(has_ended, processes))
