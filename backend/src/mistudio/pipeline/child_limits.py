"""Limits for a process that reads what strangers wrote. For children only: they cannot be lifted again."""

import ctypes
import resource
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def limit(memory_bytes: int, cpu_s: int, file_bytes: int | None = None) -> None:
    """Bound what this process may still take, and end it with its parent (Linux).

    memory_bytes: of address space beyond what is mapped now. cpu_s: seconds of CPU time beyond what was used.
    file_bytes: the size of any file it writes; None leaves that alone. Beyond them allocations fail with
    MemoryError, SIGXCPU ends the process, and writes fail with EFBIG. No core file is left behind.
    """
    _set(resource.RLIMIT_AS, _mapped_bytes() + memory_bytes)
    _set(resource.RLIMIT_CPU, int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])) + cpu_s, grace=1)
    _set(resource.RLIMIT_CORE, 0)
    if file_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        _set(resource.RLIMIT_FSIZE, file_bytes)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _set(kind: int, value: int, grace: int = 0) -> None:
    """grace: how much further the hard limit is, at which the kernel kills without a reason."""
    _, hard = resource.getrlimit(kind)
    most = value + grace if hard == resource.RLIM_INFINITY else min(value + grace, hard)
    resource.setrlimit(kind, (min(value, most), most))


def _mapped_bytes() -> int:
    """Address space in use; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0
