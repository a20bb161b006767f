"""POST /datasets/{id}/sql and GET /datasets/{id}/filter, with the worker's part done in this process."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from mistudio.services import preview_service
from mistudio.workers.kinds import query
from tests.app import App, problem_of
from tests.factories import insert_dataset, make_dataset
from tests.working import work_on


@pytest.fixture
async def dataset(app: App, monkeypatch: pytest.MonkeyPatch) -> str:
    """A dataset whose questions are answered at once. This process stays without the child's limits."""

    async def answer(job_id: UUID, queue: str) -> None:
        assert queue == "high_priority"
        await work_on(app.sessions, app.settings, app.storage, job_id)

    monkeypatch.setattr(preview_service, "_ring", answer)
    monkeypatch.setattr(query, "limit", lambda **_: None)
    return str(await make_dataset(app.sessions, app.storage))


async def test_sql(app: App, dataset: str) -> None:
    body = {"query": "SELECT max(label) AS top FROM data", "split": "test"}
    response = await app.client.post(f"/datasets/{dataset}/sql", json=body)
    assert response.status_code == 200, response.text
    assert response.json() == {
        "features": [{"feature_idx": 0, "name": "top", "type": {"dtype": "int64", "_type": "Value"}}],
        "rows": [{"row_idx": 0, "row": {"top": 5}, "truncated_cells": []}],
        "num_rows_total": 1,
        "num_rows_per_page": 100,
        "partial": False,
    }


async def test_filter(app: App, dataset: str) -> None:
    params: dict[str, Any] = {"where": "label >= 28", "orderby": "label DESC", "length": 1}
    response = await app.client.get(f"/datasets/{dataset}/filter", params=params)
    assert response.status_code == 200, response.text
    found = response.json()
    assert [(entry["row_idx"], entry["row"]["label"]) for entry in found["rows"]] == [(29, 29)]
    assert (found["num_rows_total"], found["num_rows_per_page"]) == (2, 1)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"query": "DROP TABLE data"}, 422, "QUERY_REFUSED"),
        ({"query": "SELECT * FROM elsewhere"}, 422, "QUERY_FAILED"),
        ({"query": "SELECT 1", "split": "validation"}, 404, "SPLIT_NOT_FOUND"),
        ({"query": "SELECT '\x00'"}, 422, "INVALID_REQUEST"),
        ({"query": ""}, 422, "INVALID_REQUEST"),
        ({"query": "SELECT 1", "limit": 100_000}, 422, "INVALID_REQUEST"),
        ({"query": "SELECT 1", "threads": 64}, 422, "INVALID_REQUEST"),
    ],
)
async def test_bad_queries(app: App, dataset: str, body: dict[str, Any], status: int, code: str) -> None:
    problem_of(await app.client.post(f"/datasets/{dataset}/sql", json=body), status, code)


async def test_without_data_there_is_nothing_to_ask(app: App, dataset: str) -> None:
    empty = await insert_dataset(app.sessions)
    body = {"query": "SELECT 1"}
    problem_of(await app.client.post(f"/datasets/{empty}/sql", json=body), 409, "DATASET_NOT_READY")
    problem_of(await app.client.post(f"/datasets/{uuid4()}/sql", json=body), 404, "DATASET_NOT_FOUND")
    problem_of(await app.client.get(f"/datasets/{dataset}/filter"), 422, "INVALID_REQUEST")
