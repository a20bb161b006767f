"""/datasets/{id}/samples and its cells."""

import math
from typing import Any

import pytest

from mistudio.core.storage import remove_tree
from tests.app import App, problem_of
from tests.factories import insert_dataset, make_dataset

ODD = [
    {"text": "plain", "number": 1.5, "deep": [1, None]},
    {"text": "NUL \0 inside", "number": math.nan, "deep": []},
    {"text": "\u202eright to left", "number": math.inf, "deep": None},
    {"text": "<script>alert(1)</script>", "number": -math.inf, "deep": [2]},
    {"text": "=1+1", "number": None, "deep": [3]},
    {"text": "ünï" + "x" * 100_000, "number": 2.0**60, "deep": [4]},
]  # fmt: skip


async def test_rows(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    path = f"/datasets/{dataset_id}/samples"
    page = (await app.client.get(path, params={"limit": 3})).json()
    assert [feature["name"] for feature in page["features"]] == ["text", "label", "note"]
    assert page["features"][0] == {"feature_idx": 0, "name": "text", "type": {"dtype": "string", "_type": "Value"}}
    assert [row["row_idx"] for row in page["rows"]] == [0, 1, 2]
    assert page["rows"][2]["row"] == {"text": "a cat sat on hill 2", "label": 2, "note": "note 2"}
    assert (page["num_rows_total"], page["num_rows_per_page"], page["partial"]) == (30, 3, False)
    last = (await app.client.get(path, params={"split": "test", "offset": 4, "limit": 100})).json()
    assert [row["row"]["text"] for row in last["rows"]] == ["a dog ran over water 4", "a dog ran over water 5"]


@pytest.mark.parametrize("offset", [30, 31, 10**6, 2**53 - 1])
async def test_beyond_the_end_is_nothing(app: App, offset: int) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    page = (await app.client.get(f"/datasets/{dataset_id}/samples", params={"offset": offset})).json()
    assert (page["rows"], page["num_rows_total"]) == ([], 30)


async def test_search(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)

    async def hits(**query: Any) -> tuple[list[int], int]:
        page = (await app.client.get(f"/datasets/{dataset_id}/samples", params=query)).json()
        return [row["row_idx"] for row in page["rows"]], page["num_rows_total"]

    assert await hits(q="HILL 2") == ([2, *range(20, 30)], 11)
    assert await hits(q="hill 2", offset=9, limit=1) == ([28], 11)
    assert await hits(q="hill 2", offset=50) == ([], 11)
    assert await hits(q="note") == ([], 0)
    assert await hits(q="%") == ([], 0)
    assert await hits(q=".*") == ([], 0)
    assert await hits(q="a\0b") == ([], 0)
    assert await hits(q="water", split="test") == ([0, 1, 2, 3, 4, 5], 6)


async def test_whatever_a_file_held_is_shown(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage, {"train": ODD})
    response = await app.client.get(f"/datasets/{dataset_id}/samples")
    rows = [entry["row"] for entry in response.json()["rows"]]
    assert "NaN" not in response.text
    assert "Infinity" not in response.text
    assert rows[1]["text"] == "NUL \0 inside"
    assert rows[2]["text"] == "\u202eright to left"
    assert rows[3]["text"] == "<script>alert(1)</script>"
    assert [row["deep"] for row in rows[:3]] == [[1, None], [], None]
    assert response.headers["content-type"] == "application/json"
    long = response.json()["rows"][5]
    assert long["truncated_cells"] == ["text"]
    assert len(long["row"]["text"]) < 10_000
    cell = await app.client.get(f"/datasets/{dataset_id}/samples/cell", params={"row": 5, "column": "text"})
    assert cell.json() == {"split": "train", "row_idx": 5, "column": "text", "value": ODD[5]["text"]}


async def test_cells_that_are_not(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    path = f"/datasets/{dataset_id}/samples/cell"
    problem_of(await app.client.get(path, params={"row": 30, "column": "text"}), 422, "INVALID_REQUEST")
    problem_of(await app.client.get(path, params={"row": 0, "column": "a\0\u202e"}), 422, "COLUMN_NOT_FOUND")
    problem_of(
        await app.client.get(path, params={"row": 0, "column": "text", "split": "x"}), 404, "SPLIT_NOT_FOUND"
    )
    good = {"row": "0", "column": "text"}
    junk = [{}, {"row": "0"}, {"column": "text"}, {**good, "column": "x" * 501}]
    for query in [*junk, *({**good, "row": row} for row in ("-1", "x", "", str(2**53), "1.5"))]:
        problem_of(await app.client.get(path, params=query), 422, "INVALID_REQUEST")


async def test_pages_that_are_not(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    path = f"/datasets/{dataset_id}/samples"
    for split in ("x", "..", "../test", "/etc", "%2e%2e", "train\0", "\u202e"):
        problem = problem_of(await app.client.get(path, params={"split": split}), 404, "SPLIT_NOT_FOUND")
        assert problem["splits"] == ["train", "test"]
    for junk in (
        {"limit": 0}, {"limit": 101}, {"offset": -1}, {"offset": "x"}, {"offset": 2**53}, {"q": "x" * 501},
        {"split": "x" * 101},
    ):  # fmt: skip
        problem_of(await app.client.get(path, params=junk), 422, "INVALID_REQUEST")


async def test_no_data_yet(app: App) -> None:
    dataset_id = await insert_dataset(app.sessions)
    path = f"/datasets/{dataset_id}/samples"
    assert "PENDING" in problem_of(await app.client.get(path), 409, "DATASET_NOT_READY")["detail"]
    response = await app.client.get(f"{path}/cell", params={"row": 0, "column": "text"})
    problem_of(response, 409, "DATASET_NOT_READY")


async def test_data_that_vanish_under_a_request(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    [row] = await app.sql("SELECT raw_path FROM datasets")
    remove_tree(app.storage.inside(row["raw_path"]))
    problem_of(await app.client.get(f"/datasets/{dataset_id}/samples"), 404, "NOT_FOUND")


async def test_a_path_in_the_database_that_leads_out_is_not_followed(app: App) -> None:
    dataset_id = await make_dataset(app.sessions, app.storage)
    for path in ("../..", "/etc", "datasets/../../x"):
        await app.sql("UPDATE datasets SET raw_path = :path", path=path)
        problem_of(await app.client.get(f"/datasets/{dataset_id}/samples"), 500, "PATH_ESCAPES")
