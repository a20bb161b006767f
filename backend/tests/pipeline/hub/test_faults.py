"""Everything that can go wrong between us and the Hub, one row each, with the real client.

A row: the faults, what is asked for, the error that must come (or none), and how many requests may reach the Hub.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mistudio.core.errors import (
    AppError,
    HubFileBroken,
    HubGated,
    HubMoved,
    HubNotFound,
    HubRateLimited,
    HubRevisionNotFound,
    HubTokenInvalid,
    HubUnreachable,
    Kind,
)
from tests.hub.fixtures import LocalHub
from tests.hub.state import BAD_TOKEN, OUTSIDER_TOKEN
from tests.pipeline.hub.running import run

TABLES = {"name": "acme/tables", "split": "train"}  # one file of the Hub's own
TINY = {"name": "acme/tiny", "split": "test"}  # one Parquet file, in the file store
TRANSIENT, PERMANENT = Kind.TRANSIENT, Kind.PERMANENT


@dataclass
class Row:
    id: str
    faults: list[dict[str, Any]]
    error: type[AppError] | None
    requests: int
    request: dict[str, Any] = field(default_factory=lambda: dict(TINY))
    code: str = ""
    kind: Kind = TRANSIENT
    words: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    token: str | None = None


def fault(match: str, kind: str, **options: Any) -> dict[str, Any]:
    return {"match": match, "kind": kind, **options}


STORE = "GET /files/"
ROWS = [
    Row("no fault", [], None, 5),
    Row("401: a token nobody knows", [], HubTokenInvalid, 1, code="HUB_TOKEN_INVALID", kind=PERMANENT,
        words="does not accept the access token", token=BAD_TOKEN),
    Row("403: gated, with a token", [], HubGated, 3, {"name": "acme/gated"}, "HUB_GATED", PERMANENT,
        "ask for access on its page", {"url": "/datasets/acme/gated"}, OUTSIDER_TOKEN),
    Row("401: gated, without a token", [], HubGated, 3, {"name": "acme/gated"}, "HUB_GATED", PERMANENT,
        "ask for access on its page", {"url": "/datasets/acme/gated"}),
    Row("404", [], HubNotFound, 4, {"name": "acme/tinny"}, "HUB_NOT_FOUND", PERMANENT, "has no acme/tinny",
        {"suggestions": ["acme/tiny"]}),
    Row("404: private", [], HubNotFound, 4, {"name": "acme/secret"}, "HUB_NOT_FOUND", PERMANENT, "private"),
    Row("404: revision", [], HubRevisionNotFound, 1, TINY | {"revision": "v7"}, "HUB_REVISION_NOT_FOUND",
        PERMANENT, "no such revision"),
    Row("429 with Retry-After", [fault("/tree/", "status", status=429, headers={"Retry-After": "77"})],
        HubRateLimited, 2, code="HUB_RATE_LIMITED", words="77 seconds", extra={"retry_after": 77}),
    Row("429 with RateLimit", [fault("/tree/", "status", status=429, headers={"RateLimit": '"api";r=0;t=12'})],
        HubRateLimited, 2, code="HUB_RATE_LIMITED", words="12 seconds", extra={"retry_after": 12}),
    Row("429 without a header", [fault("/tree/", "status", status=429)],
        HubRateLimited, 2, code="HUB_RATE_LIMITED", words="slow down.$"),
    Row("429 of the file store", [fault(STORE, "status", status=429, headers={"Retry-After": "3"})],
        HubRateLimited, 5, code="HUB_RATE_LIMITED", extra={"retry_after": 3}),
    Row("500 twice, then fine", [fault("/tree/", "status", status=500, times=2)], None, 7),
    Row("503 of the file store twice, then fine", [fault(STORE, "status", status=503, times=2)], None, 9),
    Row("500 for ever", [fault("/api/", "status", status=500)], HubUnreachable, 3, code="HUB_UNREACHABLE",
        words="status 500", extra={"status": 500}),
    Row("503 of the file store for ever", [fault(STORE, "status", status=503)], HubUnreachable, 9,
        code="HUB_UNREACHABLE", words="status 503", extra={"status": 503}),
    Row("403 of the file store", [fault(STORE, "status", status=403)], HubUnreachable, 5,
        code="HUB_UNREACHABLE", words="file store"),
    Row("no answer to the listing", [fault("/tree/", "drop")], HubUnreachable, 4, code="HUB_UNREACHABLE",
        words="connection to the Hub was lost"),
    Row("no answer once", [fault("/tree/", "drop", times=1)], None, 6),
    Row("listing cut", [fault("/tree/", "cut", after=10)], HubUnreachable, 4, code="HUB_UNREACHABLE"),
    Row("file cut at N bytes, once", [fault(STORE, "cut", after=5000, times=1)], None, 7),
    Row("file cut at N bytes, every time", [fault(STORE, "cut", after=5000)], None, 9),
    Row("file cut at once, every time", [fault(STORE, "cut")], HubUnreachable, 9, code="HUB_UNREACHABLE",
        words="connection to the Hub was lost"),
    Row("file stalls once", [fault(STORE, "stall", after=5000, times=1)], None, 7),
    Row("file stalls every time", [fault(STORE, "stall")], HubUnreachable, 9, code="HUB_UNREACHABLE",
        words="did not answer in time"),
    Row("SHA moves between list and fetch", [fault("/tree/", "move")], None, 5),
    Row("SHA is gone at the fetch", [fault("resolve/.*test", "squash")], HubMoved, 4, code="HUB_MOVED",
        words="no longer on the Hub"),
    Row("SHA is gone at the listing", [fault("/tree/", "squash")], HubMoved, 2, code="HUB_MOVED",
        words="no longer on the Hub"),
    Row("truncated file", [fault(STORE, "truncate", after=5000)], HubFileBroken, 5, code="HUB_FILE_BROKEN",
        words="has 5000 bytes; the Hub lists"),
    Row("wrong checksum", [fault(STORE, "corrupt", after=5000)], HubFileBroken, 5, code="HUB_FILE_BROKEN",
        words="another content"),
    Row("wrong checksum of a small file", [fault("resolve/.*train", "corrupt", after=9)], HubFileBroken, 3, TABLES,
        "HUB_FILE_BROKEN", words="another content"),
    Row("truncated card", [fault("README", "truncate", after=50)], HubFileBroken, 3, code="HUB_FILE_BROKEN"),
    Row("an answer that is not the Hub's", [fault("acme/tiny$", "status", status=200)], HubUnreachable, 1,
        code="HUB_UNREACHABLE", words="not a Hub"),
    Row("a listing that is not the Hub's", [fault("/tree/", "status", status=200)], HubUnreachable, 2,
        code="HUB_UNREACHABLE", words="not a Hub"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_fault(hub: LocalHub, tmp_path: Path, row: Row) -> None:
    for one in row.faults:
        hub.state.fault(**one)
    if row.error is None:
        run(hub.endpoint, tmp_path, token=row.token, **row.request)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    else:
        with pytest.raises(row.error) as raised:
            run(hub.endpoint, tmp_path, token=row.token, **row.request)
        error = raised.value
        assert type(error) is row.error
        assert (error.code, error.kind) == (row.code, row.kind)
        assert re.search(row.words, error.detail)
        for name, value in row.extra.items():
            found = error.extra[name]
            assert found.endswith(value) if name == "url" else found == value
        json.dumps(error.extra)
        if row.token is not None:
            assert row.token not in repr(error) + error.detail + json.dumps(error.extra)
        assert {path.name for path in tmp_path.iterdir()} <= {"work"}
        if row.error is HubFileBroken and row.code and row.words == "another content":
            assert not any(path.name == one for path in (tmp_path / "work").iterdir() for one in damaged(hub, row))
    assert len(hub.state.log) == row.requests, [str(entry) for entry in hub.state.log]


def damaged(hub: LocalHub, row: Row) -> list[str]:
    return [entry.path.rpartition("/")[2] for entry in hub.state.log if entry.fault == "corrupt"]
