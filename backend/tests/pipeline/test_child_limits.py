"""Each limit ends what goes beyond it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PREPARED = "from mistudio.pipeline.child_limits import limit\n"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PREPARED + program], capture_output=True, text=True, check=False)


def test_memory() -> None:
    said = run(
        "limit(10**8, 60)\nfew = bytes(5 * 10**7)\ntry:\n bytes(2 * 10**8)\nexcept MemoryError:\n print('no')"
    )
    assert said.stdout == "no\n"


def test_cpu_time() -> None:
    assert run("limit(10**9, 1)\nwhile True: pass").returncode == -signal.SIGXCPU


def test_file_size(tmp_path: Path) -> None:
    path = tmp_path / "x"
    said = run(f"limit(10**9, 60, file_bytes=1000)\nopen({str(path)!r}, 'wb', buffering=0).write(bytes(2000))")
    assert said.returncode == 0
    assert path.stat().st_size == 1000
    said = run(f"limit(10**9, 60, file_bytes=0)\nopen({str(path)!r}, 'wb').write(b'x')")
    assert path.stat().st_size == 0


def test_no_core_file() -> None:
    said = run("limit(10**9, 60)\nimport resource\nprint(resource.getrlimit(resource.RLIMIT_CORE))")
    assert said.stdout == "(0, 0)\n"


def test_dies_with_its_parent(tmp_path: Path) -> None:
    child = PREPARED + "import time\nlimit(10**9, 60)\nprint('ready', flush=True)\ntime.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    parent.kill()
    parent.wait()
    ends = time.monotonic() + 10
    while _alive(int(children[0])) and time.monotonic() < ends:
        os.sched_yield()
    assert not _alive(int(children[0]))
    parent.stdout.close()


def _alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
