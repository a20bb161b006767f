"""/datasets: list, make, show, change, delete."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.openapi.models import Example
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.api.deps import (
    Cursor,
    DatasetDep,
    DoorbellDep,
    Limit,
    LivingDatasetDep,
    SessionDep,
    SettingsDep,
    StorageDep,
)
from mistudio.api.multipart import media_type, parse_body, receive_form, small_body
from mistudio.core.config import Settings
from mistudio.core.errors import Conflict, UnsupportedMedia, UploadNotFound
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Job
from mistudio.pipeline.sample_name import SAMPLE_NAME
from mistudio.schemas.dataset import (
    DatasetPage,
    DatasetPatch,
    DatasetSource,
    DatasetStatistics,
    DatasetStatus,
    DatasetView,
    DownloadRequest,
    IngestRequest,
    JobAccepted,
)
from mistudio.services import dataset_requests, dataset_service, dataset_views, upload_service

router = APIRouter(prefix="/datasets", tags=["datasets"])

Sort = Literal[
    "created_at", "-created_at", "updated_at", "-updated_at", "name", "-name", "num_samples", "-num_samples"
]
INGEST_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/IngestRequest"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["name", "file"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 200},
                        **{
                            name: {"type": "string"}
                            for name in (
                                "format", "compression", "delimiter", "encoding", "header",
                                "separator", "split", "split_column", "on_bad_rows",
                            )
                        },
                        "text_columns": {"type": "array", "items": {"type": "string"}},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            },
        },
    }
}  # fmt: skip
DOWNLOAD_EXAMPLE: dict[str, Example] = {
    "sample": {
        "summary": "The first 10 000 stories",
        "value": {"name": "roneneldan/TinyStories", "split": "train", "max_samples": 10000},
    }
}


@router.get("")
async def list_datasets(
    session: SessionDep,
    q: Annotated[str | None, Query(max_length=200, description="part of the name")] = None,
    status: Annotated[list[DatasetStatus] | None, Query()] = None,
    source: Annotated[list[DatasetSource] | None, Query()] = None,
    sort: Sort = "-created_at",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DatasetPage:
    """A page of datasets. `next_cursor` of a page is `cursor` of the next one."""
    return await dataset_views.page(
        session, q=q, statuses=status or [], sources=source or [], sort=sort, limit=limit, cursor=cursor
    )


def accepted_at(response: Response, job_id: object) -> None:
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"


@router.post("/download", status_code=202)
async def download_dataset(
    request: DownloadRequest, session: SessionDep, doorbell: DoorbellDep, response: Response
) -> JobAccepted:
    """Download a dataset from the Hub. The same request while it runs returns the same job."""
    dataset, job = await dataset_requests.request_download(session, request)
    accepted_at(response, job.id)
    doorbell.ring(job, status=dataset.status)
    return await dataset_views.accepted(session, dataset, job)


@router.post("/ingest", status_code=202, openapi_extra=INGEST_BODY)
async def ingest_dataset(
    http: Request,
    session: SessionDep,
    settings: SettingsDep,
    storage: StorageDep,
    doorbell: DoorbellDep,
    response: Response,
) -> JobAccepted:
    """Make a dataset of a file: of a finished upload (JSON), or of the file in the same request (multipart)."""
    match media_type(http):
        case "multipart/form-data":
            dataset, job = await _ingest_form(http, session, settings, storage)
        case "application/json":
            request = parse_body(IngestRequest, await small_body(http, settings.max_body_bytes))
            dataset, job = await _ingest_upload(request, session, storage)
        case _:
            raise UnsupportedMedia("Send JSON with an upload_id, or a multipart/form-data form with the file.")
    accepted_at(response, job.id)
    doorbell.ring(job, status=dataset.status)
    return await dataset_views.accepted(session, dataset, job)


async def _ingest_form(
    http: Request, session: AsyncSession, settings: Settings, storage: Storage
) -> tuple[Dataset, Job]:
    request, upload = await receive_form(http, settings, storage)
    try:
        dataset, job = await dataset_requests.request_ingest(session, upload, request.name, request.options())
    except BaseException:
        upload_service.remove(storage, upload.id)  # it came with this request and is nobody's now
        raise
    if job.params.get("upload_id") != str(upload.id):
        upload_service.remove(storage, upload.id)  # an equal file was here already
    return dataset, job


async def _ingest_upload(request: IngestRequest, session: AsyncSession, storage: Storage) -> tuple[Dataset, Job]:
    try:
        upload = upload_service.get(storage, request.upload_id)
    except UploadNotFound:
        made = await dataset_requests.ingested(session, request.upload_id, request.name, request.options())
        if made is None:
            raise
        return made
    if not upload.complete:
        raise Conflict(f"The upload is not complete: {upload.offset} of {upload.size_bytes} bytes.")
    return await dataset_requests.request_ingest(session, upload, request.name, request.options())


@router.post("/demo", status_code=202)
async def demo_dataset(session: SessionDep, doorbell: DoorbellDep, response: Response) -> JobAccepted:
    """The built-in sample text with a tokenizer trained on it: needs no internet."""
    dataset, job = await dataset_requests.request_demo(session, SAMPLE_NAME)
    accepted_at(response, job.id)
    doorbell.ring(job, status=dataset.status)
    return await dataset_views.accepted(session, dataset, job)


@router.get("/{dataset_id}")
async def show_dataset(dataset: DatasetDep, session: SessionDep) -> DatasetView:
    return await dataset_views.view(session, dataset)


@router.patch("/{dataset_id}")
async def change_dataset(dataset: LivingDatasetDep, change: DatasetPatch, session: SessionDep) -> DatasetView:
    """Rename a dataset, or change which columns are tokenized by default."""
    await dataset_service.patch(session, dataset, change)
    return await dataset_views.view(session, dataset)


@router.delete("/{dataset_id}", status_code=202)
async def delete_dataset(
    dataset: DatasetDep, session: SessionDep, doorbell: DoorbellDep, response: Response
) -> JobAccepted:
    """Delete a dataset and all that was made of it. Its jobs are cancelled; the disk is freed in the background."""
    job, cancelled = await dataset_service.request_delete(session, dataset)
    accepted_at(response, job.id)
    doorbell.ring(*cancelled, job, status=dataset.status)
    return await dataset_views.accepted(session, dataset, job)


@router.get("/{dataset_id}/statistics")
async def dataset_statistics(dataset: DatasetDep, session: SessionDep) -> DatasetStatistics:
    """The raw columns, and the exact statistics of each finished tokenization. Padding is never counted."""
    return await dataset_views.statistics(session, dataset)
