"""File contents, whole or in ranges."""

import re
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tests.hub.faults import Fault
from tests.hub.repository import Blob

CHUNK = 1 << 18


def send_blob(request: Request, blob: Blob, headers: dict[str, str]) -> Response:
    """Answer with the blob, or with the range the request asks for."""
    fault: Fault | None = request.scope.get("fault")
    size = min(blob.size, fault.after) if fault and fault.kind == "truncate" else blob.size
    first, last, status = 0, size - 1, 200
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if wanted and any(wanted.groups()) and not (fault and fault.kind == "no_ranges"):
        status = 206
        if wanted[1]:
            first, last = int(wanted[1]), min(int(wanted[2] or last), last)
        else:
            first = max(0, size - int(wanted[2]))
        if first >= size:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers = {**headers, "Content-Range": f"bytes {first}-{last}/{size}"}
    headers = {**headers, "Content-Length": str(last - first + 1), "Accept-Ranges": "bytes"}
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    flipped = fault.after if fault and fault.kind == "corrupt" else None
    return StreamingResponse(read(blob, first, last + 1, flipped), status, headers, "application/octet-stream")


async def read(blob: Blob, start: int, end: int, flipped: int | None) -> AsyncIterator[bytes]:
    """The blob's bytes from start to end; the one at `flipped` comes out inverted."""
    while start < end:
        chunk = await run_in_threadpool(piece, blob, start, min(CHUNK, end - start))
        if flipped is not None and start <= flipped < start + len(chunk):
            at = flipped - start
            chunk = chunk[:at] + bytes([chunk[at] ^ 0xFF]) + chunk[at + 1 :]
        start += len(chunk)
        yield chunk


def piece(blob: Blob, start: int, count: int) -> bytes:
    """Opened for each piece: a client that hangs up leaves nothing open behind."""
    with blob.source.open("rb", buffering=0) as f:
        f.seek(start)
        return f.read(count)
