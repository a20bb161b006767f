"""The process that does the work: forked from the warm pool process, in its own group, never outliving it."""

import contextlib
import ctypes
import errno
import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from mistudio.core.errors import AppError, DiskFull, OutOfMemory, all_errors

PR_SET_PDEATHSIG = 1
REPORT_EVERY_S = 0.05

Message = dict[str, Any]
Work = Callable[["Reporter"], Message]


def die_with_parent() -> None:
    """On Linux: the kernel kills this process when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Reporter:
    """The child's end of the pipe. One JSON object a line."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._stage: str | None = None
        self._last = 0.0

    def progress(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Implements pipeline.progress.Progress; the first and last of a stage always go out."""
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._last < REPORT_EVERY_S:
            return
        self._stage, self._last = stage, now
        self.send({"progress": {"stage": stage, "done": done, "total": total, "unit": unit}})

    def identity(self, **names: str) -> None:
        """Tell what the result is going to be, so that an equal one can be used instead."""
        self.send({"identity": names})

    def send(self, message: Message) -> None:
        data = memoryview(json.dumps(message).encode() + b"\n")
        while data:
            data = data[os.write(self._descriptor, data) :]


@dataclass
class Child:
    """A running piece of work. pid is also its process group."""

    pid: int
    pipe: int
    status: int | None = None

    def ended(self) -> bool:
        """Whether it has ended; then `status` is its exit code, negative for a signal."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def kill(self) -> None:
        """Kill the whole group, grandchildren too, and wait for the child."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self.status is None:
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)


def start(work: Work) -> Child:
    """Fork and run `work`, which returns its JSON result. Call it outside any event loop and thread."""
    read_end, write_end = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        _become_child(parent, write_end)
        _run(work, Reporter(write_end))
    os.close(write_end)
    os.set_blocking(read_end, False)
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)  # both sides do it, so that neither has to wait for the other
    return Child(pid, read_end)


def _become_child(parent: int, write_end: int) -> None:
    gc.freeze()  # the pages shared with the parent stay shared: no collection touches them
    with contextlib.suppress(PermissionError):
        os.setpgid(0, 0)
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    os.register_at_fork(after_in_child=die_with_parent)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the supervisor's to handle
    os.closerange(3, write_end)
    os.closerange(write_end + 1, 4096)  # the pool's sockets and pipes are not ours


def _run(work: Work, report: Reporter) -> NoReturn:
    try:
        report.send({"result": work(report)})
        code = 0
    except BrokenPipeError:
        code = 1
    except BaseException as error:  # noqa: BLE001 - the outer edge of a job
        if not isinstance(error, AppError | MemoryError) and not _is_disk_full(error):
            traceback.print_exc()
        with contextlib.suppress(OSError):
            report.send({"error": describe(error)})
        code = 1
    sys.stderr.flush()
    os._exit(code)


def describe(error: BaseException) -> Message:
    """An error as it crosses the pipe."""
    known = as_app_error(error)
    return {"code": known.code, "detail": known.detail, "extra": known.extra}


def as_app_error(error: BaseException) -> AppError:
    """What a job says about an exception."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory("The work needs more memory than it may use. Use a machine with more, or smaller files.")
    if _is_disk_full(error):
        return DiskFull("The disk of the data directory filled up. Free some space, then try again.")
    return AppError(f"An unexpected error stopped the work: {type(error).__name__}. The log has the details.")


def _is_disk_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def rebuild(message: Message) -> AppError:
    return all_errors().get(message["code"], AppError)(message["detail"], **message["extra"])
