"""Holding a process at a named place in its work (core/failpoints.py), to do something to it there.

F0 row inserted, F1 message sent, F2 claimed, F3 in the middle of reading, F4 in the middle of writing, F5 renamed
but not committed, F6 committed but not announced.
"""

import itertools

import psutil

from tests.local.waiting import eventually
from tests.stack import Stack

_lengths = itertools.count(16)


def arm(stack: Stack, *names: str) -> None:
    """The next process that comes to this place stays there."""
    for name in names:
        (stack.failpoints / name).touch()


def held(stack: Stack, name: str, timeout_s: float = 60) -> psutil.Process:
    """The process that has come there."""
    path = stack.failpoints / f"{name}.reached"
    eventually(path.exists, timeout_s)
    return psutil.Process(int(path.read_text()))


def release(stack: Stack, name: str) -> None:
    """Let it go on, or if it is dead, forget it."""
    (stack.failpoints / f"{name}.reached").unlink(missing_ok=True)


def disarm(stack: Stack) -> None:
    for path in stack.failpoints.iterdir():
        path.unlink(missing_ok=True)


def owner_of(stack: Stack, process: psutil.Process) -> str:
    """The name of the worker (or "api") that a process belongs to."""
    family = {process.pid, *(parent.pid for parent in process.parents())}
    return next(name for name in stack.processes if stack.processes[name].pid in family)


def shared_dataset(stack: Stack) -> str:
    """A dataset that all faults share. Returns its id."""
    found = stack.get("/datasets?q=shared")["items"]
    return str(found[0]["id"]) if found else stack.dataset(name="shared")


def tokenize(stack: Stack) -> str:
    """Ask for a result of the shared dataset that is not there yet. Returns the job's id."""
    return str(stack.tokenize(shared_dataset(stack), max_length=next(_lengths))["task_id"])


def hold(stack: Stack, at: str) -> tuple[str, psutil.Process]:
    """A tokenize job that is held at this place. Returns its id and the process that holds it."""
    arm(stack, at)
    job_id = tokenize(stack)
    return job_id, held(stack, at)
