"""The bytes of a file on the Hub: from any place on, across lost connections, checked against the listing."""

import re
from collections.abc import Iterator
from threading import Event

import httpx2
from huggingface_hub.utils._http import hf_raise_for_status

from mistudio.core.errors import HubFileBroken, HubMoved, HubUnreachable
from mistudio.pipeline.hub.client import Commit, stream
from mistudio.pipeline.hub.errors import gone_as_moved, hub_errors_as_ours, unreachable
from mistudio.pipeline.hub.shapes import HubFile

CHUNK = 1 << 18
BARREN_TRIES = 3  # connections in a row that bring not one byte
LOST = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)


def chunks(
    commit: Commit,
    file: HubFile,
    silence_s: float,
    start: int = 0,
    end: int | None = None,
    stopped: Event | None = None,
) -> Iterator[bytes]:
    """The file's bytes from start to end (default: all). silence_s: longest wait for the next byte.

    A connection that is lost is made again from where it was lost, for as long as each brings something and nobody
    has `stopped` it.
    Raises HubMoved, HubFileBroken, HubUnreachable, HubRateLimited, HubGated, HubTokenInvalid.
    """
    position, end, barren = start, file.size if end is None else end, 0
    while position < end and not (stopped is not None and stopped.is_set()):
        before, failure = position, HubUnreachable("The connection to the Hub was lost.")
        whole = position == 0 and end == file.size
        asked = None if whole else f"bytes={position}-{end - 1}"
        try:
            with (
                hub_errors_as_ours(commit.name, commit.page, passing=LOST),
                stream(commit.url(file.path), commit.origin.token, asked, silence_s) as response,
            ):
                _check(response, commit, file)
                unwanted = position if response.status_code == 200 else 0  # a range may be ignored
                for chunk in response.iter_raw():
                    wanted = chunk[unwanted:][: end - position]
                    unwanted = max(0, unwanted - len(chunk))
                    position += len(wanted)
                    if wanted:
                        yield wanted
                    if position == end:
                        break
        except LOST as error:
            failure = unreachable(error)
        barren = 0 if position > before else barren + 1
        if barren == BARREN_TRIES:
            raise failure


def _check(response: httpx2.Response, commit: Commit, file: HubFile) -> None:
    """Refuse an answer that is an error, of another commit, or of a file of another size."""
    first = response.history[0] if response.history else response
    sha = first.headers.get("x-repo-commit", commit.sha)
    etag = (first.headers.get("x-linked-etag") or first.headers.get("etag") or "").removeprefix("W/").strip('"')
    if first.status_code < 400 and (sha != commit.sha or _differs(etag, file.oid)):
        raise HubMoved(f"{commit.name} changed while it was downloaded.", path=file.path)
    if response.status_code == 416:
        raise HubFileBroken(f"{file.path} is shorter than the Hub lists.", path=file.path)
    if response.status_code >= 400:
        if response.history:
            status = response.status_code
            raise HubUnreachable(f"The Hub's file store answered with status {status}.", status=status)
        with gone_as_moved(commit.name):
            hf_raise_for_status(response)
    length = response.headers.get("content-range", "").rpartition("/")[2] or response.headers.get("content-length")
    if length is not None and length.isdigit() and int(length) != file.size:
        raise HubFileBroken(f"{file.path} has {length} bytes; the Hub lists {file.size}.", path=file.path)


def _differs(etag: str, oid: str) -> bool:
    """Whether the tag is a checksum of the listed kind and another one."""
    return bool(re.fullmatch(r"[0-9a-f]+", etag)) and len(etag) == len(oid) and etag != oid
