"""The process that reads the hostile files."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.case import Case

MEMORY_BYTES = 2 * 10**9
CPU_S = 60


class WarmParent:
    """Forks a limited child for each file. One for all tests: that it is still there is part of what they prove."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.hostile.warm_parent"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, act: str, path: Path, out: Path, case: Case) -> dict[str, Any]:
        options = case.options if act == "ingest" else _read_options(case.options)
        request = {
            "act": act,
            "path": str(path),
            "filename": case.filename,
            "out": str(out),
            "options": options,
            "limits": case.limits,
            "memory_bytes": MEMORY_BYTES,
            "cpu_s": CPU_S,
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


def _read_options(options: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in options.items() if k in ("format", "compression", "delimiter", "encoding", "header")}


@pytest.fixture(scope="session")
def warm_parent() -> Iterator[WarmParent]:
    parent = WarmParent()
    yield parent
    parent.close()
