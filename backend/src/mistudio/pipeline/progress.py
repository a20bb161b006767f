"""How the pipeline tells what it has done."""

from typing import Protocol


class Progress(Protocol):
    """Called after each batch. Cheap; may raise to stop the work at this place."""

    def __call__(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """stage: what is going on, one word. done, total: in `unit` (rows, bytes, files); total None if unknown."""


def silent(stage: str, done: int, total: int | None, unit: str) -> None:
    """Progress that nobody watches."""
