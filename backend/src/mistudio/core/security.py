"""The gate in front of everything, sockets too: host names, origins, the token, sizes, headers.

Threats and reasons: docs/SECURITY.md.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from mistudio.core.config import LOOPBACK_NAMES, Settings
from mistudio.core.errors import AppError, ForbiddenHost, ForbiddenOrigin, TooLarge, Unauthorized

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Refuse = Callable[[AppError, str], Asgi]

SESSION_COOKIE, CSRF_COOKIE, CSRF_HEADER = "mistudio_session", "mistudio_csrf", "x-csrf-token"
SESSION_S = 7 * 24 * 3600
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = frozenset({"/health", "/api/v1/health", "/ready", "/api/v1/ready", "/api/v1/session"})
GUARDED_PREFIXES = ("/api/", "/socket.io", "/openapi.json", "/metrics")
STREAMED = ("/api/v1/uploads", "/api/v1/datasets/ingest")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Gate:
    """ASGI middleware. refuse(error, request_id) makes the answer to a request that is turned away."""

    def __init__(self, app: Asgi, settings: Settings, refuse: Refuse) -> None:
        self._app, self._settings, self._refuse = app, settings, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        try:
            check(scope, headers, self._settings)
        except AppError as error:
            await self._turn_away(error, request_id, scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._app(scope, self._measured(scope, receive), _with_headers(send, request_id))

    async def _turn_away(
        self, error: AppError, request_id: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": error.code})
        else:
            await self._refuse(error, request_id)(scope, receive, _with_headers(send, request_id))

    def _measured(self, scope: Scope, receive: Receive) -> Receive:
        """Bodies without an announced length are counted while they come in; uploads have their own limit."""
        if scope["path"].startswith(STREAMED):
            return receive
        limit, seen = self._settings.max_body_bytes, 0

        async def counted() -> dict[str, Any]:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise TooLarge(f"A request body may have up to {limit} bytes here.", max_bytes=limit)
            return message

        return counted


def _with_headers(send: Send, request_id: str) -> Send:
    async def with_headers(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            extra = [*HEADERS, (b"x-request-id", request_id.encode())]
            message["headers"] = [*message["headers"], *(item for item in extra if item[0] not in there)]
        await send(message)

    return with_headers


def check(scope: Scope, headers: dict[str, str], settings: Settings) -> None:
    """Raise ForbiddenHost, ForbiddenOrigin, Unauthorized or TooLarge; otherwise the request may pass."""
    foreign = _check_host(headers.get("host", ""), settings)
    method = scope.get("method", "GET")
    is_socket = scope["type"] == "websocket"
    if is_socket or method not in SAFE_METHODS:
        _check_origin(headers, settings)
    path: str = scope["path"]
    if path.startswith(GUARDED_PREFIXES) and path not in OPEN_PATHS:
        _check_token(headers, settings, foreign, changes=method not in SAFE_METHODS)
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > settings.max_body_bytes and not path.startswith(STREAMED):
        raise TooLarge(f"A request body may have up to {settings.max_body_bytes} bytes here.")


def host_name(host: str) -> str:
    """The name in a Host header or an origin, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _check_host(host: str, settings: Settings) -> bool:
    """Whether the request came under a name other than this machine's own. DNS rebinding ends here."""
    name = host_name(host)
    if name in LOOPBACK_NAMES:
        return False
    if name and name in {allowed.lower() for allowed in settings.allowed_hosts}:
        return True
    raise ForbiddenHost(f"{name or 'No host'!r} is not in MISTUDIO_ALLOWED_HOSTS.")


def _check_origin(headers: dict[str, str], settings: Settings) -> None:
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
            return
        raise ForbiddenOrigin
    parts = urlsplit(origin)
    if parts.netloc and parts.netloc.lower() == headers.get("host", "").lower():
        return
    if host_name(parts.netloc) in {allowed.lower() for allowed in settings.allowed_hosts} | _dev_names(headers):
        return
    raise ForbiddenOrigin(f"Requests from {origin!r} are not allowed.")


def _dev_names(headers: dict[str, str]) -> set[str]:
    """A page on another loopback port (a development server) may talk to a loopback address."""
    return set(LOOPBACK_NAMES) if host_name(headers.get("host", "")) in LOOPBACK_NAMES else set()


def _check_token(headers: dict[str, str], settings: Settings, foreign: bool, *, changes: bool) -> None:
    if settings.api_token is None:
        if foreign:
            raise Unauthorized("Under this host name a token is needed, and none is set (MISTUDIO_API_TOKEN).")
        return
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if hmac.compare_digest(given.strip().encode(), _token(settings)):
            return
        raise Unauthorized("The token is not the one of this installation.")
    session = cookies(headers).get(SESSION_COOKIE)
    if session is None or not valid_session(session, settings):
        raise Unauthorized
    if changes and not hmac.compare_digest(headers.get(CSRF_HEADER, ""), csrf_of(session, settings)):
        raise ForbiddenOrigin("The page's CSRF token is missing or old; reload the page.")


def cookies(headers: dict[str, str]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _token(settings: Settings) -> bytes:
    return settings.api_token.get_secret_value().encode() if settings.api_token else b""


def _sign(purpose: str, text: str, settings: Settings) -> str:
    key = hashlib.sha256(b"mistudio " + purpose.encode() + b"\0" + _token(settings)).digest()
    return base64.urlsafe_b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode().rstrip("=")


def new_session(settings: Settings) -> str:
    """A cookie value that proves, until it expires, that the token was known."""
    text = f"{int(time.time()) + SESSION_S}.{uuid4().hex}"
    return f"{text}.{_sign('session', text, settings)}"


def valid_session(session: str, settings: Settings) -> bool:
    text, _, signature = session.rpartition(".")
    expires = text.partition(".")[0]
    good = hmac.compare_digest(signature.encode(), _sign("session", text, settings).encode())
    return good and expires.isdigit() and int(expires) > time.time()


def csrf_of(session: str, settings: Settings) -> str:
    return _sign("csrf", session, settings)


def knows_token(given: str, settings: Settings) -> bool:
    return settings.api_token is not None and hmac.compare_digest(given.encode(), _token(settings))
