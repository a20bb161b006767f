"""The gate in front of everything, sockets too: host names, origins, the token, sizes, headers.

Threats and reasons: docs/SECURITY.md.
"""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mistudio.core import login
from mistudio.core.config import LOOPBACK_NAMES, Settings
from mistudio.core.errors import AppError, ForbiddenHost, ForbiddenOrigin, TooLarge, Unauthorized

Refuse = Callable[[AppError, str], ASGIApp]

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
NOT_KEPT = (b"cache-control", b"no-store")  # what the API says is nobody's to keep


class Gate:
    """ASGI middleware. refuse(error, request_id) makes the answer to a request that is turned away."""

    def __init__(
        self, app: ASGIApp, settings: Settings, refuse: Refuse, wrong_tokens: login.WrongTokens | None = None
    ) -> None:
        self._app, self._settings, self._refuse = app, settings, refuse
        self._wrong_tokens = wrong_tokens or login.WrongTokens()
        self._allowed = frozenset(host_name(name) for name in settings.allowed_hosts) - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        try:
            self._check(scope, headers)
        except AppError as error:
            await self._turn_away(error, request_id, scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._app(scope, self._measured(scope, receive), _with_headers(send, scope, request_id))

    async def _turn_away(
        self, error: AppError, request_id: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": error.code})
        else:
            await self._refuse(error, request_id)(scope, receive, _with_headers(send, scope, request_id))

    def _measured(self, scope: Scope, receive: Receive) -> Receive:
        """Bodies without an announced length are counted while they come in; uploads have their own limit."""
        if scope["path"].startswith(STREAMED):
            return receive
        limit, seen = self._settings.max_body_bytes, 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _too_large(limit)
            return message

        return counted

    def _check(self, scope: Scope, headers: dict[str, str]) -> None:
        """Raise ForbiddenHost, ForbiddenOrigin, Unauthorized, TooManyRequests or TooLarge, or let it pass."""
        foreign = self._check_host(headers.get("host", "")) or not _on_this_machine(scope)
        method: str = scope.get("method", "GET")
        path: str = scope["path"]
        if scope["type"] == "websocket" or method not in SAFE_METHODS:
            self._check_origin(headers)
        if path.startswith(GUARDED_PREFIXES) and path not in OPEN_PATHS:
            self._check_token(scope, headers, foreign, changes=method not in SAFE_METHODS)
        if not path.startswith(STREAMED) and _announced(headers) > self._settings.max_body_bytes:
            raise _too_large(self._settings.max_body_bytes)

    def _check_host(self, host: str) -> bool:
        """Whether the request came under a name other than this machine's own. DNS rebinding ends here."""
        name = host_name(host)
        if name in LOOPBACK_NAMES:
            return False
        if name in self._allowed:
            return True
        raise ForbiddenHost(f"{name or 'No host'!r} is not in MISTUDIO_ALLOWED_HOSTS.")

    def _check_origin(self, headers: dict[str, str]) -> None:
        origin = headers.get("origin")
        if origin is None:
            if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
                return
            raise ForbiddenOrigin
        host, name = headers.get("host", ""), _origin_name(origin)
        if name and (origin.lower().partition("://")[2] == host.lower() or name in self._allowed):
            return
        # A page on another loopback port (a development server) may talk to a loopback address.
        if name in LOOPBACK_NAMES and host_name(host) in LOOPBACK_NAMES:
            return
        raise ForbiddenOrigin(f"Requests from {origin!r} are not allowed.")

    def _check_token(self, scope: Scope, headers: dict[str, str], foreign: bool, *, changes: bool) -> None:
        settings = self._settings
        if settings.api_token is None:
            if foreign:
                raise Unauthorized("From elsewhere a token is needed, and none is set here (MISTUDIO_API_TOKEN).")
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            self._check_bearer(given.strip(), client_address(scope))
            return
        session = login.session_cookie(headers)
        if not login.valid_session(session, settings):
            raise Unauthorized
        if changes and not login.valid_csrf(headers.get(login.CSRF_HEADER, ""), session, settings):
            raise ForbiddenOrigin("The page's CSRF token is missing or old; reload the page.")

    def _check_bearer(self, given: str, address: str) -> None:
        self._wrong_tokens.check(address)
        if not login.knows_token(given, self._settings):
            self._wrong_tokens.add(address)
            raise Unauthorized("The token is not the one of this installation.")


def _with_headers(send: Send, scope: Scope, request_id: str) -> Send:
    wanted = [*HEADERS, (b"x-request-id", request_id.encode())]
    if scope["path"].startswith("/api/"):
        wanted.append(NOT_KEPT)

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(item for item in wanted if item[0] not in there)]
        await send(message)

    return with_headers


def _announced(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"A request body may have up to {limit} bytes here.", max_bytes=limit)


def host_name(host: str) -> str:
    """The name in a Host header, without its port; "" for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _origin_name(origin: str) -> str:
    """The host of an Origin header; "" for `null` and for what is none."""
    scheme, _, rest = origin.partition("://")
    return host_name(rest) if scheme.lower() in ("http", "https") else ""


def client_address(scope: Scope) -> str:
    """Where the request came from; "" over a Unix socket."""
    client: tuple[str, int] | None = scope.get("client")
    return client[0] if client else ""


def _on_this_machine(scope: Scope) -> bool:
    """Whether the other side is this machine, whatever address we were told to listen on."""
    try:
        address = ip_address(client_address(scope))
    except ValueError:
        return True
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
