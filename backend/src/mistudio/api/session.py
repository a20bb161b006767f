"""/session: the page's login with the token."""

import time
from collections import deque

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr

from mistudio.api.deps import SettingsDep
from mistudio.core import security
from mistudio.core.errors import TooManyRequests, Unauthorized
from mistudio.schemas import common

router = APIRouter(prefix="/session", tags=["session"])

TRIES, PER_S = 10, 60.0
_failed: deque[float] = deque(maxlen=TRIES)


class Login(common.Request):
    token: SecretStr = Field(max_length=500)


class SessionView(common.Response):
    needs_login: bool
    logged_in: bool


@router.get("")
async def show_session(request: Request, settings: SettingsDep) -> SessionView:
    """Whether this installation asks for a login, and whether this page has one."""
    needed = settings.api_token is not None
    cookie = request.cookies.get(security.SESSION_COOKIE, "")
    return SessionView(needs_login=needed, logged_in=not needed or security.valid_session(cookie, settings))


@router.post("", status_code=204)
async def log_in(login: Login, request: Request, settings: SettingsDep) -> Response:
    """Exchange the token for a cookie. The page sends the CSRF cookie's value back in X-CSRF-Token."""
    now = time.monotonic()
    if len(_failed) == TRIES and now - _failed[0] < PER_S:
        raise TooManyRequests("Too many wrong tokens. Wait a minute.", retry_after=60)
    if not security.knows_token(login.token.get_secret_value(), settings):
        _failed.append(now)
        raise Unauthorized("The token is not the one of this installation.")
    session = security.new_session(settings)
    response = Response(status_code=204)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    age = security.SESSION_S
    response.set_cookie(
        security.SESSION_COOKIE, session, max_age=age, httponly=True, samesite="strict", secure=secure
    )
    csrf = security.csrf_of(session, settings)
    response.set_cookie(security.CSRF_COOKIE, csrf, max_age=age, samesite="strict", secure=secure)
    return response


@router.delete("", status_code=204)
async def log_out() -> Response:
    response = Response(status_code=204)
    response.delete_cookie(security.SESSION_COOKIE)
    response.delete_cookie(security.CSRF_COOKIE)
    return response
