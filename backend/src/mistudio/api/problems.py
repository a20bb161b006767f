"""Every error as application/problem+json (RFC 9457), mapped in one place."""

import json
import logging
from collections.abc import Callable
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from mistudio.api.methods import allowed, mistaken
from mistudio.core.errors import AppError, DatabaseUnavailable, InvalidRequest, LengthMismatch, NotFound
from mistudio.schemas.common import Problem

MEDIA_TYPE = "application/problem+json"
# What asyncpg raises bare, because it happens before there is a connection.
NOT_CONNECTED = (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError, TimeoutError)
NOT_STORABLE = ("22021", "22P05")  # SQLSTATE: PostgreSQL's text holds every character but NUL
log = logging.getLogger(__name__)


class MethodNotAllowed(AppError):
    """This address does not take this method."""

    status, code = 405, "METHOD_NOT_ALLOWED"


def problem(error: AppError, request_id: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    body = {
        **error.extra,
        "type": "about:blank",
        "title": error.title(),
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
        **more,
    }
    headers = dict(headers or {})
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.status in (429, 503):
        headers.setdefault("Retry-After", str(int(error.extra.get("retry_after", 1))))
    # ASCII alone: what was refused may hold what UTF-8 cannot.
    return Response(json.dumps(body, default=str), error.status, headers, MEDIA_TYPE)


def refuse(error: AppError, request_id: str) -> Any:
    return problem(error, request_id)


def install(app: FastAPI) -> None:
    def mapped(kind: type[Exception], translate: Callable[[Any], AppError]) -> None:
        async def handle(request: Request, error: Exception) -> Response:
            return problem(translate(error), request.state.request_id)

        app.add_exception_handler(kind, handle)

    mapped(AppError, lambda error: error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in (OperationalError, InterfaceError, PoolTimeout, *NOT_CONNECTED):
        mapped(kind, lambda error: DatabaseUnavailable())
    mapped(ClientDisconnect, lambda error: LengthMismatch("The connection ended before the body did."))
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(Exception, _unexpected)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if mistaken(request.app, request.method, request.url.path):
        return await _http(request, HTTPException(405))
    errors = [{"loc": list(e["loc"]), "msg": e["msg"], "type": e["type"]} for e in error.errors()]
    where = ".".join(str(part) for part in errors[0]["loc"][1:]) if errors else ""
    detail = f"{where}: {errors[0]['msg']}" if where else (errors[0]["msg"] if errors else None)
    return problem(InvalidRequest(detail), request.state.request_id, errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    mapped: AppError = InvalidRequest(str(error.detail))
    if isinstance(error.__cause__, AppError):
        mapped = error.__cause__  # the gate's, raised while the body was read
    elif isinstance(error.__cause__, ClientDisconnect):
        mapped = LengthMismatch("The connection ended before the body did.")
    elif error.status_code == 404:
        mapped = NotFound()
    elif error.status_code == 405:
        mapped = MethodNotAllowed()
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := allowed(request.app, request.url.path)):
        headers["Allow"] = methods
    return problem(mapped, request.state.request_id, headers)


async def _database(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)
    if error.connection_invalidated:
        return problem(DatabaseUnavailable(), request.state.request_id)
    if getattr(error.orig, "sqlstate", None) in NOT_STORABLE:
        return problem(InvalidRequest("A text holds the character NUL."), request.state.request_id)
    return await _unexpected(request, error)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem(
        AppError("Something went wrong on the server; its log has the details."), request.state.request_id
    )


def _described(description: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": _described("What was wrong, and what to do"),
    "503": _described("A part does not answer, or no worker in time: try again after Retry-After"),
    "507": _described("The disk is too full"),
}
