"""Run one program so that nothing of it outlives the process that asked for it.

Started as a script by an isolated interpreter, with the standard library only, so that it costs 20 ms and 9 MB:

    guard.py SIGNAL GRACE UID GID -- COMMAND…

The program gets SIGNAL, and GRACE seconds later SIGKILL, when our standard input ends (whoever started us is
gone or closed it), when our parent changes, or when we are told to stop. Once the program has ended, everything
it started is killed, whatever session or process group it moved to: on Linux we adopt its orphans. There the
program also gets SIGNAL from the kernel when this guard is itself killed. UID and GID are numbers, or -1 to stay
who we are. Our exit status is the program's (128 + signal when a signal ended it).
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
KILL_FOR_S = 10.0  # a process in uninterruptible sleep is given up after this


def prctl(option: int, value: int) -> None:
    if LINUX and ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "prctl")


def descendants(ancestor: int) -> list[int]:
    """Every process below `ancestor`, zombies included, parents first."""
    children: dict[int, list[int]] = {}
    for pid, parent in _processes():
        children.setdefault(parent, []).append(pid)
    found = list(children.get(ancestor, ()))
    for pid in found:
        found += children.get(pid, ())
    return found


def _processes() -> list[tuple[int, int]]:
    """(pid, parent) of every process."""
    if not LINUX:
        listing = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return [(int(pid), int(parent)) for pid, parent in map(str.split, listing.splitlines())]
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib would double the start time
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    # pid (command) state parent …; the command may hold spaces and parentheses
                    found.append((int(name), int(file.read().rpartition(b")")[2].split()[1])))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def spawn(command: list[str], stop_signal: int, uid: int, gid: int) -> int:
    """Start the program in a session of its own. Returns its pid."""
    guard = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        if gid >= 0:
            os.setgroups([])
            os.setgid(gid)
        if uid >= 0:
            os.setuid(uid)
        prctl(PR_SET_PDEATHSIG, stop_signal)  # after setuid, which clears it
        if os.getppid() != guard:
            os._exit(1)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # ignored by Python, and that would be inherited
            signal.signal(ignored, signal.SIG_DFL)
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"cannot start {command[0]}: {error}\n".encode())
    os._exit(127)


def reap(ended: dict[int, int]) -> None:
    """Note the exit status of every child and adopted orphan that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        ended[pid] = code if code >= 0 else 128 - code


def wait(pid: int, ended: dict[int, int], wakeup: int, parent: int) -> None:
    """Return when the program has ended or should."""
    while True:
        reap(ended)
        if pid in ended or os.getppid() != parent:
            return
        readable, _, _ = select.select([0, wakeup], [], [], 1.0)
        if 0 in readable and not os.read(0, 4096):
            return
        if wakeup in readable and STOP.intersection(os.read(wakeup, 4096)):
            return


def end(pid: int, ended: dict[int, int], stop_signal: int, grace_s: float) -> None:
    """Ask the program to stop, then kill it and everything it left."""
    deadline = time.monotonic() + grace_s
    if pid not in ended:
        os.kill(pid, stop_signal)
    while pid not in ended and time.monotonic() < deadline:
        time.sleep(0.01)
        reap(ended)
    if not LINUX:  # its orphans are not ours there; those that stayed in its group can still be reached
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    deadline = time.monotonic() + KILL_FOR_S
    while (left := descendants(os.getpid())) and time.monotonic() < deadline:
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.005)
        reap(ended)


def main(arguments: list[str]) -> int:
    stop_signal, grace_s, uid, gid, command = (
        int(arguments[0]),
        float(arguments[1]),
        int(arguments[2]),
        int(arguments[3]),
        arguments[5:],
    )
    parent = os.getppid()
    wakeup, notify = os.pipe()
    os.set_blocking(notify, False)
    for number in (*STOP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(notify, warn_on_full_buffer=False)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    ended: dict[int, int] = {}
    pid = spawn(command, stop_signal, uid, gid)
    wait(pid, ended, wakeup, parent)
    end(pid, ended, stop_signal, grace_s)
    return ended.get(pid, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
