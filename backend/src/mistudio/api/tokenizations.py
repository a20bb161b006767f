"""Tokenizing: ask for it, look at the results, delete them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from mistudio.api.datasets import accepted_at
from mistudio.api.deps import (
    DatasetDep,
    DoorbellDep,
    LivingDatasetDep,
    RedisDep,
    SessionDep,
    SettingsDep,
    StorageDep,
    TokenizationDep,
)
from mistudio.schemas.dataset import JobAccepted, SamplePage, TokenizeAnswer
from mistudio.schemas.tokenization import (
    TokenizationList,
    TokenizationRequest,
    TokenizationView,
    TokenizerPreview,
    TokenizerPreviewRequest,
)
from mistudio.services import (
    dataset_service,
    dataset_views,
    preview_service,
    sample_service,
    tokenization_service,
)

router = APIRouter(tags=["tokenizations"])


@router.post(
    "/datasets/{dataset_id}/tokenize",
    status_code=202,
    responses={200: {"model": TokenizeAnswer, "description": "The result is there already, or a dry run"}},
)
async def tokenize_dataset(
    dataset: LivingDatasetDep,
    config: TokenizationRequest,
    session: SessionDep,
    settings: SettingsDep,
    redis: RedisDep,
    doorbell: DoorbellDep,
    response: Response,
    dry_run: Annotated[bool, Query(description="estimate from a sample, make nothing")] = False,
) -> TokenizeAnswer:
    """Tokenize a dataset. An identical request returns the job or the result that already exists."""
    if dry_run:
        tokenization_service.check_config(dataset, config)
        canonical = tokenization_service.canonical_config(dataset, config)
        estimate = await preview_service.dry_run(session, redis, settings, dataset, canonical)
        response.status_code = 200
        return TokenizeAnswer(dataset=None, tokenization=None, job=None, task_id=None, dry_run=estimate)
    tokenization, job = await tokenization_service.request(session, dataset, config, settings)
    if job is None:
        response.status_code = 200
    else:
        accepted_at(response, job.id)
        doorbell.ring(job, status=dataset.status)
    body = await dataset_views.accepted(session, dataset, job, tokenization)
    return TokenizeAnswer(
        dataset=body.dataset, tokenization=body.tokenization, job=body.job, task_id=body.task_id, dry_run=None
    )


@router.get("/datasets/{dataset_id}/tokenizations")
async def list_tokenizations(dataset: DatasetDep, session: SessionDep) -> TokenizationList:
    rows = await dataset_service.tokenizations_of(session, dataset.id)
    return TokenizationList(items=[tokenization_service.view(row) for row in rows])


@router.get("/tokenizations/{tokenization_id}")
async def show_tokenization(tokenization: TokenizationDep) -> TokenizationView:
    return tokenization_service.view(tokenization)


@router.delete("/tokenizations/{tokenization_id}", status_code=202)
async def delete_tokenization(
    tokenization: TokenizationDep, session: SessionDep, doorbell: DoorbellDep, response: Response
) -> JobAccepted:
    """Delete a result. Its job is cancelled; the disk is freed in the background."""
    dataset = await dataset_service.get(session, tokenization.dataset_id)
    job, cancelled = await tokenization_service.request_delete(session, tokenization, dataset)
    accepted_at(response, job.id)
    doorbell.ring(*cancelled, job, status=dataset.status)
    return await dataset_views.accepted(session, dataset, job, tokenization)


@router.get("/tokenizations/{tokenization_id}/samples")
async def tokenization_samples(
    tokenization: TokenizationDep,
    storage: StorageDep,
    split: Annotated[str | None, Query(max_length=100)] = None,
    offset: Annotated[int, Query(ge=0, lt=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SamplePage:
    """Rows of a result: ids, masks, and in `pieces` the text of each token."""
    return await sample_service.token_rows(storage, tokenization, split, offset, limit)


@router.post("/tokenizers/preview")
async def preview_tokens(
    request: TokenizerPreviewRequest,
    session: SessionDep,
    settings: SettingsDep,
    redis: RedisDep,
    storage: StorageDep,
) -> TokenizerPreview:
    """Texts, or rows of a dataset, as tokens under one to four configurations, side by side."""
    return await preview_service.preview(session, redis, settings, storage, request)
