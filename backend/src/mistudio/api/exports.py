"""Taking results away: verify them, their recipe, and their rows as files of other formats."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import FileResponse

from mistudio.api.datasets import accepted_at
from mistudio.api.deps import DoorbellDep, RedisDep, SessionDep, SettingsDep, StorageDep, TokenizationDep
from mistudio.core.errors import TokenizationNotReady
from mistudio.db.models import Job
from mistudio.pipeline.result_recipe import read_recipe
from mistudio.schemas.export import ExportAccepted, ExportList, ExportRequest, ExportView
from mistudio.schemas.job import JobState
from mistudio.schemas.verification import Verification
from mistudio.services import dataset_service, dataset_views, export_service, verify_service

router = APIRouter(tags=["exports"])


async def export_of(session: SessionDep, storage: StorageDep, export_id: Annotated[UUID, Path()]) -> Job:
    return await export_service.get(session, storage, export_id)


ExportDep = Annotated[Job, Depends(export_of)]


@router.get("/tokenizations/{tokenization_id}/verify")
async def verify_tokenization(
    tokenization: TokenizationDep,
    session: SessionDep,
    settings: SettingsDep,
    redis: RedisDep,
    full: Annotated[bool | None, Query(description="hash every row; default: up to 1 GiB")] = None,
    rows: Annotated[int, Query(ge=1, le=10_000, description="random rows to tokenize again")] = 64,
) -> Verification:
    """Prove a result against its recipe: tokenizer, identity, files, hashes, and random rows made again.

    A check that takes longer than a request may wait goes on: the 503 names its job, and the answer is that job's
    `result.verification`.
    """
    return await verify_service.verify(session, redis, settings, tokenization, full, rows)


@router.get("/tokenizations/{tokenization_id}/recipe")
async def tokenization_recipe(tokenization: TokenizationDep, storage: StorageDep) -> dict[str, Any]:
    """The result's `mistudio.json`: what `mistudio run` makes the same result of on another machine."""
    if tokenization.path is None:
        raise TokenizationNotReady
    return await asyncio.to_thread(read_recipe, storage.inside(tokenization.path))


@router.post(
    "/tokenizations/{tokenization_id}/export",
    status_code=202,
    responses={200: {"model": ExportAccepted, "description": "The files are there already"}},
)
async def export_tokenization(
    tokenization: TokenizationDep,
    request: ExportRequest,
    session: SessionDep,
    storage: StorageDep,
    doorbell: DoorbellDep,
    response: Response,
) -> ExportAccepted:
    """Write a result's rows as Parquet, JSONL, SAELens `tokens`, a token stream. Equal exports are made once."""
    dataset = await dataset_service.get_living(session, tokenization.dataset_id)
    job = await export_service.request(session, storage, dataset, tokenization, request)
    if job.state == JobState.SUCCEEDED:
        response.status_code = 200
    else:
        accepted_at(response, job.id)
        doorbell.ring(job, status=dataset.status)
    body = await dataset_views.accepted(session, dataset, job, tokenization)
    return ExportAccepted(**body.model_dump(), export=export_service.view(job))


@router.get("/tokenizations/{tokenization_id}/exports")
async def list_exports(tokenization: TokenizationDep, session: SessionDep, storage: StorageDep) -> ExportList:
    """The finished exports of a result, newest first."""
    return await export_service.finished(session, storage, tokenization)


@router.get("/exports/{export_id}")
async def show_export(export: ExportDep) -> ExportView:
    """An export by its job's id, with its files once they are there."""
    return export_service.view(export)


@router.delete("/exports/{export_id}", status_code=204)
async def delete_export(export: ExportDep, storage: StorageDep) -> None:
    """Remove the files of an export."""
    await export_service.remove(storage, export)


@router.get(
    "/exports/{export_id}/files/{path:path}",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file"}},
)
async def download_export_file(
    export: ExportDep, storage: StorageDep, path: Annotated[str, Path(max_length=1000)]
) -> FileResponse:
    """One file of an export. Ranges are served, so that a download can be resumed."""
    found = export_service.file(storage, export, path)
    return FileResponse(found, media_type="application/octet-stream", filename=found.name)
