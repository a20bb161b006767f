"""Uploads: files on the server that are not yet datasets. Each is a directory with the bytes and a description."""

import asyncio
import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from mistudio.core.config import Settings
from mistudio.core.errors import (
    AppError,
    Conflict,
    DiskFull,
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
CHECK_DISK_BYTES = 2**26
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
        check_size(storage, settings, size_bytes)
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

    Raises Conflict for another offset, or while another request writes; TooLarge, DiskFull, LengthMismatch when
    more comes than was announced.
    """
    limit = upload.size_bytes if upload.size_bytes is not None else settings.max_upload_bytes
    digest, checked = hashlib.sha256(), 0
    with _opened(upload, offset) as file:
        async for chunk in body:
            if file.tell() + len(chunk) > limit:
                if upload.size_bytes is None:
                    _check_size(settings, limit + 1)
                raise LengthMismatch(f"More than the announced {limit} bytes arrived.")
            if file.tell() >= checked:
                storage.require_free(CHECK_DISK_BYTES, settings.free_disk_bytes)
                checked = file.tell() + CHECK_DISK_BYTES
            await asyncio.to_thread(_write, file, digest, chunk)
        await asyncio.to_thread(os.fsync, file.fileno())
    if upload.complete or upload.size_bytes is None:
        upload.sha256 = digest.hexdigest() if offset == 0 else None
        finish(upload)


@contextmanager
def _opened(upload: Upload, offset: int) -> Iterator[BinaryIO]:
    """The data file at its end, which must be at `offset`, for this request alone."""
    with upload.data.open("ab", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another request is writing to this upload.") from None
        if offset != upload.offset:
            raise Conflict(f"The upload stands at byte {upload.offset}, not {offset}.", offset=upload.offset)
        yield file


def _write(file: BinaryIO, digest: "hashlib._Hash", chunk: bytes) -> None:
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        if error.errno in NO_SPACE:
            raise DiskFull("The disk of the data directory is full.") from error
        raise
    digest.update(chunk)


def finish(upload: Upload) -> None:
    """All has arrived. Of a body of unknown length, what is there is the file."""
    if upload.size_bytes is None:
        upload.size_bytes = upload.offset
    upload.save()


def check_size(storage: Storage, settings: Settings, size_bytes: int) -> None:
    """Raises TooLarge or DiskFull for a file of an announced size, before it is sent."""
    _check_size(settings, size_bytes)
    storage.require_free(size_bytes, settings.free_disk_bytes)


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
        expires_at=datetime.fromtimestamp(upload.data.stat().st_mtime + settings.upload_keep_s, UTC),
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


def _last_change(directory: Path) -> float:
    data = directory / DATA
    return max(path.stat().st_mtime for path in (directory, data) if path is directory or path.exists())


def expire(storage: Storage, settings: Settings, in_use: set[UUID]) -> list[UUID]:
    """Remove uploads that nobody made a dataset of in time."""
    removed: list[UUID] = []
    root = storage.inside(UPLOADS)
    for directory in root.iterdir() if root.is_dir() else ():
        try:
            upload_id = UUID(directory.name)
            age = time.time() - _last_change(directory)
        except (ValueError, FileNotFoundError):
            continue
        if age > settings.upload_keep_s and upload_id not in in_use:
            remove(storage, upload_id)
            removed.append(upload_id)
    return removed
