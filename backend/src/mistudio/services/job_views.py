"""A job's row as people and programs see it."""

from typing import Any

from mistudio.core.errors import AppError, all_errors
from mistudio.db.models import Job
from mistudio.schemas.common import FailureInfo
from mistudio.schemas.job import DatasetProgress, JobKind, JobState, JobView

RUNNING_STATES = (JobState.RUNNING, JobState.CANCELLING)


def failure_of(code: str | None, detail: str | None, extra: dict[str, Any] | None) -> FailureInfo | None:
    if code is None:
        return None
    title = all_errors().get(code, AppError).title()
    return FailureInfo(code=code, title=title, detail=detail or title, extra=extra or {})


def failure_json(error: AppError) -> dict[str, Any]:
    """The error as it is kept beside a dataset or a tokenization."""
    return FailureInfo(code=error.code, title=error.title(), detail=error.detail, extra=error.extra).model_dump(
        mode="json"
    )


def seconds_left(job: Job) -> float | None:
    """From the recent rate; None while the total or the rate is unknown, or the job does not run."""
    if job.state not in RUNNING_STATES or not job.rate or job.total is None or job.done is None:
        return None
    return max(0.0, (job.total - job.done) / job.rate)


def job_view(job: Job) -> JobView:
    return JobView(
        id=job.id,
        kind=JobKind(job.kind),
        queue=job.queue,
        priority=job.priority,
        dataset_id=job.dataset_id,
        dataset_name=job.dataset_name,
        tokenization_id=job.tokenization_id,
        state=JobState(job.state),
        attempt=job.attempt,
        stage=job.stage,
        progress=job.progress,
        done=job.done,
        total=job.total,
        unit=job.unit,
        rate=job.rate if job.state in RUNNING_STATES else None,
        eta_s=seconds_left(job),
        message=job.message,
        error=failure_of(job.error_code, job.error_detail, job.error_extra),
        result=job.result,
        params=job.params,
        fence=job.fence,
        run_at=job.run_at if job.state == JobState.RETRYING else None,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def progress_event(job: Job, status: str | None) -> dict[str, Any]:
    """The payload of `dataset:progress`. status: the dataset's, in the same transaction."""
    return DatasetProgress(
        dataset_id=job.dataset_id,
        job_id=job.id,
        kind=JobKind(job.kind),
        tokenization_id=job.tokenization_id,
        state=JobState(job.state),
        status=status,
        progress=job.progress,
        message=job.message,
        error=failure_of(job.error_code, job.error_detail, job.error_extra),
        stage=job.stage,
        done=job.done,
        total=job.total,
        unit=job.unit,
        rate=job.rate,
        eta_s=seconds_left(job),
        fence=job.fence,
        seq=job.seq,
    ).model_dump(mode="json")
