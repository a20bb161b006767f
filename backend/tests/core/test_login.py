"""Tokens, sessions, and guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from mistudio.core import login
from mistudio.core.config import Settings
from mistudio.core.errors import TooManyRequests
from mistudio.core.login import WrongTokens

TOKEN = "a long random text"
WITH_TOKEN = Settings(_env_file=None, api_token=SecretStr(TOKEN))
WITHOUT = Settings(_env_file=None)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("given", ["", "a long random tex", "A long random text", TOKEN + " ", "ü", "\ud800"])
def test_only_the_token_is_the_token(given: str) -> None:
    assert login.knows_token(TOKEN, WITH_TOKEN)
    assert not login.knows_token(given, WITH_TOKEN)


@pytest.mark.parametrize("given", ["", TOKEN, "None"])
def test_without_a_token_nothing_is_it(given: str) -> None:
    assert not login.knows_token(given, WITHOUT)
    assert not login.valid_session(login.new_session(WITHOUT), WITHOUT)


def test_a_session_holds_under_its_token_alone() -> None:
    session = login.new_session(WITH_TOKEN)
    assert login.valid_session(session, WITH_TOKEN)
    other = Settings(_env_file=None, api_token=SecretStr("another"))
    assert not login.valid_session(session, other)
    assert login.new_session(WITH_TOKEN) != session


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    session = login.new_session(WITH_TOKEN)
    later = login.time.time() + login.SESSION_S + 1
    monkeypatch.setattr(login.time, "time", lambda: later)
    assert not login.valid_session(session, WITH_TOKEN)


@given(st.text(max_size=80))
def test_no_text_is_a_session_by_chance(text: str) -> None:
    assert not login.valid_session(text, WITH_TOKEN)


@given(st.integers(0, 200), st.characters())
def test_a_session_cannot_be_changed(place: int, character: str) -> None:
    session = login.new_session(WITH_TOKEN)
    place %= len(session)
    changed = session[:place] + character + session[place + 1 :]
    assert login.valid_session(changed, WITH_TOKEN) == (changed == session)


def test_the_csrf_token_belongs_to_its_session() -> None:
    one, other = login.new_session(WITH_TOKEN), login.new_session(WITH_TOKEN)
    assert login.valid_csrf(login.csrf_of(one, WITH_TOKEN), one, WITH_TOKEN)
    for wrong in ("", "ü", login.csrf_of(other, WITH_TOKEN), one):
        assert not login.valid_csrf(wrong, one, WITH_TOKEN)


def test_a_cookie_of_another_program_does_not_matter() -> None:
    header = 'theirs={"a": [1, 2]}; broken; mistudio_session=1.2.3; x="y'
    assert login.session_cookie({"cookie": header}) == "1.2.3"
    assert login.session_cookie({}) == ""


def test_ten_wrong_tokens_a_minute() -> None:
    clock = Clock()
    wrong = WrongTokens(clock)
    for _ in range(login.TRIES):
        wrong.check("192.0.2.1")
        wrong.add("192.0.2.1")
        clock.now += 1
    with pytest.raises(TooManyRequests) as refused:
        wrong.check("192.0.2.1")
    assert refused.value.extra["retry_after"] == 51
    wrong.check("192.0.2.2")
    clock.now += 50
    wrong.check("192.0.2.1")


def test_an_ipv6_customer_is_one() -> None:
    wrong = WrongTokens(Clock())
    for i in range(login.TRIES):
        wrong.add(f"2001:db8:1:2::{i:x}")
    with pytest.raises(TooManyRequests):
        wrong.check("2001:db8:1:2:ffff::1")
    wrong.check("2001:db8:1:3::1")


def test_memory_of_guesses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "ADDRESSES", 3)
    wrong = WrongTokens(Clock())
    for last in range(100):
        wrong.add(f"192.0.2.{last}")
    assert len(wrong._wrong) == 3
