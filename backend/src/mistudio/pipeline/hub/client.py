"""One HTTP client for everything that goes to the Hub, below huggingface_hub and beside it.

huggingface_hub leaves some requests without a timeout, waits in silence for as long as `Retry-After` says, and
keeps trying an unreachable Hub for 23 seconds. Here every request has a timeout, a busy Hub is asked three times
within about a second, and a rate limit is said at once: longer pauses belong to the job that asked.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal

import httpx2
from huggingface_hub import HfApi, get_session, hf_hub_url, set_client_factory

from mistudio.core.errors import HubUnreachable
from mistudio.pipeline.hub.errors import BUSY_STATUSES, rate_limited, unreachable

CONNECT_S = 4.0
FIRST_ANSWER_S = 4.0  # of the request that shows whether there is a Hub at all
ANSWER_S = 10.0
PAUSES_S = (0.25, 0.75)  # before the second and the third try
TIMEOUT = httpx2.Timeout(ANSWER_S, connect=CONNECT_S)
# huggingface_hub asks this of the public Hub before its first request, to describe itself. We describe ourselves.
_SELF_DESCRIPTION = "/api/agent-harnesses"

Kind = Literal["dataset", "model"]
_installing = Lock()


class HubClient(httpx2.Client):
    """Raises HubRateLimited and HubUnreachable itself, past the retry loops of the libraries above it."""

    def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        if request.url.path == _SELF_DESCRIPTION:
            return httpx2.Response(404, request=request)
        given = request.extensions.get("timeout") or {}
        request.extensions["timeout"] = {**TIMEOUT.as_dict(), **{k: v for k, v in given.items() if v is not None}}
        for pause in (*PAUSES_S, None):
            try:
                response = super().send(request, stream=stream, **options)
            except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError) as error:
                failure = unreachable(error)
            except httpx2.TransportError as error:
                raise unreachable(error) from None
            else:
                if response.status_code == 429:
                    response.close()
                    raise rate_limited(response)
                if response.status_code not in BUSY_STATUSES:
                    return response
                response.close()
                status = response.status_code
                failure = HubUnreachable(f"The Hub answered with status {status}, three times.", status=status)
            if pause is not None:
                time.sleep(pause * random.uniform(0.8, 1.2))
        raise failure


def _make_client() -> HubClient:
    return HubClient(follow_redirects=True, timeout=TIMEOUT)


def install() -> None:
    """Make huggingface_hub use our client in this process. Cheap when it does already."""
    with _installing:  # replacing the client closes the one before, which another thread may just have got
        if not isinstance(get_session(), HubClient):
            set_client_factory(_make_client)


@dataclass(frozen=True)
class Origin:
    """Where the Hub is, and as whom it is asked. token None: anonymous, whatever token the machine has saved."""

    endpoint: str
    token: str | None = field(default=None, repr=False)

    def api(self) -> HfApi:
        """The Hub's own client."""
        install()
        return HfApi(endpoint=self.endpoint.rstrip("/"), token=self.token or False, library_name="mistudio")

    def page(self, kind: Kind, name: str) -> str:
        """The address of a repository's page, for people."""
        return f"{self.endpoint.rstrip('/')}/{'datasets/' if kind == 'dataset' else ''}{name}"


@dataclass(frozen=True)
class Commit:
    """A repository at one commit."""

    origin: Origin
    kind: Kind
    name: str
    sha: str

    @property
    def page(self) -> str:
        return self.origin.page(self.kind, self.name)

    def url(self, path: str) -> str:
        """Where a file of this commit is."""
        endpoint = self.origin.endpoint.rstrip("/")
        return hf_hub_url(self.name, path, repo_type=self.kind, revision=self.sha, endpoint=endpoint)


def headers(token: str | None) -> dict[str, str]:
    """Headers of a file request. Identity: what is stored is what is counted and hashed."""
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    return {"User-Agent": "mistudio", "Accept-Encoding": "identity", **authorization}


@contextmanager
def stream(url: str, token: str | None, byte_range: str | None, silence_s: float) -> Iterator[httpx2.Response]:
    """GET a file, following redirects; authorization stays on the Hub's origin. silence_s: longest wait."""
    install()
    asked = headers(token) | ({"Range": byte_range} if byte_range else {})
    timeout = httpx2.Timeout(silence_s, connect=CONNECT_S)
    with get_session().stream("GET", url, headers=asked, timeout=timeout) as response:
        yield response
