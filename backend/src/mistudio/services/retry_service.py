"""A user's retry: the same request as a new job."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.errors import JobNotRetryable
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.schemas.export import ExportRequest
from mistudio.schemas.job import JobKind, JobState
from mistudio.schemas.metadata import TokenizationConfig
from mistudio.services import dataset_requests, dataset_service, export_service, job_service, tokenization_service

RETRYABLE = (JobState.FAILED, JobState.CANCELLED)


async def retry(
    session: AsyncSession, job_id: UUID, settings: Settings
) -> tuple[Dataset, Tokenization | None, Job | None]:
    """Raises JobNotRetryable when the job did not end badly, or its dataset is gone."""
    job = await job_service.get(session, job_id)
    if job.state not in RETRYABLE:
        raise JobNotRetryable(f"The job is {job.state}; only a failed or cancelled one can be tried again.")
    if job.dataset_id is None:
        raise JobNotRetryable("The job's dataset was deleted.")
    dataset = await dataset_service.get_living(session, job.dataset_id)
    kind = JobKind(job.kind)
    if kind is JobKind.TOKENIZE:
        config = TokenizationConfig.model_validate(job.params["config"])
        tokenization, again = await tokenization_service.request(session, dataset, config, settings)
        return dataset, tokenization, again
    if kind is JobKind.EXPORT and job.tokenization_id is not None:
        tokenization = await tokenization_service.get(session, job.tokenization_id)
        storage, asked = Storage(settings.data_dir), ExportRequest.model_validate(job.params)
        return dataset, tokenization, await export_service.request(session, storage, dataset, tokenization, asked)
    if kind in (JobKind.DOWNLOAD, JobKind.INGEST):
        if dataset.raw_path is not None:
            raise JobNotRetryable("The dataset's data are there already.")
        return dataset, None, await dataset_requests.retry_raw(session, job, dataset)
    raise JobNotRetryable(f"A {kind} job is not tried again this way: send its request again.")
