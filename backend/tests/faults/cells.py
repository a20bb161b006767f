"""Parameters of a row: the first is part of the usual run, the others of the whole table."""

from typing import Any

import pytest


def cells(*places: str) -> Any:
    first, *others = places
    return pytest.mark.parametrize(
        "at", [first, *(pytest.param(p, marks=pytest.mark.further_cell) for p in others)]
    )
