"""Prints docs/ERRORS.md: `python -m mistudio.error_codes > ../docs/ERRORS.md`."""

import sys

import mistudio.main  # noqa: F401  with it comes every class of error that a server raises
from mistudio.core.errors import AppError, Kind, all_errors

INTRODUCTION = """# Error codes

<!-- Written by `python -m mistudio.error_codes`; change the classes in core/errors.py instead. -->

Every refused request is answered with `application/problem+json`, and every failed job shows the same words under
`error`: a stable `code`, a `title` that says what the code means, and a `detail` that says what happened this time,
often with more members beside it (`row`, `column`, `job_id`, `max_bytes`, …). Programs look at the code alone.

**Answer** is the HTTP status of a request. **In a job** says what a job does that meets the error: *fails* at once,
since the same input would fail again; is *tried again* by itself with growing pauses; *waits* for something that
ends by itself; or *fails until room is made* on the disk or in memory.

| Code | Answer | In a job | Meaning |
|---|---|---|---|
"""
SERVER = ("mistudio.core.", "mistudio.api.")
IN_A_JOB = {
    Kind.PERMANENT: "fails",
    Kind.TRANSIENT: "tried again",
    Kind.WAITING: "waits",
    Kind.RESOURCE: "fails until room is made",
}


def document() -> str:
    """All codes that a server may answer with; those of the command line are its own."""
    shown = [cls for cls in all_errors().values() if cls.__module__.startswith(SERVER)]
    return INTRODUCTION + "".join(_line(cls) for cls in sorted(shown, key=lambda cls: (cls.status, cls.code)))


def _line(cls: type[AppError]) -> str:
    return f"| `{cls.code}` | {cls.status} | {IN_A_JOB[cls.kind]} | {cls.title()} |\n"


if __name__ == "__main__":
    sys.stdout.write(document())
