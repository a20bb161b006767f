"""One byte of memory shared by a Celery worker and its pool: set when the worker was told to stop."""

import mmap

_FLAG = mmap.mmap(-1, 1)  # anonymous and shared: made on import, before the pool is forked


def announce() -> None:
    _FLAG[0] = 1


def announced() -> bool:
    return _FLAG[0] == 1
