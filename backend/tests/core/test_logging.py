"""Logs hold what happened, and no secret."""

import json
import logging
from collections.abc import Iterator

import pytest

from mistudio.core.logging import configure_logging

SECRET = "hf_this_must_not_be_seen"


@pytest.fixture
def fresh() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def fails(token: str) -> None:
    holder = {"token": token}
    raise KeyError(len(holder))


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_does_not_show_variables(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", form)
    try:
        fails(SECRET)
    except KeyError:
        logging.getLogger("test").exception("it failed")
    said = capsys.readouterr().err
    assert "it failed" in said
    assert "KeyError" in said
    assert SECRET not in said


@pytest.mark.usefixtures("fresh")
def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    logging.getLogger("test").info("two\nlines %s", "\u202e")
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "two\nlines \u202e"
