"""Every path below the data directory. Nothing else joins paths from ids, and nothing joins paths from names."""

import os
import shutil
from pathlib import Path
from uuid import UUID

from mistudio.core.errors import AppError, DiskFull

RAW, TOKENIZED, STAGING, UPLOADS = "datasets/raw", "datasets/tokenized", ".staging", "uploads"
TOKENIZERS, EXPORTS = "tokenizers", "exports"


class PathEscapes(AppError):
    """A path would leave the data directory."""

    code = "PATH_ESCAPES"


class Storage:
    """root: MISTUDIO_DATA_DIR. Paths kept in the database are relative to it, with forward slashes."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root.resolve()

    def inside(self, *parts: str) -> Path:
        """The path root/parts, proved to lie below root: no step of it goes up or is a symbolic link."""
        for part in parts:
            if "\0" in part or Path(part).is_absolute() or ".." in Path(part).parts:
                raise PathEscapes
        path = self.root.joinpath(*parts)
        steps = [step for step in (path, *path.parents) if step != self.root and step.is_relative_to(self.root)]
        # Unlike Path.is_symlink this takes a name too long for the file system for no link, and goes on.
        if not steps or any(os.path.islink(step) for step in steps):  # noqa: PTH114
            raise PathEscapes
        return path

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def raw(self, dataset_id: UUID, job_id: UUID, fence: int) -> Path:
        return self.inside(RAW, str(dataset_id), f"{job_id}-{fence}")

    def tokenized(self, dataset_id: UUID, tokenization_id: UUID, job_id: UUID, fence: int) -> Path:
        return self.inside(TOKENIZED, str(dataset_id), str(tokenization_id), f"{job_id}-{fence}")

    def export(self, tokenization_id: UUID, job_id: UUID, fence: int) -> Path:
        return self.inside(EXPORTS, str(tokenization_id), f"{job_id}-{fence}")

    def job_staging(self, job_id: UUID) -> Path:
        return self.inside(STAGING, str(job_id))

    def staging(self, job_id: UUID, fence: int) -> Path:
        return self.inside(STAGING, str(job_id), str(fence))

    def upload(self, upload_id: UUID) -> Path:
        return self.inside(UPLOADS, str(upload_id))

    def tokenizer_store(self) -> Path:
        return self.inside(TOKENIZERS)

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.root).free

    def require_free(self, forecast_bytes: int, reserve_bytes: int) -> None:
        """Raise DiskFull when less than forecast + reserve is free."""
        free, wanted = self.free_bytes(), forecast_bytes + reserve_bytes
        if free < wanted:
            raise DiskFull(
                f"This needs {wanted / 1e9:.1f} GB on the disk of the data directory, and {free / 1e9:.1f} GB are "
                "free. Delete datasets or tokenizations that are not needed, or move the data directory.",
                free_bytes=free,
                needed_bytes=wanted,
            )


def publish(staged: Path, final: Path) -> None:
    """Rename a finished, synced directory to its new place and make the rename durable."""
    final.parent.mkdir(parents=True, exist_ok=True)
    staged.rename(final)
    for folder in (final.parent, staged.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_tree(path: Path) -> None:
    """Remove a directory that may be half gone already, and its parent when that becomes empty."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
    try:
        path.parent.rmdir()
    except OSError:
        return


def tree_bytes(path: Path) -> int:
    """Bytes of all files below path; files that vanish meanwhile count as 0."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += Path(folder, name).lstat().st_size
            except FileNotFoundError:
                continue
    return total
