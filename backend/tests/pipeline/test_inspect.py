"""The preview of a file, here and as a child process."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mistudio.core.errors import BadRows, EmptyFile
from mistudio.pipeline.inspect import inspect
from mistudio.schemas.metadata import FilePreview, PreviewRow, ReadLimits, ReadOptions

LIMITS = ReadLimits()


def preview(path: Path, content: bytes, name: str, **options: Any) -> FilePreview:
    path.write_bytes(content)
    return inspect(path, name, ReadOptions(**options), LIMITS)


def test_shows_what_was_found(tmp_path: Path) -> None:
    content = b"id;text;score\n1;one two;\n2;three four;2.5\n3\n"
    found = preview(tmp_path / "x", content, "x.csv")
    assert (found.format, found.delimiter, found.encoding, found.header) == ("csv", ";", "utf-8", True)
    assert [(c.name, c.dtype, c.is_text, c.null_share) for c in found.columns] == [
        ("id", "int64", False, 0),
        ("text", "string", True, 0),
        ("score", "double", False, 0.5),
    ]
    assert found.text_columns == ["text"]
    assert found.rows[0] == PreviewRow(row={"id": 1, "text": "one two", "score": None}, truncated_cells=[])
    assert found.estimated_rows == 2
    assert [(row.row, row.text) for row in found.bad_rows] == [(3, "3")]


def test_cuts_long_cells_and_keeps_nul(tmp_path: Path) -> None:
    found = preview(tmp_path / "x", b"a,b\n" + b"x" * 5000 + b",n\0l\n", "x.csv")
    assert found.rows[0].row == {"a": "x" * 2000, "b": "n\0l"}
    assert found.rows[0].truncated_cells == ["a"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads_only_the_beginning_and_estimates_the_rest(tmp_path: Path, pack: Any) -> None:
    rows = 200_000
    content = b"".join(b'{"n":%d,"text":"some words %d"}\n' % (i, i * 7919) for i in range(rows))
    found = preview(tmp_path / "x", pack(content + b"garbage that nobody sees"), "x.jsonl")
    assert len(found.rows) == 20
    assert found.estimated_rows is not None
    assert 0.5 * rows < found.estimated_rows < 2 * rows


def test_parquet_says_how_many_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": range(100_000)}), tmp_path / "x")
    found = inspect(tmp_path / "x", "x.parquet", ReadOptions(), LIMITS)
    assert (found.estimated_rows, found.encoding, len(found.rows)) == (100_000, None, 20)


def test_columns_of_empty_cells_are_text(tmp_path: Path) -> None:
    assert preview(tmp_path / "x", b"a,b\n1,\n", "x.csv").columns[1].dtype == "string"


def test_refuses_files_without_a_good_row(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        preview(tmp_path / "x", b"a,b\n", "x.csv")
    with pytest.raises(BadRows) as caught:
        preview(tmp_path / "x", b"a,b\n1\n", "x.csv")
    assert caught.value.extra["row"] == 1


def ask(path: Path, name: str, memory_bytes: int = 10**9) -> Any:
    request = {
        "path": str(path),
        "filename": name,
        "options": ReadOptions().model_dump(),
        "limits": LIMITS.model_dump(),
        "memory_bytes": memory_bytes,
    }
    command = [sys.executable, "-m", "mistudio.pipeline.inspect"]
    said = subprocess.run(command, input=json.dumps(request).encode(), capture_output=True, check=True)
    assert said.stderr == b""
    return json.loads(said.stdout)


def test_answers_as_a_child_process(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes("text\nÄ é 😀\n".encode())
    assert FilePreview.model_validate(ask(path, "x.csv")).rows[0].row == {"text": "Ä é 😀"}
    path.write_bytes(b"\x80\x04pickle")
    assert ask(path, "x.csv")["code"] == "UNSUPPORTED_FORMAT"


def test_a_child_that_needs_too_much_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b'{"a":"' + b"x" * 200_000_000 + b'"}\n')
    assert ask(path, "x.jsonl", memory_bytes=150_000_000)["code"] == "PARSER_LIMIT"


def test_the_child_loads_little(tmp_path: Path) -> None:
    """Its start is what people wait for when they drop a file."""
    program = (
        "import sys, mistudio.pipeline.inspect\n"
        "print([n for n in ('datasets', 'pandas', 'transformers', 'torch', 'sqlalchemy') if n in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
