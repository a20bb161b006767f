"""/session: login with the token, cookie, CSRF."""

from http.cookies import SimpleCookie

import httpx2
import pytest

from mistudio.core import login
from tests.app import App, MakeApp, problem_of
from tests.factories import insert_dataset

TOKEN = "a long random text for tests"


@pytest.fixture
async def guarded(make_app: MakeApp) -> App:
    return await make_app({"MISTUDIO_API_TOKEN": TOKEN})


async def logged_in(app: App) -> tuple[httpx2.AsyncClient, str]:
    """A browser that is logged in, and the CSRF token that its page would read from the cookie."""
    browser = app.from_address(origin="http://127.0.0.1")
    assert (await browser.post("/session", json={"token": TOKEN})).status_code == 204
    return browser, browser.cookies[login.CSRF_COOKIE]


async def test_nobody_has_to_log_in_without_a_token(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/session")).json() == {"needs_login": False, "logged_in": True}
    problem_of(await client.post("/session", json={"token": "anything"}), 401, "UNAUTHORIZED")


async def test_login_gives_strict_cookies(guarded: App) -> None:
    assert (await guarded.client.get("/session")).json() == {"needs_login": True, "logged_in": False}
    response = await guarded.client.post("/session", json={"token": TOKEN})
    assert response.status_code == 204
    assert TOKEN not in str(response.headers)
    cookies = {name: morsel for line in response.headers.get_list("set-cookie")
               for name, morsel in SimpleCookie(line).items()}  # fmt: skip
    session, csrf = cookies[login.SESSION_COOKIE], cookies[login.CSRF_COOKIE]
    assert session["httponly"]
    assert not csrf["httponly"]
    assert session["samesite"] == csrf["samesite"] == "strict"
    assert session["path"] == "/"
    assert not session["secure"]
    assert (await guarded.client.get("/session")).json() == {"needs_login": True, "logged_in": True}


async def test_cookies_are_secure_behind_https(guarded: App) -> None:
    response = await guarded.client.post("/session", json={"token": TOKEN}, headers={"x-forwarded-proto": "https"})
    assert all("secure" in line.lower() for line in response.headers.get_list("set-cookie"))


async def test_a_page_reads_with_its_cookie_and_writes_with_the_csrf_token(guarded: App) -> None:
    dataset_id = await insert_dataset(guarded.sessions, name="before")
    problem_of(await guarded.client.get("/datasets"), 401, "UNAUTHORIZED")
    browser, csrf = await logged_in(guarded)
    assert (await browser.get("/datasets")).status_code == 200
    change = {"name": "after"}
    problem_of(await browser.patch(f"/datasets/{dataset_id}", json=change), 403, "ORIGIN_NOT_ALLOWED")
    for wrong in ("", "wrong", "\xfc"):
        response = await browser.patch(
            f"/datasets/{dataset_id}", json=change, headers={"X-CSRF-Token": wrong.encode("latin-1")}
        )
        problem_of(response, 403, "ORIGIN_NOT_ALLOWED")
    assert await guarded.sql("SELECT name FROM datasets") == [{"name": "before"}]
    response = await browser.patch(f"/datasets/{dataset_id}", json=change, headers={"X-CSRF-Token": csrf})
    assert response.json()["name"] == "after"


async def test_logging_out_forgets_the_cookies(guarded: App) -> None:
    browser, _ = await logged_in(guarded)
    assert (await browser.delete("/session")).status_code == 204
    assert not browser.cookies
    problem_of(await browser.get("/datasets"), 401, "UNAUTHORIZED")


async def test_wrong_tokens_are_counted_by_address(guarded: App) -> None:
    guesser = guarded.from_address("127.0.0.9")
    for i in range(login.TRIES):
        if i % 2:
            response = await guesser.post("/session", json={"token": f"guess {i}"})
        else:
            response = await guesser.get("/datasets", headers={"Authorization": f"Bearer guess{i}"})
        assert response.headers["www-authenticate"] == "Bearer"
        problem_of(response, 401, "UNAUTHORIZED")
    late = await guesser.post("/session", json={"token": TOKEN})
    problem_of(late, 429, "RATE_LIMITED")
    assert 0 < int(late.headers["retry-after"]) <= 61
    problem_of(await guesser.get("/datasets", headers={"Authorization": f"Bearer {TOKEN}"}), 429, "RATE_LIMITED")
    assert (await guarded.client.post("/session", json={"token": TOKEN})).status_code == 204


@pytest.mark.parametrize("body", [{}, {"token": 1}, {"token": "x" * 501}, {"token": TOKEN, "more": 1}, [], None])
async def test_junk_is_refused(guarded: App, body: object) -> None:
    response = await guarded.client.post("/session", json=body)
    problem = problem_of(response, 422, "INVALID_REQUEST")
    assert problem["errors"]
    assert TOKEN not in response.text
