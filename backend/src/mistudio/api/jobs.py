"""/jobs: list, show, cancel, try again, read the log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from mistudio.api.datasets import accepted_at
from mistudio.api.deps import Cursor, DoorbellDep, Limit, SessionDep, SettingsDep
from mistudio.schemas.dataset import JobAccepted
from mistudio.schemas.job import JobKind, JobLog, JobPage, JobState, JobView
from mistudio.services import dataset_views, job_service, retry_service
from mistudio.services.job_views import job_view

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("")
async def list_jobs(
    session: SessionDep,
    state: Annotated[list[JobState] | None, Query()] = None,
    kind: Annotated[list[JobKind] | None, Query()] = None,
    dataset_id: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> JobPage:
    """Jobs, newest first."""
    return await job_service.page(
        session, states=state or [], kinds=kind or [], dataset_id=dataset_id, limit=limit, cursor=cursor
    )


@router.get("/{job_id}")
async def show_job(job_id: UUID, session: SessionDep) -> JobView:
    return job_view(await job_service.get(session, job_id))


@router.get("/{job_id}/log")
async def job_log(job_id: UUID, session: SessionDep) -> JobLog:
    """What happened to the job, oldest first."""
    return await job_service.log(session, job_id)


@router.post("/{job_id}/cancel", status_code=202)
async def cancel_job(job_id: UUID, session: SessionDep, doorbell: DoorbellDep) -> JobView:
    """Stop a job. One that waits ends at once; one that runs is `cancelling` until its work has stopped."""
    job = await job_service.cancel(session, job_id)
    doorbell.ring(job)
    return job_view(job)


@router.post("/{job_id}/retry", status_code=202)
async def retry_job(
    job_id: UUID, session: SessionDep, settings: SettingsDep, doorbell: DoorbellDep, response: Response
) -> JobAccepted:
    """Do the same again, as a new job, after a failure or a cancellation."""
    dataset, tokenization, job = await retry_service.retry(session, job_id, settings)
    if job is not None:
        accepted_at(response, job.id)
        doorbell.ring(job, status=dataset.status)
    return await dataset_views.accepted(session, dataset, job, tokenization)
