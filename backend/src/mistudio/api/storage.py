"""/storage: what uses the disk."""

import asyncio
import shutil

from fastapi import APIRouter
from sqlalchemy import select

from mistudio.api.deps import SessionDep, StorageDep
from mistudio.core.storage import EXPORTS, RAW, STAGING, TOKENIZED, TOKENIZERS, UPLOADS, Storage, tree_bytes
from mistudio.db.models import Dataset
from mistudio.schemas.dataset import StorageView, UsageEntry

router = APIRouter(prefix="/storage", tags=["settings"])
BY_DATASET = {"raw": RAW, "tokenized": TOKENIZED}
SHARED = {"uploads": UPLOADS, "staging": STAGING, "tokenizers": TOKENIZERS, "exports": EXPORTS}


@router.get("")
async def show_storage(session: SessionDep, storage: StorageDep) -> StorageView:
    """Bytes of every dataset and of what lies beside them, largest first."""
    names = {str(row.id): row.name for row in await session.execute(select(Dataset.id, Dataset.name))}
    entries = await asyncio.to_thread(_measure, storage, names)
    disk = shutil.disk_usage(storage.root)
    return StorageView(
        data_dir=str(storage.root),
        disk_total_bytes=disk.total,
        disk_free_bytes=disk.free,
        used_bytes=sum(entry.size_bytes for entry in entries),
        reclaimable_bytes=sum(entry.size_bytes for entry in entries if entry.kind == "uploads"),
        entries=entries,
    )


def _measure(storage: Storage, names: dict[str, str]) -> list[UsageEntry]:
    entries = []
    for kind, folder in BY_DATASET.items():
        root = storage.inside(folder)
        for path in root.iterdir() if root.is_dir() else ():
            entries.append(_entry(kind, tree_bytes(path), path.name, names.get(path.name)))
    entries += [_entry(kind, tree_bytes(storage.inside(folder)), None, None) for kind, folder in SHARED.items()]
    return sorted((entry for entry in entries if entry.size_bytes), key=lambda entry: -entry.size_bytes)


def _entry(kind: str, size: int, dataset_id: str | None, name: str | None) -> UsageEntry:
    return UsageEntry(kind=kind, dataset_id=dataset_id if name else None, name=name, size_bytes=size)
