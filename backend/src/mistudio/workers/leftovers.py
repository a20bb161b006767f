"""Directories whose job ended, or went on under a newer fence, without removing them."""

import asyncio
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
from mistudio.schemas.job import TERMINAL_STATES, JobKind, JobState

_PUBLISHED = re.compile(r"([0-9a-f-]{36})-(\d+)")
_reported: set[Path] = set()

log = logging.getLogger(__name__)


async def remove_leftovers(sessions: Sessions, storage: Storage) -> None:
    """Staging of ended jobs; published directories that no row points to. Unknown ones are reported and stay."""
    await _remove_staged(sessions, await asyncio.to_thread(_staged, storage))
    published = await asyncio.to_thread(_published, storage)
    async with sessions() as session:
        pointed = await _pointed(session)
    for path, job_id, fence in published:
        if storage.relative(path) not in pointed:
            await _remove_published(sessions, storage, path, job_id, fence)


async def _remove_staged(sessions: Sessions, staged: dict[UUID, Path]) -> None:
    async with sessions() as session:
        found = await session.execute(select(Job.id, Job.state).where(Job.id.in_(staged)))
        states = {job_id: JobState(state) for job_id, state in found}
    for job_id, path in staged.items():
        if job_id not in states:
            _report(path, "belongs to no known job")
        elif states[job_id] in TERMINAL_STATES:  # for good: nobody starts in there again
            await asyncio.to_thread(remove_tree, path)


async def _remove_published(sessions: Sessions, storage: Storage, path: Path, job_id: UUID, fence: int) -> None:
    """Under the lock of the job's row it is moved out of the way at once; removing it may take a while."""
    aside = storage.job_staging(job_id) / f"{path.name}.removed"
    async with sessions.begin() as session:
        job = await session.get(Job, job_id, with_for_update=True)
        if job is None:
            _report(path, "belongs to no known job")
            return
        over = JobState(job.state) in TERMINAL_STATES or job.fence > fence
        if not over or storage.relative(path) in await _pointed(session):  # now that the job stands still
            return
        log.warning("removing %s, which no row points to", storage.relative(path))
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.rename(aside)
        except FileNotFoundError:
            return  # its own worker has come back and was quicker
    await asyncio.to_thread(remove_tree, aside)


async def _pointed(session: AsyncSession) -> set[str]:
    """Paths that rows point to."""
    paths: set[str] = set()
    for column in (Dataset.raw_path, Tokenization.path):
        paths.update(path for path in (await session.execute(select(column))).scalars() if path is not None)
    exports = select(Job.result["path"].astext).where(
        Job.kind == JobKind.EXPORT, Job.state == JobState.SUCCEEDED, Job.tokenization_id.is_not(None)
    )
    paths.update((await session.execute(exports)).scalars())
    return paths


def _report(path: Path, why: str) -> None:
    """Once, not in every round."""
    if path not in _reported:
        _reported.add(path)
        log.warning("%s %s; it stays", path, why)


def _staged(storage: Storage) -> dict[UUID, Path]:
    root, found = storage.inside(STAGING), {}
    for path in root.iterdir() if root.is_dir() else ():
        try:
            found[UUID(path.name)] = path
        except ValueError:
            _report(path, "belongs to no job")
    return found


def _published(storage: Storage) -> list[tuple[Path, UUID, int]]:
    return list(_walk(storage))


def _walk(storage: Storage) -> Iterator[tuple[Path, UUID, int]]:
    for folder, depth in ((RAW, 2), (TOKENIZED, 3), (EXPORTS, 2)):
        root = storage.inside(folder)
        for path in root.glob("/".join(["*"] * depth)) if root.is_dir() else ():
            match = _PUBLISHED.fullmatch(path.name)
            if match:
                yield path, UUID(match[1]), int(match[2])
