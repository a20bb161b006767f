"""POST /datasets/ingest: the file in the same request, or an upload that is there already."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psutil
import pytest

from mistudio.schemas.job import JobState
from mistudio.services import upload_service
from tests.app import App, Json, MakeApp, problem_of
from tests.factories import insert_dataset

CSV = b"text,label\na cat,1\na dog,0\n"
TYPE = "multipart/form-data; boundary=XX"


async def form(app: App, fields: Any = None, data: bytes = CSV, filename: str = "rows.csv") -> httpx2.Response:
    given = {"name": "cats"} if fields is None else fields
    return await app.client.post("/datasets/ingest", data=given, files={"file": (filename, data)})


async def raw(app: App, body: bytes | Iterator[bytes], content_type: str = TYPE) -> httpx2.Response:
    content = body if isinstance(body, bytes) else _chunks(body)
    return await app.client.post("/datasets/ingest", content=content, headers={"content-type": content_type})


async def _chunks(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    shown = f'; filename="{filename}"' if filename is not None else ""
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n\r\n'.encode() + value + b"\r\n"


async def upload(app: App, data: bytes = CSV, filename: str = "rows.csv") -> str:
    response = await app.client.post("/uploads", content=data, headers={"upload-filename": filename})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def kept(app: App) -> list[Path]:
    root = app.storage.root / "uploads"
    return sorted(root.iterdir()) if root.exists() else []


async def nothing_happened(app: App) -> None:
    assert await app.sql("SELECT id FROM datasets") == []
    assert await app.sql("SELECT id FROM jobs") == []
    assert app.queued() == {}
    assert kept(app) == []


def accepted(response: httpx2.Response) -> Json:
    assert response.status_code == 202, response.text
    body: Json = response.json()
    assert response.headers["location"] == f"/api/v1/jobs/{body['job']['id']}"
    assert body["task_id"] == body["job"]["id"]
    assert body["tokenization"] is None
    assert body["job"]["dataset_id"] == body["dataset"]["id"]
    return body


async def test_a_form(app: App) -> None:
    fields = {
        "name": "  cats ",
        "text_columns": ["text", "label"],
        "separator": " | ",
        "split": "validation",
        "delimiter": ",",
        "header": "true",
        "encoding": "",
        "on_bad_rows": "set_aside",
    }
    body = accepted(await form(app, fields, filename="../Cats.csv"))
    dataset, job = body["dataset"], body["job"]
    assert (dataset["name"], dataset["source"], dataset["status"]) == ("cats", "LOCAL", "PENDING")
    assert (job["kind"], job["state"], job["queue"], job["priority"]) == ("ingest", "queued", "datasets", 7)
    [directory] = kept(app)
    assert job["params"] == {
        "upload_id": directory.name,
        "filename": "Cats.csv",
        "options": {
            "format": None,
            "compression": None,
            "delimiter": ",",
            "encoding": None,
            "header": True,
            "text_columns": ["text", "label"],
            "separator": " | ",
            "split": "validation",
            "split_column": None,
            "on_bad_rows": "set_aside",
        },
    }
    assert (directory / "data").read_bytes() == CSV
    assert app.queued() == {"datasets": [job["id"]]}
    assert await app.sql("SELECT name, status, source FROM datasets") == [
        {"name": "cats", "status": "PENDING", "source": "LOCAL"}
    ]


async def test_the_order_of_the_parts_is_free(app: App) -> None:
    body = part("file", CSV, "rows.csv") + part("name", b"cats") + part("text_columns", b"text") + b"--XX--\r\n"
    dataset = accepted(await raw(app, body))["dataset"]
    assert dataset["name"] == "cats"


async def test_an_upload(app: App) -> None:
    upload_id = await upload(app)
    request = {"upload_id": upload_id, "name": "cats", "text_columns": ["text"]}
    body = accepted(await app.client.post("/datasets/ingest", json=request))
    assert body["job"]["params"]["upload_id"] == upload_id
    assert app.queued() == {"datasets": [body["task_id"]]}


async def test_the_same_request_twice_is_one_job(app: App) -> None:
    first = accepted(await form(app))
    second = accepted(await form(app))
    assert (second["task_id"], second["dataset"]["id"]) == (first["task_id"], first["dataset"]["id"])
    assert [path.name for path in kept(app)] == [first["job"]["params"]["upload_id"]]
    assert len(await app.sql("SELECT id FROM jobs")) == 1


async def test_the_same_file_under_another_name_is_another_dataset(app: App) -> None:
    first = accepted(await form(app))
    second = accepted(await form(app, {"name": "dogs"}))
    assert first["task_id"] != second["task_id"]
    assert len(kept(app)) == 2


async def test_a_name_that_is_taken(app: App) -> None:
    await insert_dataset(app.sessions, name="cats")
    problem = problem_of(await form(app), 409, "NAME_TAKEN")
    assert problem["name"] == "cats"
    assert kept(app) == []
    assert app.queued() == {}


async def test_one_upload_makes_one_dataset(app: App) -> None:
    upload_id = await upload(app)
    ask = {"upload_id": upload_id, "name": "cats"}
    first = accepted(await app.client.post("/datasets/ingest", json=ask))
    again = accepted(await app.client.post("/datasets/ingest", json=ask))
    assert again["task_id"] == first["task_id"]
    other = await app.client.post("/datasets/ingest", json={**ask, "name": "dogs"})
    assert problem_of(other, 409, "CONFLICT")["job_id"] == first["task_id"]
    assert len(await app.sql("SELECT id FROM datasets")) == 1


async def test_a_request_repeated_after_its_end_finds_its_dataset(app: App) -> None:
    upload_id = await upload(app)
    ask = {"upload_id": upload_id, "name": "cats"}
    first = accepted(await app.client.post("/datasets/ingest", json=ask))
    await finish(app, first["task_id"])
    upload_service.remove(app.storage, upload_service.UUID(upload_id))
    again = accepted(await app.client.post("/datasets/ingest", json=ask))
    assert again["dataset"]["id"] == first["dataset"]["id"]
    assert again["job"]["state"] == "succeeded"
    for other in ({**ask, "name": "dogs"}, {**ask, "split": "test"}):
        problem_of(await app.client.post("/datasets/ingest", json=other), 404, "UPLOAD_NOT_FOUND")


async def finish(app: App, job_id: str) -> None:
    await app.sql("UPDATE jobs SET state = 'running', fence = 1 WHERE id = cast(:id AS uuid)", id=job_id)
    done = "UPDATE jobs SET state = :done, finished_at = now() WHERE id = cast(:id AS uuid)"
    await app.sql(done, id=job_id, done=JobState.SUCCEEDED)


async def test_an_upload_that_is_not_complete(app: App) -> None:
    created = await app.client.post("/uploads", headers={"upload-length": "10"})
    ask = {"upload_id": created.json()["id"], "name": "cats"}
    problem_of(await app.client.post("/datasets/ingest", json=ask), 409, "CONFLICT")
    assert await app.sql("SELECT id FROM jobs") == []


async def test_an_upload_that_is_not_there(app: App) -> None:
    for upload_id in (str(uuid4()), "../x", "", 5, None):
        response = await app.client.post("/datasets/ingest", json={"upload_id": upload_id, "name": "cats"})
        assert response.status_code == (404 if isinstance(upload_id, str) and len(upload_id) == 36 else 422)
    await nothing_happened(app)


JUNK_FIELDS: list[dict[str, Any]] = [
    {},
    {"name": ""},
    {"name": "   "},
    {"name": "x" * 201},
    {"name": "a\u202eb"},
    {"name": "a\0b"},
    {"name": "a\nb"},
    {"name": "cats", "nmae": "x"},
    {"name": "cats", "upload_id": str(uuid4())},
    {"name": ["cats", "dogs"]},
    {"name": "cats", "split": "../train"},
    {"name": "cats", "split": "/etc"},
    {"name": "cats", "split": "ab cd"},
    {"name": "cats", "split": "ü" * 101},
    {"name": "cats", "split": "語" * 90},
    {"name": "cats", "delimiter": "ab"},
    {"name": "cats", "delimiter": "\0"},
    {"name": "cats", "encoding": "utf-8\n"},
    {"name": "cats", "header": "maybe"},
    {"name": "cats", "format": "pickle"},
    {"name": "cats", "compression": "zip"},
    {"name": "cats", "on_bad_rows": "drop"},
    {"name": "cats", "separator": "x" * 101},
    {"name": "cats", "separator": "\0"},
    {"name": "cats", "split_column": "\0"},
    {"name": "cats", "text_columns": ["\0"]},
    {"name": "cats", "text_columns": ["x"] * 1001},
    {"name": "x" * 200_000},
    {"x" * 5000: "1"},
    {f"field {i}": "1" for i in range(1200)},
]


async def test_fields_that_are_refused(app: App) -> None:
    for fields in JUNK_FIELDS:
        response = await form(app, fields)
        problem_of(response, 422, "INVALID_REQUEST")
        assert kept(app) == [], fields
    await nothing_happened(app)


NAME, FILE = part("name", b"cats"), part("file", CSV, "rows.csv")
BROKEN: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"--XX--\r\n", 422),
    (NAME + b"--XX--\r\n", 422),
    (FILE + b"--XX--\r\n", 422),
    (NAME + FILE, 400),
    (NAME + FILE[:-20], 400),
    (NAME + FILE + b"--XX", 400),
    (NAME + FILE + FILE + b"--XX--\r\n", 422),
    (NAME + part("other", CSV, "rows.csv") + b"--XX--\r\n", 422),
    (NAME + part("file", CSV) + b"--XX--\r\n", 422),
    (b"no boundary at all" * 100, 422),
    (b"--YY\r\n" + NAME, 422),
    (b"--XX\r\nno colon\r\n\r\nx\r\n--XX--\r\n", 422),
    (b"--XX\r\n\r\nnameless\r\n--XX--\r\n", 422),
    (b"--XX\r\nContent-Disposition: " + b"a" * 100_000 + b"\r\n\r\n\r\n--XX--\r\n", 422),
    (b"--XX\r\n" + b"A: b\r\n" * 10_000 + b"\r\n\r\n--XX--\r\n", 422),
    (part("name", b"\xff\xfe") + FILE + b"--XX--\r\n", 422),
    (b'--XX\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n' + NAME + FILE + b"--XX--\r\n", 422),
]


async def test_forms_that_are_broken(app: App) -> None:
    for body, status in BROKEN:
        whole = await raw(app, body)
        assert (whole.status_code, whole.headers["content-type"]) == (status, "application/problem+json"), body[
            :200
        ]
        in_bits = await raw(app, (body[i : i + 7] for i in range(0, min(len(body), 5000), 7)))
        assert 400 <= in_bits.status_code < 500
        assert kept(app) == []
    await nothing_happened(app)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data", 422),
        ("multipart/form-data; boundary=", 422),
        ("multipart/form-data; boundary=" + "x" * 5000, 422),
        ("multipart/mixed; boundary=XX", 415),
        ("text/csv", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
        ("\xfc", 415),
    ],
)
async def test_bodies_of_another_type(app: App, content_type: str, status: int) -> None:
    response = await app.client.post(
        "/datasets/ingest", content=NAME + FILE, headers={"content-type": content_type.encode("latin-1")}
    )
    problem_of(response, status, "INVALID_REQUEST" if status == 422 else "UNSUPPORTED_FORMAT")
    await nothing_happened(app)


async def test_json_bodies_that_are_refused(app: App) -> None:
    upload_id = await upload(app)
    good = {"upload_id": upload_id, "name": "cats"}
    bodies: list[Any] = [[], "x", 1, {}, {**good, "more": 1}, {**good, "name": None}, {**good, "name": 5}]
    bodies += [{**good, **fields} for fields in JUNK_FIELDS if "name" in fields and "upload_id" not in fields][1:25]
    for body in bodies:
        response = await app.client.post("/datasets/ingest", json=body)
        assert response.status_code == 422, (body, response.text)
    for text in (b"{", b"\xff", b'{"name": "\\ud800", "upload_id": "' + upload_id.encode() + b'"}', b"NaN"):
        problem_of(await raw(app, text, "application/json"), 422, "INVALID_REQUEST")
    large = json.dumps({**good, "x": "a" * app.settings.max_body_bytes}).encode()
    problem_of(await raw(app, large, "application/json"), 413, "TOO_LARGE")
    assert await app.sql("SELECT id FROM jobs") == []


async def test_a_file_that_is_too_large(make_app: MakeApp) -> None:
    app = await make_app({"MISTUDIO_MAX_UPLOAD_BYTES": "2000"})
    problem_of(await form(app, data=b"a" * 5000), 413, "TOO_LARGE")
    start = part("name", b"cats") + part("file", b"", "x.txt")[:-2]
    problem_of(await raw(app, (start if i == 0 else b"a" * 100 for i in range(100))), 413, "TOO_LARGE")
    await nothing_happened(app)


async def test_a_large_file_does_not_go_through_memory(app: App) -> None:
    process, size, peak = psutil.Process(), 300 * 2**20, 0
    before = process.memory_info().rss

    def body() -> Iterator[bytes]:
        nonlocal peak
        yield part("name", b"large") + part("file", b"", "large.txt")[:-2]
        block = b"a line of text of the file\n" * 2**15
        for i in range(size // len(block)):
            if i % 16 == 0:
                peak = max(peak, process.memory_info().rss)
            yield block
        yield b"\r\n--XX--\r\n"

    job = accepted(await raw(app, body()))["job"]
    stored = upload_service.get(app.storage, upload_service.UUID(job["params"]["upload_id"]))
    assert stored.offset > 0.98 * size
    assert peak - before < 60 * 2**20
