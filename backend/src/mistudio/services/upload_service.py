"""Uploads: files on the server that are not yet datasets. Each is a directory with the bytes and a description."""

import asyncio
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from mistudio.core.config import Settings
from mistudio.core.errors import (
    AppError,
    Conflict,
    LengthMismatch,
    ParserCrashed,
    ParserLimit,
    TooLarge,
    UploadNotFound,
    all_errors,
)
from mistudio.core.storage import UPLOADS, Storage
from mistudio.schemas.metadata import FilePreview, ReadLimits, ReadOptions
from mistudio.schemas.upload import UploadView

DATA, ABOUT = "data", "about.json"
PREVIEW_S = 30.0


@dataclass
class Upload:
    """size_bytes: as announced; None until the end of a body of unknown length. sha256: of a file sent whole."""

    id: UUID
    filename: str
    size_bytes: int | None
    created_at: float
    directory: Path
    sha256: str | None = None

    @property
    def data(self) -> Path:
        return self.directory / DATA

    @property
    def offset(self) -> int:
        return self.data.stat().st_size

    @property
    def complete(self) -> bool:
        return self.size_bytes is not None and self.offset == self.size_bytes

    def save(self) -> None:
        about = {key: value for key, value in asdict(self).items() if key not in ("id", "directory")}
        partial = self.directory / f"{ABOUT}.{os.getpid()}"
        partial.write_text(json.dumps(about))
        partial.rename(self.directory / ABOUT)


def create(storage: Storage, settings: Settings, filename: str, size_bytes: int | None) -> Upload:
    if size_bytes is not None:
        _check_size(settings, size_bytes)
        storage.require_free(size_bytes, settings.free_disk_bytes)
    upload_id = uuid4()
    directory = storage.upload(upload_id)
    directory.mkdir(parents=True)
    upload = Upload(upload_id, clean_filename(filename), size_bytes, time.time(), directory)
    upload.data.touch()
    upload.save()
    return upload


def clean_filename(filename: str) -> str:
    """The last part of a name, without control characters: it is shown and helps detection, and is never a path."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if c.isprintable()).strip()
    return shown[-200:] or "upload"


def get(storage: Storage, upload_id: UUID) -> Upload:
    directory = storage.upload(upload_id)
    try:
        about = json.loads((directory / ABOUT).read_text())
    except FileNotFoundError as error:
        raise UploadNotFound from error
    return Upload(id=upload_id, directory=directory, **about)


def remove(storage: Storage, upload_id: UUID) -> None:
    shutil.rmtree(storage.upload(upload_id), ignore_errors=True)


async def append(
    upload: Upload, settings: Settings, storage: Storage, offset: int, body: AsyncIterator[bytes]
) -> None:
    """Write a body at `offset`, which must be where the file ends. Constant memory; what arrived is kept.

    Raises Conflict for another offset, TooLarge, DiskFull, LengthMismatch when more comes than was announced.
    """
    if offset != upload.offset:
        raise Conflict(f"The upload stands at byte {upload.offset}, not {offset}.", offset=upload.offset)
    limit = upload.size_bytes if upload.size_bytes is not None else settings.max_upload_bytes
    digest = hashlib.sha256()
    with upload.data.open("ab") as file:
        async for chunk in body:
            if file.tell() + len(chunk) > limit:
                if upload.size_bytes is None:
                    _check_size(settings, limit + 1)
                raise LengthMismatch(f"More than the announced {limit} bytes arrived.")
            await asyncio.to_thread(_write, file, digest, chunk)
        await asyncio.to_thread(_flush, file)
    upload.sha256 = digest.hexdigest() if offset == 0 else None


def _write(file: BinaryIO, digest: "hashlib._Hash", chunk: bytes) -> None:
    file.write(chunk)
    digest.update(chunk)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def finish(upload: Upload) -> None:
    """A body of unknown length has ended: what is there is the file."""
    if upload.size_bytes is None:
        upload.size_bytes = upload.offset
    upload.save()


def _check_size(settings: Settings, size_bytes: int) -> None:
    if size_bytes > settings.max_upload_bytes:
        raise TooLarge(
            f"Files may have up to {settings.max_upload_bytes / 1e9:.1f} GB here (MISTUDIO_MAX_UPLOAD_BYTES).",
            max_bytes=settings.max_upload_bytes,
        )


def view(upload: Upload, settings: Settings, preview: FilePreview | None = None) -> UploadView:
    return UploadView(
        id=upload.id,
        filename=upload.filename,
        size_bytes=upload.size_bytes,
        offset=upload.offset,
        complete=upload.complete,
        expires_at=datetime.fromtimestamp(upload.created_at + settings.upload_keep_s, UTC),
        preview=preview,
    )


def read_limits(settings: Settings) -> ReadLimits:
    return ReadLimits(
        max_row_bytes=settings.max_row_bytes,
        max_columns=settings.max_columns,
        max_json_depth=settings.max_json_depth,
        max_expanded_bytes=settings.max_expanded_bytes,
    )


async def inspect(upload: Upload, settings: Settings, options: ReadOptions) -> FilePreview:
    """Detect format and columns in a child process with limits: a file that crashes its reader ends only that."""
    if not upload.complete:
        raise LengthMismatch(f"{upload.offset} of {upload.size_bytes} bytes have arrived.", offset=upload.offset)
    request = {
        "path": str(upload.data),
        "filename": upload.filename,
        "options": options.model_dump(),
        "limits": read_limits(settings).model_dump(),
        "memory_bytes": settings.parser_memory_bytes,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mistudio.pipeline.inspect",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(json.dumps(request).encode()), PREVIEW_S)
    except TimeoutError as error:
        raise ParserLimit(f"Looking into the file took longer than {PREVIEW_S:.0f} s.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        said = json.loads(answer)
    except ValueError as error:
        raise ParserCrashed("The reader was stopped by the file. Check that it is what its name says.") from error
    if "code" in said:
        raise all_errors().get(said["code"], AppError)(said["detail"], **said["extra"])
    return FilePreview.model_validate(said)


def expire(storage: Storage, settings: Settings, in_use: set[UUID]) -> list[UUID]:
    """Remove uploads that nobody made a dataset of in time."""
    removed: list[UUID] = []
    root = storage.inside(UPLOADS)
    for directory in root.iterdir() if root.is_dir() else ():
        try:
            upload_id = UUID(directory.name)
            age = time.time() - directory.stat().st_mtime
        except (ValueError, FileNotFoundError):
            continue
        if age > settings.upload_keep_s and upload_id not in in_use:
            remove(storage, upload_id)
            removed.append(upload_id)
    return removed
