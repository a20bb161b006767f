"""One hostile file and the answer it must get."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Make = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """content: the file's bytes, or what writes it at a path. code: the error's, or None when the file is good.

    extra: what the error must say beside its code. rows: what a good file must hold. types: and as what.
    """

    name: str
    filename: str
    content: bytes | Make
    code: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] | None = None
    types: dict[str, str] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        if isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            self.content(path)


def column(name: str, values: list[Any]) -> list[dict[str, Any]]:
    return [{name: value} for value in values]


def long_line(start: bytes, filler: bytes, size: int = 10**9) -> Make:
    """A file that begins with text and goes on as one line of `size` bytes, most of them a hole on the disk."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(start + filler * (2**21 // len(filler)))
            file.truncate(size)

    return make
