"""Batches that change their mind about types end as one dataset, the same as if they had known from the start."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from datasets import load_from_disk

from mistudio.core.errors import EmptyFile, MalformedFile, TooDeep
from mistudio.pipeline import raw_writer
from mistudio.pipeline.raw_writer import RawWriter, WrittenRaw
from mistudio.pipeline.table_types import AS_TEXT


def batch(columns: dict[str, Any], as_text: bool = False) -> pa.RecordBatch:
    made = pa.RecordBatch.from_pydict(columns)
    return made.replace_schema_metadata(AS_TEXT if as_text else None)


def write(root: Path, batches: list[pa.RecordBatch]) -> WrittenRaw:
    writer = RawWriter(root)
    for part in batches:
        writer.write("train", part)
    return writer.finish()


@pytest.fixture(params=["held", "written at once"])
def _holding(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "written at once":
        monkeypatch.setattr(raw_writer, "HOLD_BYTES", 0)


WIDENING: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "nothing to integers": ([{"a": [None]}, {"a": [1]}], [{"a": None}, {"a": 1}]),
    "integers to floats": ([{"a": [1]}, {"a": [1.5]}, {"a": [2]}], [{"a": 1.0}, {"a": 1.5}, {"a": 2.0}]),
    "a new column": ([{"a": [1]}, {"a": [2], "b": ["x"]}], [{"a": 1, "b": None}, {"a": 2, "b": "x"}]),
    "a column less": ([{"a": [1], "b": ["x"]}, {"a": [2]}], [{"a": 1, "b": "x"}, {"a": 2, "b": None}]),
    "another order": ([{"a": [1], "b": [2]}, {"b": [3], "a": [4]}], [{"a": 1, "b": 2}, {"a": 4, "b": 3}]),
    "a new field": (
        [{"a": [{"x": 1}, None]}, {"a": [{"y": "z"}]}],
        [{"a": {"x": 1, "y": None}}, {"a": None}, {"a": {"x": None, "y": "z"}}],
    ),
    "empty lists to lists of objects": (
        [{"a": [[], None]}, {"a": [[{"x": 1.5}]]}],
        [{"a": []}, {"a": None}, {"a": [{"x": 1.5}]}],
    ),
}


@pytest.mark.usefixtures("_holding")
@pytest.mark.parametrize(("batches", "rows"), WIDENING.values(), ids=WIDENING)
def test_widens(tmp_path: Path, batches: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    written = write(tmp_path / "out", [batch(columns) for columns in batches])

    assert list(load_from_disk(str(tmp_path / "out"))["train"]) == rows
    at_once = write(tmp_path / "known", [pa.RecordBatch.from_pylist(rows, written.schema)])
    assert written.fingerprint == at_once.fingerprint
    assert written.null_counts == at_once.null_counts
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []


@pytest.mark.usefixtures("_holding")
def test_columns_read_from_text_go_back_to_it(tmp_path: Path) -> None:
    parts = [
        {"a": [1, None], "b": [True, False]},
        {"a": ["007", ""], "b": [1, 2]},
        {"a": [2.5, 3.5], "b": [None, None]},
    ]
    written = write(tmp_path / "out", [batch(part, as_text=True) for part in parts])

    rows = load_from_disk(str(tmp_path / "out"))["train"]
    assert rows["a"][:] == ["1", "", "007", "", "2.5", "3.5"]
    assert rows["b"][:] == ["true", "false", "1", "2", "", ""]
    assert written.null_counts == {"a": 0, "b": 0}


def test_empty_columns_of_text_hold_empty_text(tmp_path: Path) -> None:
    write(tmp_path / "out", [batch({"a": [None, None]}, as_text=True)])
    assert load_from_disk(str(tmp_path / "out"))["train"]["a"][:] == ["", ""]


@pytest.mark.usefixtures("_holding")
def test_splits_share_their_columns_and_keep_their_order(tmp_path: Path) -> None:
    writer = RawWriter(tmp_path)
    writer.add_split("train")
    writer.write("test", batch({"a": [1]}))
    writer.write("train", batch({"a": [2], "b": ["x"]}))
    writer.add_split("empty")
    writer.write("test", batch({"a": [3]}))
    written = writer.finish()

    assert [(split.name, split.num_rows) for split in written.splits] == [("train", 1), ("test", 2), ("empty", 0)]
    opened = load_from_disk(str(tmp_path))
    assert opened["test"]["a"][:] == [1, 3]
    assert len({str(split.features) for split in opened.values()}) == 1


@pytest.mark.usefixtures("_holding")
@pytest.mark.parametrize(
    ("one", "other"),
    [([1], ["x"]), ([True], [1]), (["x"], [["x"]]), ([{"x": 1}], [{"x": "y"}]), ([2**53 + 1], [0.5])],
    ids=["number and text", "boolean and number", "text and list", "within an object", "an inexact integer"],
)
def test_refuses_what_no_type_holds(tmp_path: Path, one: list[Any], other: list[Any]) -> None:
    with pytest.raises(MalformedFile) as caught:
        write(tmp_path / "out", [batch({"a": one}), batch({"a": other})])
    assert caught.value.extra["column"] == "a"


def test_refuses_nothing(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        write(tmp_path / "a", [])
    with pytest.raises(EmptyFile):
        write(tmp_path / "b", [batch({"a": pa.array([], pa.string())})])
    with pytest.raises(MalformedFile, match="no columns"):
        write(tmp_path / "c", [pa.RecordBatch.from_struct_array(pa.array([{}, {}], pa.struct([])))])


def test_refuses_what_cannot_be_written(tmp_path: Path) -> None:
    deep = pa.string()
    for _ in range(61):
        deep = pa.list_(deep)
    with pytest.raises(TooDeep):
        write(tmp_path / "a", [batch({"a": pa.nulls(1, deep)})])
    with pytest.raises(MalformedFile, match="NUL"):
        write(tmp_path / "b", [batch({"a": [{"x\0": 1}]})])


def test_the_fingerprint_names_splits_and_types(tmp_path: Path) -> None:
    prints = set()
    for number, (split, values) in enumerate([("train", [1]), ("test", [1]), ("train", [1.0]), ("train", [2])]):
        writer = RawWriter(tmp_path / str(number))
        writer.write(split, batch({"a": values}))
        prints.add(writer.finish().fingerprint)
    assert len(prints) == 4
