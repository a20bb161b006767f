"""/session: the page's login with the token."""

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr

from mistudio.api.deps import SettingsDep
from mistudio.core import login
from mistudio.core.errors import Unauthorized
from mistudio.core.security import client_address
from mistudio.schemas import common

router = APIRouter(prefix="/session", tags=["session"])


class Login(common.Request):
    token: SecretStr = Field(max_length=500)


class SessionView(common.Response):
    needs_login: bool
    logged_in: bool


@router.get("")
async def show_session(request: Request, settings: SettingsDep) -> SessionView:
    """Whether this installation asks for a login, and whether this page has one."""
    needed = settings.api_token is not None
    cookie = request.cookies.get(login.SESSION_COOKIE, "")
    return SessionView(needs_login=needed, logged_in=not needed or login.valid_session(cookie, settings))


@router.post("", status_code=204)
async def log_in(given: Login, request: Request, settings: SettingsDep) -> Response:
    """Exchange the token for a cookie. The page sends the CSRF cookie's value back in X-CSRF-Token."""
    wrong_tokens: login.WrongTokens = request.app.state.wrong_tokens
    address = client_address(request.scope)
    wrong_tokens.check(address)
    if not login.knows_token(given.token.get_secret_value(), settings):
        wrong_tokens.add(address)
        raise Unauthorized("The token is not the one of this installation.")
    session = login.new_session(settings)
    response = Response(status_code=204)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    age = login.SESSION_S
    response.set_cookie(login.SESSION_COOKIE, session, max_age=age, httponly=True, samesite="strict", secure=secure)
    csrf = login.csrf_of(session, settings)
    response.set_cookie(login.CSRF_COOKIE, csrf, max_age=age, samesite="strict", secure=secure)
    return response


@router.delete("", status_code=204)
async def log_out() -> Response:
    response = Response(status_code=204)
    response.delete_cookie(login.SESSION_COOKIE)
    response.delete_cookie(login.CSRF_COOKIE)
    return response
