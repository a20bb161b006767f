"""Hypothesis strategies for tables as people have them: text, numbers, booleans, nothing, and lists of these."""

from typing import Any

from hypothesis import strategies as st

INT64 = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(st.characters(categories=["L", "N"], include_characters="_ .-"), min_size=1, max_size=12)

SCALARS: dict[str, st.SearchStrategy[Any]] = {"text": TEXT, "int": INT64, "float": FLOATS, "bool": st.booleans()}
Column = list[Any]


def columns(rows: int, nulls: bool = True, nested: bool = True) -> st.SearchStrategy[Column]:
    """One column of `rows` values of one kind, null here and there."""
    kinds = list(SCALARS.values())
    if nested:
        kinds += [st.lists(kind, max_size=3) for kind in SCALARS.values()]
        kinds += [st.fixed_dictionaries({"x": st.none() | TEXT, "y": st.none() | INT64})]
    values = [st.none() | kind if nulls else kind for kind in kinds]
    return st.one_of([st.lists(value, min_size=rows, max_size=rows) for value in values])


@st.composite
def tables(draw: st.DrawFn, nulls: bool = True, nested: bool = True, max_rows: int = 8) -> dict[str, Column]:
    """column → values. At least one row and one column."""
    rows = draw(st.integers(1, max_rows))
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return {name: draw(columns(rows, nulls, nested)) for name in names}


def rows_of(table: dict[str, Column]) -> list[dict[str, Any]]:
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
