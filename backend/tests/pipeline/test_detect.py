"""What a file is, by content first and by name where the content leaves it open."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from mistudio.core.errors import (
    AppError,
    EmptyFile,
    InvalidRequest,
    MalformedFile,
    UnknownEncoding,
    UnsupportedMedia,
)
from mistudio.pipeline.detect import detect
from mistudio.pipeline.readers import FileFormat
from mistudio.schemas.metadata import ReadLimits, ReadOptions

OBJECTS = b'{"a":1}\n{"a":2}\n'
TABLE = b"name,age\nann,1\nbob,2\n"
PRETTY = json.dumps({"data": [{"a": 1}, {"a": 2}]}, indent=2).encode()
LONG_ROW = b'{"a":"' + b"x" * 2_000_000 + b'"}'
PROSE = b"It was a bright cold day, and the clocks struck.\nThirteen, they said, it is late, again.\nOne, two.\n"


def found(tmp_path: Path, name: str, content: bytes, **options: Any) -> FileFormat:
    path = tmp_path / "file"
    path.write_bytes(content)
    return detect(path, name, ReadOptions(**options), ReadLimits())


FORMATS = [
    ("x.csv", TABLE, "csv"),
    ("x", TABLE, "csv"),
    ("X.CSV", TABLE, "csv"),
    ("x.tsv", TABLE.replace(b",", b"\t"), "tsv"),
    ("x.txt", TABLE, "text"),
    ("x.txt", PROSE, "text"),
    ("x", PROSE, "text"),
    ("README.md", b"[link](x)\n", "text"),
    ("x.jsonl", OBJECTS, "jsonl"),
    ("x.ndjson", OBJECTS, "jsonl"),
    ("x.json", OBJECTS, "jsonl"),
    ("x.txt", OBJECTS, "jsonl"),
    ("x", OBJECTS, "jsonl"),
    ("x.json", b'[{"a":1}]', "json"),
    ("x.csv", b'[{"a":1}]', "json"),
    ("x", b" [ ]", "json"),
    ("x.json", PRETTY, "json"),
    ("x", PRETTY, "json"),
    ("x.json", b'{"data":[{"a":1}]}', "json"),
    ("x", b'{"data":[{"a":1}]}', "json"),
    ("x.jsonl", b'{"data":[{"a":1}]}', "jsonl"),
    ("x.json", b'{"a":1}', "jsonl"),
    ("x.json", b'{"data":[]}', "json"),
    ("x.jsonl", LONG_ROW, "jsonl"),
    ("x.parquet", TABLE, "csv"),
    ("x.csv", b"PAR1....", "parquet"),
]


@pytest.mark.parametrize(("name", "content", "expected"), FORMATS, ids=range(len(FORMATS)))
def test_format(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    assert found(tmp_path, name, content).format == expected


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "gzip"), (zstandard.compress, "zstd")])
def test_looks_into_compressed_files(tmp_path: Path, pack: Any, name: str) -> None:
    for filename in ("x.jsonl.gz", "x.zst", "x"):
        assert found(tmp_path, filename, pack(OBJECTS)) == FileFormat("jsonl", name)


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (TABLE, ","),
        (TABLE.replace(b",", b";"), ";"),
        (TABLE.replace(b",", b"|"), "|"),
        (TABLE.replace(b",", b"\t"), "\t"),
        (b"a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        (b'a,b\n"x;y;z",1\n"p;q;r",2\n', ","),
        (b'text\n"one, two"\n"three, four"\n', ","),
        (b"text\nno delimiter at all\n", ","),
        (b"a,b\n" + b"1,2\n" * 50 + b"3\n", ","),
    ],
)
def test_delimiter(tmp_path: Path, content: bytes, delimiter: str) -> None:
    assert found(tmp_path, "x.csv", content).delimiter == delimiter


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (TABLE, True),
        (b"1,2\n3,4\n", False),
        (b"ann,1\nbob,2\n", False),
        (b",text\n0,x\n", True),
        (b"text\nsome words\n", True),
        (b"It was a bright cold day in April, in fact.\nAnother.\n", False),
        (b'"two\nlines",b\nc,d\n', False),
        (b"true,x\nfalse,y\n", False),
        (b"Price (%),No. of items\n1,2\n", True),
    ],
)
def test_header(tmp_path: Path, content: bytes, header: bool) -> None:
    assert found(tmp_path, "x.csv", content, delimiter=",").header is header


GERMAN = "id,text\n1,der Fluß führt über die Brücke\n2,große Äpfel\n"
ENCODINGS = [
    (GERMAN.encode(), "utf-8"),
    (GERMAN.encode("utf-8-sig"), "utf-8"),
    (GERMAN.encode("cp1252"), "cp1252"),
    ("id,text\n1,l'été à la crème, où naît\n".encode("latin-1"), "cp1252"),
    (GERMAN.encode("utf-16"), "utf-16-le"),
    (("\ufeff" + GERMAN).encode("utf-16-be"), "utf-16-be"),
    (GERMAN.encode("utf-16-le"), "utf-16-le"),
    (GERMAN.encode("utf-16-be"), "utf-16-be"),
    (("\ufeff" + GERMAN).encode("utf-32-be"), "utf-32-be"),
    ("id,text\n1,Привет, как дела? Сегодня хорошая погода\n".encode("cp1251"), "cp1251"),
    ("id,text\n1,これは日本語のテキストです。東京は大きな都市です。\n".encode("cp932"), "cp932"),
    ("id,text\n1,这是一个中文文本。北京是一个大城市。\n".encode("gb18030"), "gb18030"),
    (b"t\n" + b"a" * (2**20 - 3) + "é".encode() * 10, "utf-8"),
]


@pytest.mark.parametrize(("content", "encoding"), ENCODINGS, ids=range(len(ENCODINGS)))
def test_encoding(tmp_path: Path, content: bytes, encoding: str) -> None:
    assert found(tmp_path, "x.csv", content).encoding == encoding


def test_options_win(tmp_path: Path) -> None:
    options = {"format": "csv", "delimiter": ";", "encoding": "latin-1", "header": False}
    assert found(tmp_path, "x.jsonl", OBJECTS, **options) == FileFormat("csv", None, "iso8859-1", ";", False)
    assert found(tmp_path, "x.csv", TABLE, format="text") == FileFormat("text")
    assert found(tmp_path, "x.txt", TABLE, delimiter=",").format == "csv"


@pytest.mark.parametrize(
    ("content", "options", "error"),
    [
        (b"", {}, EmptyFile),
        (b"  \n\t\n", {}, EmptyFile),
        (gzip.compress(b""), {}, EmptyFile),
        (TABLE, {"delimiter": "\n"}, InvalidRequest),
        (TABLE, {"format": "jsonl", "delimiter": ","}, InvalidRequest),
        (TABLE, {"encoding": "no-such-thing"}, UnknownEncoding),
        (TABLE, {"encoding": "unicode_escape"}, UnknownEncoding),
        (b"\xff\xfea\0\xd8", {"encoding": "utf-16-le"}, UnknownEncoding),
        (TABLE, {"format": "parquet"}, MalformedFile),
        (TABLE, {"compression": "zstd"}, MalformedFile),
        (gzip.compress(gzip.compress(TABLE)), {}, UnsupportedMedia),
        (b"%PDF-1.7 ...", {}, UnsupportedMedia),
        (bytes(range(256)), {}, UnsupportedMedia),
    ],
)
def test_refuses(tmp_path: Path, content: bytes, options: dict[str, Any], error: type[AppError]) -> None:
    with pytest.raises(error):
        found(tmp_path, "x", content, **options)
