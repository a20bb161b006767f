"""From what the Hub's client and the network raise to the closed set of errors."""

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from huggingface_hub import errors as hub_errors

from mistudio.core.errors import (
    AppError,
    DiskFull,
    HubGated,
    HubMoved,
    HubNotFound,
    HubRateLimited,
    HubRevisionNotFound,
    HubTokenInvalid,
    HubUnreachable,
)

BUSY_STATUSES = frozenset({408, 500, 502, 503, 504})


@contextmanager
def hub_errors_as_ours(name: str, page: str, passing: tuple[type[httpx2.HTTPError], ...] = ()) -> Iterator[None]:
    """Raise the right AppError for what the block raises about the repository `name`, whose page is `page`.

    passing: errors that the caller handles itself.
    """
    try:
        yield
    except httpx2.HTTPError as error:
        if isinstance(error, passing):
            raise
        raise from_client(error, name, page) from None
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError):
        raise HubUnreachable(
            "What answered is not a Hub. Check the network and the address in HF_ENDPOINT."
        ) from None


@contextmanager
def gone_as_moved(name: str) -> Iterator[None]:
    """Raise HubMoved when a commit that was there a moment ago is not: the history was rewritten meanwhile."""
    try:
        yield
    except hub_errors.RevisionNotFoundError:
        raise HubMoved(f"The commit of {name} that was to be read is no longer on the Hub.") from None


@contextmanager
def disk_full_as_ours() -> Iterator[None]:
    """Raise DiskFull when the block runs out of disk."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull() from None
        raise


def from_client(error: httpx2.HTTPError, name: str, page: str) -> AppError:
    """The AppError for an exception of huggingface_hub or httpx2. Its text may quote headers, so ours is new."""
    if isinstance(error, hub_errors.GatedRepoError):
        return HubGated(
            f"{name} is gated: ask for access on its page, then give a token of that account.", url=page
        )
    if isinstance(error, hub_errors.DisabledRepoError):
        return HubNotFound(f"{name} was disabled by the Hub.", url=page)
    if isinstance(error, hub_errors.RevisionNotFoundError):
        return HubRevisionNotFound(f"{name} has no such revision.")
    if isinstance(error, hub_errors.EntryNotFoundError):
        return HubMoved(f"A file of {name} is no longer there.")
    if isinstance(error, hub_errors.RepositoryNotFoundError):
        return HubNotFound(f"The Hub has no {name}, or it is private and needs a token that may read it.")
    if isinstance(error, (hub_errors.HfHubHTTPError, httpx2.HTTPStatusError)):
        return from_response(error.response, name, page)
    return unreachable(error)


def from_response(response: httpx2.Response, name: str, page: str) -> AppError:
    """The AppError for an answer that is an error and carries no code of the Hub's own."""
    if response.status_code == 401:
        return HubTokenInvalid("The Hub does not accept the access token. Give a new one in the settings.")
    if response.status_code == 403:
        return HubGated(f"The Hub refuses access to {name}. Its page says why.", url=page)
    if response.status_code == 404:
        return HubNotFound(f"The Hub has no {name}.")
    return HubUnreachable(f"The Hub answered with status {response.status_code}.", status=response.status_code)


def rate_limited(response: httpx2.Response) -> HubRateLimited:
    """429: when to come back, in seconds, where the Hub says it."""
    after = retry_after(response.headers)
    if after is None:
        return HubRateLimited("The Hub asks to slow down.")
    return HubRateLimited(f"The Hub asks to slow down, for {after} seconds.", retry_after=after)


def retry_after(headers: httpx2.Headers) -> int | None:
    """Seconds to wait, from `Retry-After` in seconds or from the reset time of the Hub's `RateLimit` header."""
    given = headers.get("retry-after", "").strip()
    if given.isdigit():
        return int(given)
    reset = [part.strip()[2:] for part in headers.get("ratelimit", "").split(";") if part.strip().startswith("t=")]
    return int(reset[0]) if reset and reset[0].isdigit() else None


def unreachable(error: httpx2.HTTPError) -> HubUnreachable:
    if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError):
        return HubUnreachable("The Hub cannot be reached. Check the network, or the address in HF_ENDPOINT.")
    if isinstance(error, httpx2.TimeoutException):
        return HubUnreachable("The Hub did not answer in time.")
    return HubUnreachable("The connection to the Hub was lost.")
