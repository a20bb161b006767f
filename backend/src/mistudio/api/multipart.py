"""Bodies that are read here: a multipart form with its one file streamed to the disk, and small JSON."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mistudio.core.config import Settings
from mistudio.core.errors import InvalidRequest, LengthMismatch, TooLarge
from mistudio.core.storage import Storage
from mistudio.schemas.dataset import IngestRequest
from mistudio.services import upload_service
from mistudio.services.upload_service import Upload

Body = TypeVar("Body", bound=BaseModel)
MAX_FIELDS, MAX_FIELD_BYTES = 1100, 100_000


@dataclass
class _Parts:
    """Gathers the parser's callbacks: small fields whole, file bytes as they come."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    filename: str | None = None
    ended: bool = False
    pending: list[bytes] = field(default_factory=list)
    _name: str = ""
    _is_file: bool = False
    _header: tuple[bytes, bytes] = (b"", b"")
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _value: bytes = b""

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add_header(data[start:end], b""),
            "on_header_value": lambda data, start, end: self._add_header(b"", data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _finish(self) -> None:
        self.ended = True

    def _begin(self) -> None:
        self._headers, self._header, self._value = {}, (b"", b""), b""

    def _add_header(self, name: bytes, value: bytes) -> None:
        self._header = (self._header[0] + name, self._header[1] + value)

    def _end_header(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = (b"", b"")

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = _text(options.get(b"name", b""), "name of a field")
        self._is_file = b"filename" in options
        if self._is_file:
            if self._name != "file" or self.filename is not None:
                raise InvalidRequest("The form takes one file, in the field named file.")
            self.filename = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes) -> None:
        if self._is_file:
            self.pending.append(data)
            return
        self._value += data
        if len(self._value) > MAX_FIELD_BYTES:
            raise InvalidRequest(f"The field {self._name!r} is too long.")

    def _end(self) -> None:
        if not self._is_file:
            self.fields.append((self._name, _text(self._value, f"field {self._name!r}")))
            if len(self.fields) > MAX_FIELDS:
                raise InvalidRequest("The form has too many fields.")


def _text(value: bytes, what: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequest(f"The {what} is not UTF-8 text.") from None


def media_type(http: Request) -> str:
    return http.headers.get("content-type", "").partition(";")[0].strip().lower()


async def small_body(http: Request, limit: int) -> bytes:
    """Raises TooLarge past `limit` bytes."""
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"A JSON body may have up to {limit} bytes.", max_bytes=limit)
    return body


def check_length(http: Request, settings: Settings, storage: Storage) -> None:
    """Refuse by its Content-Length what would be refused at its end."""
    length = http.headers.get("content-length", "")
    if length.isascii() and length.isdigit():
        upload_service.check_size(storage, settings, int(length))


async def receive_form(http: Request, settings: Settings, storage: Storage) -> tuple[IngestRequest, Upload]:
    """Stream the file into a new upload and read the fields around it. Nothing stays behind when this raises."""
    _, options = parse_options_header(http.headers["content-type"])
    if not options.get(b"boundary"):
        raise InvalidRequest("The multipart body has no boundary.")
    parts = _Parts()
    try:
        parser = MultipartParser(options[b"boundary"], parts.callbacks())
    except FormParserError as error:
        raise InvalidRequest(f"The multipart body has no usable boundary: {error}.") from error
    check_length(http, settings, storage)
    upload = upload_service.create(storage, settings, "upload", None)
    try:
        await upload_service.append(upload, settings, storage, 0, _file_bytes(http, parser, parts))
        if parts.filename is None:
            raise InvalidRequest("The form has no file, in a field named file.")
        upload.filename = upload_service.clean_filename(parts.filename)
        upload_service.finish(upload)
        return _request(upload, parts.fields), upload
    except BaseException:
        upload_service.remove(storage, upload.id)
        raise


async def _file_bytes(http: Request, parser: MultipartParser, parts: _Parts) -> AsyncIterator[bytes]:
    try:
        async for chunk in http.stream():
            parser.write(chunk)
            while parts.pending:
                yield parts.pending.pop(0)
    except FormParserError as error:
        raise InvalidRequest(f"The multipart body is not well-formed: {error}.") from error
    if not parts.ended:
        raise LengthMismatch("The multipart body ended before its closing boundary.")


def _request(upload: Upload, fields: list[tuple[str, str]]) -> IngestRequest:
    body: dict[str, Any] = {"upload_id": upload.id}
    for name, value in fields:
        if name == "text_columns":
            body.setdefault(name, []).append(value)
        elif name in body:
            raise InvalidRequest(f"The field {name!r} is given twice.")
        elif value != "":
            body[name] = value
    return parse_body(IngestRequest, body)


def parse_body(model: type[Body], body: bytes | dict[str, Any]) -> Body:
    """Validate as FastAPI would, for bodies that it does not read itself."""
    try:
        return model.model_validate_json(body) if isinstance(body, bytes) else model.model_validate(body)
    except ValidationError as error:
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in error.errors()]) from error
