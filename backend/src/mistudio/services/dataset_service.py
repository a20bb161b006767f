"""Datasets: requests to make them, what is shown of them, and the end of them."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import ColumnNotFound, DatasetNotFound, NameTaken
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.pipeline.hub.names import check_dataset_name
from mistudio.schemas.dataset import DatasetPatch, DatasetSource, DatasetStatus, DownloadRequest
from mistudio.schemas.job import ACTIVE_STATES, JobKind, JobState
from mistudio.schemas.metadata import DatasetMetadata, IngestOptions, RawSummary
from mistudio.services import job_service
from mistudio.services.hashing import params_hash
from mistudio.services.job_service import one_request_at_a_time
from mistudio.services.upload_service import Upload

DATASETS_QUEUE, DELETE_QUEUE = "datasets", "low_priority"


async def get(session: AsyncSession, dataset_id: UUID) -> Dataset:
    dataset = await session.get(Dataset, dataset_id)
    if dataset is None:
        raise DatasetNotFound
    return dataset


async def get_living(session: AsyncSession, dataset_id: UUID) -> Dataset:
    """As `get`, but a dataset that is being deleted is gone already."""
    dataset = await get(session, dataset_id)
    if dataset.deleted_at is not None:
        raise DatasetNotFound("This dataset is being deleted.")
    return dataset


async def request_ingest(
    session: AsyncSession, upload: Upload, name: str, options: IngestOptions
) -> tuple[Dataset, Job]:
    """Make a dataset of a complete upload. The same request again returns the same dataset and job."""
    asked = {"filename": upload.filename, "options": options.model_dump()}
    content = {"sha256": upload.sha256} if upload.sha256 else {"upload_id": str(upload.id)}
    params = {**asked, "upload_id": str(upload.id)}
    key = params_hash(kind=JobKind.INGEST, name=name, **asked, **content)
    return await _request_raw(session, JobKind.INGEST, DatasetSource.LOCAL, name, params, key)


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
        return await get(session, job.dataset_id), job
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
        queue=DATASETS_QUEUE,
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
    params = request.model_dump(exclude={"display_name"})
    if params["split"] == "all":
        params["split"] = None
    key = params_hash(kind=JobKind.DOWNLOAD, display_name=request.display_name, **params)
    await one_request_at_a_time(session, key)
    job = await job_service.equal_job(session, JobKind.DOWNLOAD, key, set(ACTIVE_STATES))
    if job is not None and job.dataset_id is not None:
        return await get(session, job.dataset_id), job
    name = request.display_name or await _waiting_name(session, request, key)
    dataset = await _insert(session, name, DatasetSource.HUGGINGFACE)
    dataset.meta = DatasetMetadata.model_validate(
        {"source": {"repo_id": request.name, "config": request.config, "split": params["split"]}}
    ).model_dump(mode="json", exclude_none=True)
    await session.flush()
    params["named"] = request.display_name is not None
    return dataset, await _enqueue_raw(session, JobKind.DOWNLOAD, dataset, params, key)


async def _waiting_name(session: AsyncSession, request: DownloadRequest, key: str) -> str:
    """A name until the commit is known."""
    name = request.name + (f"/{request.config}" if request.config else "")
    taken = await session.scalar(select(Dataset.id).where(Dataset.name == name, Dataset.deleted_at.is_(None)))
    return f"{name} ({key[:6]})" if taken else name


async def retry_raw(session: AsyncSession, job: Job, dataset: Dataset) -> Job:
    """A new job for a download or ingest that failed or was cancelled."""
    return await _enqueue_raw(session, JobKind(job.kind), dataset, job.params, job.params_hash)


async def record_raw(session: AsyncSession, dataset_id: UUID, path: str, summary: RawSummary) -> None:
    """Point a dataset to its published raw data."""
    meta = DatasetMetadata(
        schema_=summary.schema_,
        splits=summary.splits,
        size_bytes=summary.size_bytes,
        fingerprint=summary.fingerprint,
        source=summary.source,
        bad_rows=summary.bad_rows,
        num_bad_rows=summary.num_bad_rows,
    )
    await session.execute(
        update(Dataset)
        .where(Dataset.id == dataset_id)
        .values(
            raw_path=path,
            num_samples=summary.num_samples,
            num_features=summary.num_features,
            meta=meta.model_dump(mode="json"),
            error=None,
        )
    )


async def name_after_commit(session: AsyncSession, dataset: Dataset, summary: RawSummary) -> None:
    """Give a download its default name, repo[/config]@sha7, with a number where that is taken."""
    source = summary.source
    base = f"{source.repo_id}{f'/{source.config}' if source.config else ''}@{(source.revision or '')[:7]}"
    for i in range(1, 1000):
        name = base if i == 1 else f"{base} ({i})"
        try:
            async with session.begin_nested():
                await session.execute(update(Dataset).where(Dataset.id == dataset.id).values(name=name))
        except IntegrityError:
            continue
        return


async def same_download(session: AsyncSession, dataset: Dataset, wanted: dict[str, Any]) -> UUID | None:
    """A finished dataset of the same repository, commit, config, split and limits."""
    source = Dataset.meta["source"]
    query = (
        select(Dataset.id)
        .where(Dataset.id != dataset.id, Dataset.deleted_at.is_(None), Dataset.raw_path.is_not(None))
        .where(Dataset.meta.contains({"source": {key: wanted[key] for key in wanted if wanted[key] is not None}}))
    )
    for key, value in wanted.items():
        if value is None:
            query = query.where(source[key].astext.is_(None))
    return await session.scalar(query.limit(1))


async def patch(session: AsyncSession, dataset: Dataset, change: DatasetPatch) -> Dataset:
    if change.name is not None and change.name != dataset.name:
        taken = select(Dataset.id).where(Dataset.name == change.name, Dataset.deleted_at.is_(None))
        if await session.scalar(taken):
            raise NameTaken(f"There is already a dataset named {change.name!r}.", name=change.name)
        dataset.name = change.name
    meta = DatasetMetadata.model_validate(dataset.meta)
    if (change.text_columns is not None or change.separator is not None) and meta.schema_ is not None:
        schema = meta.schema_
        if change.text_columns is not None:
            check_columns(meta, change.text_columns)
            schema.text_columns, schema.is_multi_column = change.text_columns, len(change.text_columns) > 1
        if change.separator is not None:
            schema.separator = change.separator
        dataset.meta = meta.model_dump(mode="json")
    dataset.updated_at = func.now()
    await session.flush()
    await session.refresh(dataset)
    return dataset


def check_columns(meta: DatasetMetadata, columns: list[str]) -> None:
    """Raise ColumnNotFound for a name that the raw data do not have."""
    known = meta.schema_.all_columns if meta.schema_ else []
    for column in columns:
        if column not in known:
            raise ColumnNotFound(
                f"There is no column {column!r}. The columns are: {', '.join(known[:20])}.", column=column
            )


async def request_delete(session: AsyncSession, dataset: Dataset) -> tuple[Job, list[Job]]:
    """Take a dataset out of sight, cancel its jobs, and free its disk in the background.

    Returns the delete job and the jobs that were cancelled for it.
    """
    await session.refresh(dataset, with_for_update=True)
    cancelled = await job_service.cancel_all(session, dataset.id)
    if dataset.deleted_at is None:
        dataset.deleted_at = func.now()
        await session.flush()
    job, _ = await job_service.enqueue(
        session,
        kind=JobKind.DELETE,
        queue=DELETE_QUEUE,
        subject=f"delete:{dataset.id}",
        params={},
        params_hash=params_hash(delete=str(dataset.id)),
        dataset=dataset,
    )
    await session.refresh(dataset)
    return job, cancelled


async def erase(session: AsyncSession, dataset_id: UUID) -> None:
    """Remove the rows, once the files are gone."""
    dataset = await session.get(Dataset, dataset_id)
    if dataset is not None:
        await session.delete(dataset)


async def tokenizations_of(session: AsyncSession, dataset_id: UUID) -> list[Tokenization]:
    query = (
        select(Tokenization)
        .where(Tokenization.dataset_id == dataset_id, Tokenization.status != "DELETING")
        .order_by(Tokenization.created_at)
    )
    return list((await session.execute(query)).scalars())
