"""Every hostile file gets the answer its case names, in a child with limits, and leaves nothing behind."""

from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from mistudio.core.errors import all_errors
from mistudio.schemas.metadata import FilePreview, RawSummary
from tests.hostile.case import Case
from tests.hostile.cases_compressed import COMPRESSED
from tests.hostile.cases_csv import CSV
from tests.hostile.cases_json import JSON
from tests.hostile.cases_parquet import PARQUET
from tests.hostile.conftest import MEMORY_BYTES, WarmParent

CASES = [
    *[pytest.param(case, id=f"CSV: {case.name}") for case in CSV],
    *[pytest.param(case, id=case.name) for case in JSON],
    *[pytest.param(case, id=f"Parquet: {case.name}") for case in PARQUET],
    *[pytest.param(case, id=f"compressed: {case.name}") for case in COMPRESSED],
]
GOOD = Case("good", "good.csv", b"text,n\nhello,1\nworld,2\n")
MEGABYTE = 2**20


@pytest.mark.parametrize("case", CASES)
def test_file_gets_its_answer(case: Case, tmp_path: Path, warm_parent: WarmParent) -> None:
    path, out = tmp_path / "source", tmp_path / "out"
    case.write(path)

    answer = warm_parent.ask("ingest", path, out, case)

    if case.code is None:
        check_rows(case, out, RawSummary.model_validate(answer["summary"]))
    else:
        check_error(case, answer)
    assert answer["max_rss_bytes"] < MEMORY_BYTES
    assert {entry.name for entry in tmp_path.iterdir()} <= {"source", "out"}
    check_good_file(tmp_path, warm_parent)


@pytest.mark.parametrize("case", CASES)
def test_preview_answers_too(case: Case, tmp_path: Path, warm_parent: WarmParent) -> None:
    path = tmp_path / "source"
    case.write(path)

    answer = warm_parent.ask("inspect", path, tmp_path / "out", case)

    if "code" in answer:
        assert 400 <= all_errors()[answer["code"]].status < 500
    else:
        preview = FilePreview.model_validate(answer["preview"])
        assert len(preview.rows) <= 20
    assert answer["max_rss_bytes"] < MEMORY_BYTES
    assert [entry.name for entry in tmp_path.iterdir()] == ["source"]


def check_error(case: Case, answer: dict[str, Any]) -> None:
    assert answer.get("code") == case.code, answer
    assert {key: answer["extra"].get(key) for key in case.extra} == case.extra
    assert 400 <= all_errors()[answer["code"]].status < 500
    assert answer["detail"]
    assert "\0" not in answer["detail"]


def check_rows(case: Case, out: Path, summary: RawSummary) -> None:
    splits = load_from_disk(str(out))
    assert summary.num_samples == sum(split.num_rows for split in splits.values())
    assert summary.schema_.all_columns == splits["train"].column_names
    if case.rows is not None:
        assert [row for split in splits.values() for row in split] == case.rows
    if case.types is not None:
        assert summary.schema_.column_info == case.types


def check_good_file(tmp_path: Path, warm_parent: WarmParent) -> None:
    GOOD.write(tmp_path / "good")
    answer = warm_parent.ask("ingest", tmp_path / "good", tmp_path / "good_out", GOOD)
    assert answer["summary"]["num_samples"] == 2
