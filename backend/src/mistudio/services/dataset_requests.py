"""Requests for datasets: of an upload, of the Hub, of the built-in text. Each makes a row and a job, once."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import Conflict, NameTaken
from mistudio.db.models import Dataset, Job
from mistudio.pipeline.hub.names import check_dataset_name, check_revision
from mistudio.schemas.dataset import DatasetSource, DatasetStatus, DownloadRequest
from mistudio.schemas.job import ACTIVE_STATES, JobKind, JobState
from mistudio.schemas.metadata import DatasetMetadata, IngestOptions
from mistudio.services import dataset_service, job_service
from mistudio.services.hashing import params_hash
from mistudio.services.job_service import one_request_at_a_time
from mistudio.services.upload_service import Upload

QUEUE = "datasets"


async def request_ingest(
    session: AsyncSession, upload: Upload, name: str, options: IngestOptions
) -> tuple[Dataset, Job]:
    """Make a dataset of a complete upload. The same request again returns the same dataset and job."""
    asked = {"filename": upload.filename, "options": options.model_dump()}
    content = {"sha256": upload.sha256} if upload.sha256 else {"upload_id": str(upload.id)}
    params = {**asked, "upload_id": str(upload.id)}
    key = params_hash(kind=JobKind.INGEST, name=name, **asked, **content)
    await one_request_at_a_time(session, str(upload.id))
    holder = await _ingest_of(session, upload.id, Job.state.in_(ACTIVE_STATES), Job.params_hash != key)
    if holder is not None:
        raise Conflict("Another dataset is being made of this upload.", job_id=str(holder.id))
    return await _request_raw(session, JobKind.INGEST, DatasetSource.LOCAL, name, params, key)


async def ingested(
    session: AsyncSession, upload_id: UUID, name: str, options: IngestOptions
) -> tuple[Dataset, Job] | None:
    """What the same request made of an upload that has been used up since."""
    made = Job.params["options"] == options.model_dump(), Job.state == JobState.SUCCEEDED
    job = await _ingest_of(session, upload_id, *made)
    dataset = await session.get(Dataset, job.dataset_id) if job is not None and job.dataset_id else None
    if job is None or dataset is None or dataset.deleted_at is not None or job.dataset_name != name:
        return None
    return dataset, job


async def _ingest_of(session: AsyncSession, upload_id: UUID, *where: ColumnElement[bool]) -> Job | None:
    query = select(Job).where(Job.kind == JobKind.INGEST, Job.params["upload_id"].astext == str(upload_id), *where)
    return (await session.execute(query.order_by(Job.created_at.desc()).limit(1))).scalar_one_or_none()


async def request_demo(session: AsyncSession, name: str) -> tuple[Dataset, Job]:
    """The built-in sample text, and its tokenization after it."""
    params = {"builtin": True}
    key = params_hash(kind=JobKind.INGEST, name=name, **params)
    return await _request_raw(session, JobKind.INGEST, DatasetSource.LOCAL, name, params, key)


async def _request_raw(
    session: AsyncSession, kind: JobKind, source: DatasetSource, name: str, params: dict[str, Any], key: str
) -> tuple[Dataset, Job]:
    await one_request_at_a_time(session, key)
    job = await job_service.equal_job(session, kind, key, {*ACTIVE_STATES, JobState.SUCCEEDED})
    if job is not None and job.dataset_id is not None:
        return await dataset_service.get(session, job.dataset_id), job
    dataset = await _insert(session, name, source)
    return dataset, await _enqueue_raw(session, kind, dataset, params, key)


async def _insert(session: AsyncSession, name: str, source: DatasetSource) -> Dataset:
    statement = (
        insert(Dataset)
        .values(id=uuid4(), name=name, source=source, status=DatasetStatus.PENDING)
        .on_conflict_do_nothing(index_elements=["name"], index_where=Dataset.deleted_at.is_(None))
        .returning(Dataset)
    )
    dataset = (await session.execute(statement)).scalar_one_or_none()
    if dataset is None:
        raise NameTaken(f"There is already a dataset named {name!r}. Choose another name.", name=name)
    return dataset


async def _enqueue_raw(
    session: AsyncSession, kind: JobKind, dataset: Dataset, params: dict[str, Any], key: str
) -> Job:
    job, _ = await job_service.enqueue(
        session,
        kind=kind,
        queue=QUEUE,
        subject=f"raw:{dataset.id}",
        params=params,
        params_hash=key,
        dataset=dataset,
    )
    await session.refresh(dataset)
    return job


async def request_download(session: AsyncSession, request: DownloadRequest) -> tuple[Dataset, Job]:
    """Fetch a dataset of the Hub. The job resolves the commit; a dataset of the same commit is not made twice."""
    check_dataset_name(request.name)
    if request.revision is not None:
        check_revision(request.revision)
    params = request.model_dump(exclude={"display_name"})
    if params["split"] == "all":
        params["split"] = None
    key = params_hash(kind=JobKind.DOWNLOAD, display_name=request.display_name, **params)
    await one_request_at_a_time(session, key)
    job = await job_service.equal_job(session, JobKind.DOWNLOAD, key, set(ACTIVE_STATES))
    if job is not None and job.dataset_id is not None:
        return await dataset_service.get(session, job.dataset_id), job
    name = request.display_name or await _waiting_name(session, request)
    dataset = await _insert(session, name, DatasetSource.HUGGINGFACE)
    dataset.meta = DatasetMetadata.model_validate(
        {"source": {"repo_id": request.name, "config": request.config, "split": params["split"]}}
    ).model_dump(mode="json", exclude_none=True)
    await session.flush()
    params["named"] = request.display_name is not None
    return dataset, await _enqueue_raw(session, JobKind.DOWNLOAD, dataset, params, key)


async def _waiting_name(session: AsyncSession, request: DownloadRequest) -> str:
    """A name until the commit is known."""
    base = request.name + (f"/{request.config}" if request.config else "")
    for name in dataset_service.numbered(base):
        if not await _is_taken(session, name):
            return name
    raise NameTaken


async def _is_taken(session: AsyncSession, name: str) -> bool:
    query = select(Dataset.id).where(Dataset.name == name, Dataset.deleted_at.is_(None))
    return await session.scalar(query) is not None


async def retry_raw(session: AsyncSession, job: Job, dataset: Dataset) -> Job:
    """A new job for a download or ingest that failed or was cancelled."""
    return await _enqueue_raw(session, JobKind(job.kind), dataset, job.params, job.params_hash)
