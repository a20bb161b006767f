"""Values that requests bring, and what they may not be."""

from typing import Annotated

from pydantic import AfterValidator, Field, Strict, StringConstraints

# `true` is no number, and 1 no truth.
Whole = Annotated[int, Strict()]
YesNo = Annotated[bool, Strict()]

LONGEST_DIRECTORY = 200  # bytes; file systems allow 255

# PostgreSQL keeps every character but NUL. Lone surrogates never get this far: they are no Unicode text.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]

# No control characters, no bidirectional overrides: it is shown in lists, tabs and logs.
_SHOWN = r"^[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$"
ShownText = Annotated[str, StringConstraints(pattern=_SHOWN)]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_SHOWN)]


def _names_directory(name: str) -> str:
    if len(name.encode()) > LONGEST_DIRECTORY:
        raise ValueError(f"a split's name may have up to {LONGEST_DIRECTORY} bytes")
    return name


SplitName = Annotated[str, Field(pattern=r"^\w+(\.\w+)*$", max_length=100), AfterValidator(_names_directory)]
