"""Faults on demand: what goes wrong with which request, and how often."""

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["status", "drop", "cut", "stall", "slow", "truncate", "corrupt", "no_ranges", "move", "squash"]


@dataclass
class Fault:
    """What happens to requests whose "METHOD /path" matches.

    status: answered with `status` and `headers`.      drop: the connection ends before any answer.
    cut, stall: the connection ends, or falls silent, `after` bytes into the body.
    slow: `rate` bytes per second.                     truncate: the file ends after `after` bytes, headers and all.
    no_ranges: the whole file, whatever range is asked for.
    corrupt: the byte at `after` is another one.       move: a new commit first. squash: and the old ones are gone.
    times: how many requests are hit; None: all.
    """

    match: str
    kind: Kind
    times: int | None = None
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    after: int = 0
    rate: int = 0

    def hits(self, request: str) -> bool:
        """Whether this request is hit; counts it."""
        if self.times == 0 or not re.search(self.match, request):
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Logged:
    """One request. sent: bytes of body. origin: "hub" or "files" (the file store)."""

    method: str
    path: str
    query: str
    range: str | None
    authorized: bool
    origin: str
    status: int = 0
    sent: int = 0
    fault: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
