"""Error codes: unique, documented, and the same after a trip through another process."""

import pickle
import re
from pathlib import Path

from mistudio.core import errors
from mistudio.core.errors import AppError, all_errors
from mistudio.error_codes import document

DOCUMENT = Path(__file__).parents[3] / "docs" / "ERRORS.md"


def subclasses(cls: type[AppError]) -> list[type[AppError]]:
    return [cls, *(below for sub in cls.__subclasses__() for below in subclasses(sub))]


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run `python -m mistudio.error_codes > ../docs/ERRORS.md`"


def test_each_class_has_a_code_of_its_own() -> None:
    ours = [cls for cls in subclasses(AppError) if cls.__module__ == errors.__name__]
    codes = [cls.code for cls in ours]
    assert len(set(codes)) == len(codes)
    for cls in ours:
        assert re.fullmatch(r"[A-Z][A-Z0-9_]{2,39}", cls.code), cls
        assert cls.title().endswith("."), cls
        assert 400 <= cls.status < 600, cls


def test_an_error_is_the_same_after_a_trip() -> None:
    for cls in all_errors().values():
        back = pickle.loads(pickle.dumps(cls("What happened.", row=5)))
        assert (type(back), back.detail, back.extra) == (cls, "What happened.", {"row": 5})
