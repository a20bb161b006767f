"""Waiting for what happens in another process."""

import time
from collections.abc import Callable
from typing import TypeVar

import psutil

T = TypeVar("T")


def eventually(condition: Callable[[], T], timeout_s: float = 20.0) -> T:
    """The condition's first true value. Fails after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{condition} did not come true within {timeout_s} s"
        time.sleep(0.02)
    return value


def has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more. A container without an init process keeps the names of dead orphans (zombies)."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
