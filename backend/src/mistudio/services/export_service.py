"""Exports: requests to make them, what is there of them, and the end of them.

An export is its job: what it made stands in the job's result, and it is there as long as its directory is.
"""

import asyncio
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import Conflict, ExportNotFound, SplitNotFound, TokenizationNotReady
from mistudio.core.storage import Storage, remove_tree
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.schemas.export import Exported, ExportList, ExportRequest, ExportView
from mistudio.schemas.job import JobKind, JobState
from mistudio.schemas.tokenization import TokenizationStatus
from mistudio.services import job_service
from mistudio.services.dataset_service import DELETE_QUEUE as QUEUE
from mistudio.services.hashing import params_hash
from mistudio.services.job_views import failure_of


async def request(
    session: AsyncSession, storage: Storage, dataset: Dataset, tokenization: Tokenization, asked: ExportRequest
) -> Job:
    """Export a result. An equal request returns the job that runs, or the finished one while its files are there.

    Raises TokenizationNotReady, SplitNotFound.
    """
    if tokenization.status != TokenizationStatus.READY or tokenization.statistics is None:
        raise TokenizationNotReady
    splits = list(tokenization.statistics["split_distribution"])
    if asked.split is not None and asked.split not in splits:
        raise SplitNotFound(
            f"There is no split {asked.split!r}. The splits are: {', '.join(splits)}.", splits=splits
        )
    params = asked.canonical()
    key = params_hash(tokenization=str(tokenization.id), export=params)
    await job_service.one_request_at_a_time(session, key)
    for job in await _succeeded(session, tokenization.id, key):
        if is_there(storage, job):
            return job
    job, _ = await job_service.enqueue(
        session,
        kind=JobKind.EXPORT,
        queue=QUEUE,
        subject=f"export:{tokenization.id}:{key}",
        params=params,
        params_hash=key,
        dataset=dataset,
        tokenization_id=tokenization.id,
    )
    return job


async def _succeeded(session: AsyncSession, tokenization_id: UUID, key: str | None = None) -> list[Job]:
    """Newest first."""
    query = select(Job).where(
        Job.kind == JobKind.EXPORT, Job.tokenization_id == tokenization_id, Job.state == JobState.SUCCEEDED
    )
    if key is not None:
        query = query.where(Job.params_hash == key)
    return list((await session.execute(query.order_by(Job.created_at.desc()))).scalars())


async def finished(session: AsyncSession, storage: Storage, tokenization: Tokenization) -> ExportList:
    """The exports of a result whose files are there, newest first."""
    jobs = await _succeeded(session, tokenization.id)
    return ExportList(items=[view(job) for job in jobs if is_there(storage, job)])


async def get(session: AsyncSession, storage: Storage, job_id: UUID) -> Job:
    """The job of an export that is being made, has failed, or has its files there. Raises ExportNotFound."""
    job = await session.get(Job, job_id)
    if job is None or job.kind != JobKind.EXPORT or job.tokenization_id is None:
        raise ExportNotFound
    if job.state == JobState.SUCCEEDED and not is_there(storage, job):
        raise ExportNotFound("The files of this export were removed. Export again.")
    return job


def directory(storage: Storage, job: Job) -> Path | None:
    return storage.inside(job.result["path"]) if job.state == JobState.SUCCEEDED and job.result else None


def is_there(storage: Storage, job: Job) -> bool:
    root = directory(storage, job)
    return root is not None and root.is_dir()


def file(storage: Storage, job: Job, path: str) -> Path:
    """One of the files that the export lists. Raises Conflict until it is finished, ExportNotFound otherwise."""
    if job.state != JobState.SUCCEEDED or job.result is None:
        raise Conflict(f"The export is {job.state}; it has no files.", job_id=str(job.id))
    listed = [entry["path"] for entry in job.result["files"]]
    if path not in listed:
        raise ExportNotFound(f"The export has no file {path!r}.", files=listed[:100])
    return storage.inside(job.result["path"], path)


async def remove(storage: Storage, job: Job) -> None:
    """Free the disk. Raises Conflict while it is being made: then the job is to be cancelled."""
    root = directory(storage, job)
    if root is None:
        raise Conflict(f"The export is {job.state}. Cancel its job instead.", job_id=str(job.id))
    # Out of sight in one step; what a crash leaves of it belongs to an ended job and is removed as such.
    aside = storage.staging(job.id, job.fence)
    await asyncio.to_thread(_move_and_remove, root, aside)


def _move_and_remove(root: Path, aside: Path) -> None:
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        root.rename(aside)
    except FileNotFoundError:  # somebody else was faster
        return
    remove_tree(aside)


def view(job: Job) -> ExportView:
    made = (
        Exported.model_validate({k: v for k, v in (job.result or {}).items() if k in Exported.model_fields})
        if job.state == JobState.SUCCEEDED
        else None
    )
    assert job.tokenization_id is not None
    return ExportView(
        id=job.id,
        tokenization_id=job.tokenization_id,
        format=job.params["format"],
        options=job.params,
        state=JobState(job.state),
        progress=job.progress,
        path=job.result["path"] if made and job.result else None,
        num_rows=made.num_rows if made else None,
        details=made.details if made else None,
        files=made.files if made else None,
        size_bytes=made.size_bytes if made else None,
        error=failure_of(job.error_code, job.error_detail, job.error_extra),
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
