"""/uploads: whole, in pieces, and in every wrong way."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from mistudio.core.storage import Storage
from mistudio.services import upload_service
from tests.app import App, MakeApp, problem_of

CSV = b"text,label\na cat,1\na dog,0\n"
PIECE = {"content-type": "application/offset+octet-stream"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def kept(app: App) -> list[Path]:
    root = app.storage.root / "uploads"
    return sorted(root.iterdir()) if root.exists() else []


async def announce(app: App, size: int, name: str = "rows.csv") -> str:
    headers = {"upload-length": str(size), "upload-filename": name}
    response = await app.client.post("/uploads", headers=headers)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def send(app: App, upload_id: str, offset: int | str, data: bytes) -> httpx2.Response:
    headers = {**PIECE, "upload-offset": str(offset)}
    return await app.client.patch(f"/uploads/{upload_id}", content=data, headers=headers)


async def test_a_whole_file(app: App) -> None:
    response = await app.client.post("/uploads", content=CSV, headers={"upload-filename": "rows.csv"})
    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == f"/api/v1/uploads/{body['id']}"
    assert response.headers["upload-offset"] == str(len(CSV))
    assert body["filename"] == "rows.csv"
    assert (body["size_bytes"], body["offset"], body["complete"]) == (len(CSV), len(CSV), True)
    preview = body["preview"]
    assert (preview["format"], preview["delimiter"], preview["header"]) == ("csv", ",", True)
    assert [row["row"] for row in preview["rows"]] == [{"text": "a cat", "label": 1}, {"text": "a dog", "label": 0}]
    assert preview["text_columns"] == ["text"]
    upload = upload_service.get(app.storage, body["id"])
    assert upload.data.read_bytes() == CSV
    assert upload.sha256 == hashlib.sha256(CSV).hexdigest()
    assert (await app.client.get(f"/uploads/{body['id']}")).json() == body
    assert await app.sql("SELECT * FROM datasets") == []
    assert app.queued() == {}


async def test_another_way_of_reading_it(app: App) -> None:
    created = await app.client.post("/uploads", content=b"a;b\n1;2\n", headers={"upload-filename": "x.csv"})
    path = f"/uploads/{created.json()['id']}/preview"
    options = {"delimiter": "|", "header": "false", "format": "csv"}
    preview = (await app.client.get(path, params=options)).json()
    assert [list(row["row"].values()) for row in preview["rows"]] == [["a;b"], ["1;2"]]
    assert (preview["delimiter"], preview["header"]) == ("|", False)
    for junk in (
        {"delimiter": ""},
        {"delimiter": "ab"},
        {"delimiter": "\0"},
        {"encoding": "../etc"},
        {"encoding": "no-such"},
        {"encoding": "zlib"},
        {"format": "pickle"},
        {"compression": "zip"},
        {"header": "maybe"},
    ):
        response = await app.client.get(path, params=junk)
        assert 400 <= response.status_code < 500, (junk, response.text)
        assert response.headers["content-type"] == "application/problem+json"


async def test_in_pieces(app: App) -> None:
    upload_id = await announce(app, len(CSV))
    for start in range(0, len(CSV), 10):
        response = await send(app, upload_id, start, CSV[start : start + 10])
        assert response.status_code == 204
        assert response.headers["upload-offset"] == str(min(start + 10, len(CSV)))
        head = await app.client.head(f"/uploads/{upload_id}")
        assert head.status_code == 200
        assert head.headers["upload-offset"] == response.headers["upload-offset"]
        assert head.headers["upload-length"] == str(len(CSV))
        assert head.headers["cache-control"] == "no-store"
        assert head.headers["tus-resumable"] == "1.0.0"
    shown = (await app.client.get(f"/uploads/{upload_id}")).json()
    assert shown["complete"]
    assert shown["preview"]["columns"][0]["name"] == "text"


async def test_an_upload_under_way_has_no_preview(app: App) -> None:
    upload_id = await announce(app, 100)
    shown = (await app.client.get(f"/uploads/{upload_id}")).json()
    assert (shown["complete"], shown["offset"], shown["preview"]) == (False, 0, None)
    problem_of(await app.client.get(f"/uploads/{upload_id}/preview"), 400, "UPLOAD_INCOMPLETE")


async def test_pieces_at_the_wrong_place(app: App) -> None:
    upload_id = await announce(app, 20)
    assert (await send(app, upload_id, 0, b"0123456789")).status_code == 204
    for offset in (0, 5, 11, 2**52):
        problem = problem_of(await send(app, upload_id, offset, b"x"), 409, "CONFLICT")
        assert problem["offset"] == 10
    for offset in ("-1", "x", "", "1.5", str(2**53), "9" * 400):
        problem_of(await send(app, upload_id, offset, b"x"), 422, "INVALID_REQUEST")
    response = await app.client.patch(f"/uploads/{upload_id}", content=b"x", headers=PIECE)
    problem_of(response, 422, "INVALID_REQUEST")
    assert upload_service.get(app.storage, upload_id).data.read_bytes() == b"0123456789"


async def test_more_than_was_announced(app: App) -> None:
    upload_id = await announce(app, 5)
    problem_of(await send(app, upload_id, 0, b"0123456789"), 400, "UPLOAD_INCOMPLETE")
    assert upload_service.get(app.storage, upload_id).offset <= 5


async def test_pieces_of_another_kind(app: App) -> None:
    upload_id = await announce(app, 5)
    for kind in ("text/csv", "application/octet-stream", ""):
        headers = {"content-type": kind, "upload-offset": "0"}
        response = await app.client.patch(f"/uploads/{upload_id}", content=b"x", headers=headers)
        problem_of(response, 415, "UNSUPPORTED_FORMAT")
    response = await app.client.post("/uploads", files={"file": ("x.csv", CSV)})
    problem_of(response, 415, "UNSUPPORTED_FORMAT")


async def test_two_pieces_at_once(app: App) -> None:
    upload_id = await announce(app, 200)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a" * 100
        begun.set()
        await go_on.wait()
        yield b"a" * 100

    headers = {**PIECE, "upload-offset": "0"}
    first = asyncio.create_task(app.client.patch(f"/uploads/{upload_id}", content=slow(), headers=headers))
    await begun.wait()
    for offset in (0, 100):
        problem_of(await send(app, upload_id, offset, b"b" * 100), 409, "CONFLICT")
    go_on.set()
    assert (await first).status_code == 204
    assert upload_service.get(app.storage, upload_id).data.read_bytes() == b"a" * 200


async def test_too_large(make_app: MakeApp) -> None:
    app = await make_app({"MISTUDIO_MAX_UPLOAD_BYTES": "1000"})
    problem_of(await app.client.post("/uploads", headers={"upload-length": "1001"}), 413, "TOO_LARGE")
    problem_of(await app.client.post("/uploads", content=b"a" * 1001), 413, "TOO_LARGE")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"a" * 100

    problem_of(await app.client.post("/uploads", content=endless()), 413, "TOO_LARGE")
    assert kept(app) == []


@pytest.mark.parametrize("length", ["-1", "x", "", "1e3", str(2**53), "9" * 400, "0x10"])
async def test_lengths_that_are_none(app: App, length: str) -> None:
    problem_of(await app.client.post("/uploads", headers={"upload-length": length}), 422, "INVALID_REQUEST")
    assert kept(app) == []


async def test_a_full_disk(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Storage, "free_bytes", lambda _: 1000)
    problem_of(await app.client.post("/uploads", headers={"upload-length": "5000"}), 507, "DISK_FULL")
    problem = problem_of(await app.client.post("/uploads", content=CSV), 507, "DISK_FULL")
    assert problem["free_bytes"] == 1000

    async def unannounced() -> AsyncIterator[bytes]:
        yield CSV

    problem_of(await app.client.post("/uploads", content=unannounced()), 507, "DISK_FULL")
    assert kept(app) == []


async def test_a_disk_that_fills_up_meanwhile(app: App) -> None:
    upload_id = await announce(app, 5000)
    data = upload_service.get(app.storage, upload_id).data
    data.unlink()
    data.symlink_to("/dev/full")
    problem_of(await send(app, upload_id, 0, b"a" * 5000), 507, "DISK_FULL")


@pytest.mark.parametrize(("data", "code"), [(b"", "EMPTY_FILE"), (b"text\n", "EMPTY_FILE"), (b"\0" * 100, None)])
async def test_a_file_that_is_none_leaves_nothing(app: App, data: bytes, code: str | None) -> None:
    response = await app.client.post("/uploads", content=data, headers={"upload-filename": "x.csv"})
    assert 400 <= response.status_code < 500, response.text
    assert code is None or response.json()["code"] == code
    assert kept(app) == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("rows.csv", "rows.csv"),
        ("../../etc/rows.csv", "rows.csv"),
        ("%2e%2e%2fetc%2frows.csv", "rows.csv"),
        ("%252e%252e%252frows.csv", "%2e%2e%2frows.csv"),
        ("C:%5Cfiles%5Crows.csv", "rows.csv"),
        ("/etc/", "upload"),
        ("..", ".."),
        ("a%00b.csv", "ab.csv"),
        ("a%0d%0ab.csv", "ab.csv"),
        ("%E2%80%AEvsc.csv", "vsc.csv"),
        ("%ED%A0%80.csv", "\ufffd\ufffd\ufffd.csv"),
        ("%C3%A4%20b.csv", "ä b.csv"),
        ("a" * 300 + ".csv", "a" * 196 + ".csv"),
        ("", "upload"),
    ],
)
async def test_file_names_are_shown_and_never_paths(app: App, sent: str, shown: str) -> None:
    response = await app.client.post("/uploads", headers={"upload-filename": sent, "upload-length": "10"})
    assert response.status_code == 201, response.text
    assert response.json()["filename"] == shown
    [directory] = kept(app)
    assert sorted(path.name for path in directory.iterdir()) == ["about.json", "data"]
    assert sorted(path.name for path in app.storage.root.iterdir()) == ["uploads"]


@pytest.mark.parametrize("upload_id", [NOBODY, "1", "..", "%2e%2e", "a" * 300, NOBODY + "%00", "%ED%A0%80"])
async def test_uploads_that_are_not(app: App, upload_id: str) -> None:
    code = (404, "UPLOAD_NOT_FOUND") if upload_id == NOBODY else (422, "INVALID_REQUEST")
    for path in (f"/uploads/{upload_id}", f"/uploads/{upload_id}/preview"):
        response = await app.client.get(path)
        if response.status_code != 404:
            problem_of(response, *code)
    if upload_id == NOBODY:
        problem_of(await send(app, upload_id, 0, b"x"), *code)
        problem_of(await app.client.delete(f"/uploads/{upload_id}"), *code)
        assert (await app.client.head(f"/uploads/{upload_id}")).status_code == 404


async def test_one_can_be_taken_back(app: App) -> None:
    upload_id = await announce(app, 10)
    assert (await app.client.delete(f"/uploads/{upload_id}")).status_code == 204
    assert kept(app) == []
    problem_of(await app.client.get(f"/uploads/{upload_id}"), 404, "UPLOAD_NOT_FOUND")


async def test_abandoned_ones_expire(app: App) -> None:
    old, fed, used, new = [await announce(app, 10) for _ in range(4)]
    long_ago = time.time() - app.settings.upload_keep_s - 1
    for upload_id in (old, fed, used):
        directory = app.storage.upload(UUID(upload_id))
        os.utime(directory / "data", (long_ago, long_ago))
        os.utime(directory, (long_ago, long_ago))
    os.utime(app.storage.upload(UUID(fed)) / "data")
    empty = app.storage.root / "uploads" / NOBODY
    empty.mkdir()
    os.utime(empty, (long_ago, long_ago))
    (app.storage.root / "uploads" / "not ours").mkdir()
    removed = upload_service.expire(app.storage, app.settings, {UUID(used)})
    assert {str(upload_id) for upload_id in removed} == {old, NOBODY}
    assert {path.name for path in kept(app)} == {fed, used, new, "not ours"}
    problem_of(await app.client.get(f"/uploads/{old}"), 404, "UPLOAD_NOT_FOUND")
