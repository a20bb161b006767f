"""A lock that is held as long as any process lives which was started under it.

It is a flock on a file whose descriptor the processes inherit, so the kernel lets it go when the last of them
ends, however it ends. Nothing has to be written down about processes, and no reused pid can mislead.
"""

import fcntl
import os
import signal
import time
from pathlib import Path

import psutil

from mistudio.core.errors import LocalServiceFailed


def try_lock(path: Path) -> int | None:
    """The descriptor that holds the lock, or None when others hold it. Close it to let go."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def lock(path: Path, wait_s: float) -> int:
    """Take the lock, waiting for those who are just ending; after `wait_s` seconds they are killed.

    Only for locks whose holders have no owner left: see whether that is so first.
    """
    descriptor = _wait(path, wait_s)
    if descriptor is None:
        for pid in holders(path):
            _kill(pid)
        descriptor = _wait(path, 10.0)
    if descriptor is None:
        raise LocalServiceFailed(
            f"Processes of an earlier run still hold {path}: {holders(path)}. Stop them first."
        )
    return descriptor


def holders(path: Path) -> list[int]:
    """Pids of the processes other than ourselves that have the file open."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and any(Path(file.path) == path for file in process.open_files()):
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _wait(path: Path, wait_s: float) -> int | None:
    deadline = time.monotonic() + wait_s
    while (descriptor := try_lock(path)) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return descriptor


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
