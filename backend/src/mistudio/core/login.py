"""The API token: who knows it, the cookies that prove it was known, and how often a wrong one may be tried."""

import base64
import hashlib
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from uuid import uuid4

from starlette.requests import cookie_parser

from mistudio.core.config import Settings
from mistudio.core.errors import TooManyRequests

SESSION_COOKIE, CSRF_COOKIE, CSRF_HEADER = "mistudio_session", "mistudio_csrf", "x-csrf-token"
SESSION_S = 7 * 24 * 3600
TRIES, PER_S, ADDRESSES = 10, 60.0, 10_000


class WrongTokens:
    """Slows guessing down: TRIES wrong tokens a minute from one address, then none is looked at for a while.

    An IPv6 address stands for its /64, which is what one customer has. The longest silent addresses are forgotten
    first, so that memory stays bounded.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raise TooManyRequests while this address has used up its tries."""
        times = self._wrong.get(_customer(address))
        if times is None or len(times) < TRIES:
            return
        left = PER_S - (self._clock() - times[0])
        if left > 0:
            raise TooManyRequests("Too many wrong tokens. Wait a minute.", retry_after=int(left) + 1)

    def add(self, address: str) -> None:
        customer = _customer(address)
        self._wrong.setdefault(customer, deque(maxlen=TRIES)).append(self._clock())
        self._wrong.move_to_end(customer)
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)


def _customer(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def knows_token(given: str, settings: Settings) -> bool:
    """Compared in constant time. Never true while no token is set."""
    return settings.api_token is not None and _equal(given, settings.api_token.get_secret_value())


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def session_cookie(headers: dict[str, str]) -> str:
    """ "" where there is none. What other programs on this host left among the cookies does not matter."""
    return cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE, "")


def new_session(settings: Settings) -> str:
    """A cookie value that proves, until it expires, that the token was known. Another token ends it."""
    text = f"{int(time.time()) + SESSION_S}.{uuid4().hex}"
    return f"{text}.{_sign('session', text, settings)}"


def valid_session(session: str, settings: Settings) -> bool:
    text, _, signature = session.rpartition(".")
    if settings.api_token is None or not _equal(signature, _sign("session", text, settings)):
        return False
    return int(text.partition(".")[0]) > time.time()


def csrf_of(session: str, settings: Settings) -> str:
    return _sign("csrf", session, settings)


def valid_csrf(given: str, session: str, settings: Settings) -> bool:
    return _equal(given, csrf_of(session, settings))


def _sign(purpose: str, text: str, settings: Settings) -> str:
    token = settings.api_token.get_secret_value() if settings.api_token else ""
    key = hashlib.sha256(f"mistudio {purpose}\0{token}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode().rstrip("=")
