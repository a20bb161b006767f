"""Directories whose job ended, or went on under a newer fence, without removing them."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.storage import EXPORTS, RAW, STAGING, TOKENIZED, Storage, remove_tree
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.db.session import Sessions
from mistudio.schemas.job import JobState

_PUBLISHED = re.compile(r"([0-9a-f-]{36})-(\d+)")
log = logging.getLogger(__name__)


async def remove_leftovers(sessions: Sessions, storage: Storage) -> None:
    """Staging of ended jobs; published directories that no row points to. Unknown ones are reported and stay."""
    for path, job_id in list(_staged(storage)):
        async with sessions.begin() as session:
            job = await _locked(session, job_id, path)
            if job is not None and JobState(job.state).is_terminal:
                remove_tree(path)
    for path, job_id, fence in list(_published(storage)):
        async with sessions.begin() as session:
            if await _is_pointed_to(session, storage.relative(path)):
                continue
            job = await _locked(session, job_id, path)
            if job is None or not (JobState(job.state).is_terminal or job.fence > fence):
                continue
            if not await _is_pointed_to(session, storage.relative(path)):  # now that the job stands still
                log.warning("removing %s, which no row points to", storage.relative(path))
                remove_tree(path)


async def _locked(session: AsyncSession, job_id: UUID, path: Path) -> Job | None:
    job = await session.get(Job, job_id, with_for_update=True)
    if job is None:
        log.warning("%s belongs to no known job; it stays", path)
    return job


async def _is_pointed_to(session: AsyncSession, relative: str) -> bool:
    for column in (Dataset.raw_path, Tokenization.path):
        if await session.scalar(select(column).where(column == relative).limit(1)) is not None:
            return True
    return False


def _staged(storage: Storage) -> Iterator[tuple[Path, UUID]]:
    root = storage.inside(STAGING)
    for path in root.iterdir() if root.is_dir() else ():
        try:
            yield path, UUID(path.name)
        except ValueError:
            log.warning("%s belongs to no job; it stays", path)


def _published(storage: Storage) -> Iterator[tuple[Path, UUID, int]]:
    for folder, depth in ((RAW, 2), (TOKENIZED, 3), (EXPORTS, 2)):
        root = storage.inside(folder)
        for path in root.glob("/".join(["*"] * depth)) if root.is_dir() else ():
            match = _PUBLISHED.fullmatch(path.name)
            if match:
                yield path, UUID(match[1]), int(match[2])
