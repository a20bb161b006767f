"""What kind of file this is: by its content first, by its name where the content leaves it open."""

import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path

from mistudio.core.errors import EmptyFile, InvalidRequest, MalformedFile, UnsupportedMedia
from mistudio.pipeline.detect_csv import LOOKED_AT, detect_delimiter, detect_header, is_table
from mistudio.pipeline.detect_encoding import check_encoding, detect_encoding
from mistudio.pipeline.json_depth import depth
from mistudio.pipeline.readers import FileFormat
from mistudio.pipeline.readers.source import CountedFile, expanded, not_decodable
from mistudio.schemas.metadata import Compression, Format, ReadLimits, ReadOptions

SAMPLE_BYTES = 2**20
MOST_LEVELS = 500  # of a line that is parsed here; deeper ones are the reader's to refuse
ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
}
COMPRESSIONS: dict[bytes, Compression] = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
FOREIGN = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"ARROW1", "an Arrow file"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)


@dataclass(frozen=True)
class _Sample:
    """The first bytes of the file after decompression, and whether they are all of it."""

    data: bytes
    whole: bool


def detect(path: Path, filename: str, options: ReadOptions, limits: ReadLimits) -> FileFormat:
    """How to read the file. What the options name is taken as it is, the rest is found out.

    filename: as the user knows it. Raises EmptyFile, UnsupportedMedia, UnknownEncoding, MalformedFile (a damaged
    compressed stream), InvalidRequest (options that contradict each other).
    """
    if path.stat().st_size == 0:
        raise EmptyFile("The file is empty.")
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith((b"PAR1", b"PARE")) or options.format == "parquet":
        return _parquet(head, options)
    compression = options.compression or next((c for m, c in COMPRESSIONS.items() if head.startswith(m)), None)
    sample = _sample(path, compression, limits)
    _refuse_foreign(sample.data, compression)
    encoding = check_encoding(options.encoding) if options.encoding else detect_encoding(sample.data, sample.whole)
    text = _decoded(sample, encoding)
    if not text.strip():
        raise EmptyFile("The file holds nothing but white space.")
    kind = options.format or ("csv" if options.delimiter else _text_format(text, _ending(filename)))
    if kind not in ("csv", "tsv"):
        if options.delimiter is not None:
            raise InvalidRequest(f"A delimiter has no meaning for the format {kind}.", field="delimiter")
        return FileFormat(kind, compression, encoding)
    delimiter = _checked(options.delimiter) or ("\t" if kind == "tsv" else detect_delimiter(text))
    header = options.header if options.header is not None else detect_header(text, delimiter)
    return FileFormat(kind, compression, encoding, delimiter, header)


def _parquet(head: bytes, options: ReadOptions) -> FileFormat:
    if head.startswith(b"PARE"):
        raise UnsupportedMedia("The Parquet file is encrypted, and there is no key.", reason="encrypted")
    if not head.startswith(b"PAR1"):
        reason = (
            "Parquet is compressed within" if head[:4].startswith(tuple(COMPRESSIONS)) else "it begins otherwise"
        )
        raise MalformedFile(f"This is no Parquet file: {reason}.", reason="no Parquet file")
    if options.format not in (None, "parquet"):
        raise InvalidRequest(f"This is a Parquet file, not {options.format}.", field="format")
    return FileFormat("parquet")


def _sample(path: Path, compression: Compression | None, limits: ReadLimits) -> _Sample:
    file = CountedFile(path, hashed=False)
    try:
        data = b""
        for chunk in expanded(file, compression, limits.max_expanded_bytes, SAMPLE_BYTES):
            data += chunk
            if len(data) >= SAMPLE_BYTES:
                return _Sample(data, whole=False)
        return _Sample(data, whole=True)
    finally:
        file.close()


def _refuse_foreign(data: bytes, compression: Compression | None) -> None:
    """Raises UnsupportedMedia for what is known and cannot be read."""
    kind = next((kind for mark, kind in FOREIGN if data.startswith(mark)), None)
    if kind is not None:
        raise UnsupportedMedia(f"This is {kind}, which cannot be read here.", reason=kind)
    if compression and data.startswith((b"PAR1", *COMPRESSIONS)):
        inner = "Parquet" if data.startswith(b"PAR1") else "compressed data"
        raise UnsupportedMedia(f"The {compression} file holds {inner}. Decompress it first.", reason=inner)


def _decoded(sample: _Sample, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return str(decoder.decode(sample.data, sample.whole)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise not_decodable(error.start, sample.data[error.start], encoding) from error


def _ending(filename: str) -> Format | None:
    name = re.sub(r"\.(gz|gzip|zst|zstd)$", "", filename.lower())
    return ENDINGS.get(Path(name).suffix)


def _checked(delimiter: str | None) -> str | None:
    if delimiter is not None and (not delimiter.isascii() or delimiter in '"\r\n\0'):
        raise InvalidRequest("The delimiter must be one ASCII character other than a quote.", field="delimiter")
    return delimiter


def _text_format(text: str, ending: Format | None) -> Format:
    """The format of a text that is not blank."""
    begins = text[:LOOKED_AT].lstrip()
    if begins.startswith("{"):
        return _of_object(text.lstrip(), ending)
    if re.match(r"\[\s*[{\]]", begins):
        return "jsonl" if ending == "jsonl" else "json"
    return ending or ("csv" if is_table(text) else "text")


def _of_object(text: str, ending: Format | None) -> Format:
    """JSONL where the first line is a whole object, unless that object is the document."""
    line, _, rest = text.partition("\n")
    if ending in ("json", "jsonl") and len(text) >= SAMPLE_BYTES // 4 and not rest:
        return ending  # the first line is longer than what was looked at
    members = _object(line)
    if members is None:
        return "json" if re.match(r"\{\s*[\"}]", text) and ending in (None, "json") else ending or "text"
    if rest.strip() or ending == "jsonl":
        return "jsonl"
    if ending == "json" and list(members.values()) == [[]]:
        return "json"  # an object that holds an empty list and nothing else
    lists = [value for value in members.values() if isinstance(value, list)]
    return "json" if any(value and isinstance(value[0], dict) for value in lists) else "jsonl"


def _object(line: str) -> dict[str, object] | None:
    if depth(line.encode()) > MOST_LEVELS:
        return {}
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
