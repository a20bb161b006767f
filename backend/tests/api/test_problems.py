"""Every error is a problem document."""

import json
from uuid import uuid4

import httpx2
import pytest

from mistudio.api import health
from tests.app import App, MakeApp, problem_of


@pytest.mark.parametrize(
    "path", ["/nothing", "/datasets/x/y/z", "/datasets/", "//datasets", "/Datasets", "/datasets%00", "/.env"]
)
async def test_unknown_addresses(client: httpx2.AsyncClient, path: str) -> None:
    problem_of(await client.get(f"http://127.0.0.1/api/v1{path}"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "methods"),
    [
        ("PUT", "/datasets", "GET, HEAD"),
        ("DELETE", "/health", "GET, HEAD"),
        ("POST", f"/datasets/{uuid4()}", "DELETE, GET, HEAD, PATCH"),
        ("GET", "/uploads", "POST"),
        ("HEAD", "/datasets/ingest", "POST"),
        ("OPTIONS", f"/uploads/{uuid4()}", "DELETE, GET, HEAD, PATCH"),
    ],
)
async def test_methods_that_are_not(client: httpx2.AsyncClient, method: str, path: str, methods: str) -> None:
    response = await client.request(method, path)
    if method == "HEAD":
        assert response.status_code == 405
    else:
        problem_of(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == methods


async def test_fields_are_named(client: httpx2.AsyncClient) -> None:
    response = await client.post("/datasets/download", json={"name": "a/b", "max_samples": 0, "junk": 1})
    problem = problem_of(response, 422, "INVALID_REQUEST")
    assert {tuple(error["loc"]) for error in problem["errors"]} == {("body", "max_samples"), ("body", "junk")}
    assert problem["detail"].startswith("max_samples: ")
    assert all(set(error) == {"loc", "msg", "type"} for error in problem["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1, 2",
        b"\xff\xfe",
        b'{"name": "a/b", "x": NaN}',
        b'{"name": "\\ud800/b"}',
        b'{"name": "a/b", "\\ud800": 1}',
        b'{"name": "a/b", "max_samples": 1e400}',
        b'{"name": "a/b", "max_samples": ' + b"9" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
        b'"' + b"a" * 1000 + b'"',
        b"null",
    ],
)
async def test_bodies_that_are_no_json_object(app: App, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = await app.client.post("/datasets/download", content=body, headers=headers)
    problem_of(response, 422, "INVALID_REQUEST")
    assert await app.sql("SELECT * FROM datasets") == []


async def test_a_body_of_another_type(client: httpx2.AsyncClient) -> None:
    response = await client.post("/datasets/download", content=b"name=a", headers={"content-type": "text/plain"})
    problem_of(response, 422, "INVALID_REQUEST")


async def test_an_announced_body_that_is_too_large(make_app: MakeApp) -> None:
    app = await make_app({"MISTUDIO_MAX_BODY_BYTES": "1000"})
    response = await app.client.post("/datasets/download", json={"name": "a" * 1000})
    assert problem_of(response, 413, "TOO_LARGE")["max_bytes"] == 1000
    headers = {"content-length": "9" * 40}
    problem_of(await app.client.post("/datasets/download", headers=headers), 413, "TOO_LARGE")


async def test_a_body_of_unknown_length_that_is_too_large(make_app: MakeApp) -> None:
    app = await make_app({"MISTUDIO_MAX_BODY_BYTES": "1000"})
    sent = 0

    async def endless() -> object:
        nonlocal sent
        while True:
            sent += 100
            yield b"[" * 100

    headers = {"content-type": "application/json"}
    response = await app.client.post("/datasets/download", content=endless(), headers=headers)
    problem_of(response, 413, "TOO_LARGE")
    assert sent <= 1200


@pytest.mark.parametrize("length", ["-1", "abc", "\xb2", " 5", "0x10", ""])
async def test_a_length_that_is_none(client: httpx2.AsyncClient, length: str) -> None:
    headers = {"content-length": length.encode("latin-1"), "content-type": "application/json"}
    response = await client.request("POST", "/datasets/download", headers=headers)
    problem_of(response, 422, "INVALID_REQUEST")


async def test_head_is_get_without_a_body(client: httpx2.AsyncClient) -> None:
    for path in ("/datasets", "/health", "/jobs", "http://127.0.0.1/docs", "http://127.0.0.1/openapi.json"):
        get, head = await client.get(path), await client.head(path)
        assert head.status_code == get.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["content-length"] == str(len(get.content))
    assert (await client.head("/nothing")).status_code == 404


async def test_a_fault_of_ours_says_nothing_of_the_inside(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: object) -> bool:
        raise KeyError("the inside")

    monkeypatch.setattr(health, "_database", fails)
    transport = httpx2.ASGITransport(app.asgi, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1") as client:
        response = await client.get("/ready")
    problem_of(response, 500, "INTERNAL_ERROR")
    assert "inside" not in response.text
    assert "the inside" in caplog.text
    assert response.headers["x-frame-options"] == "DENY"


async def test_problems_are_json_whatever_was_sent(client: httpx2.AsyncClient) -> None:
    response = await client.get("/datasets/%ED%A0%80%00%E2%80%AE")
    problem_of(response, 422, "INVALID_REQUEST")
    json.loads(response.content)
