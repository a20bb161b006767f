"""download: a dataset of the Hub, at one commit, becomes a dataset here."""

from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import DatasetNotReady
from mistudio.core.failpoints import reach
from mistudio.core.storage import remove_tree
from mistudio.db.models import Dataset, Job
from mistudio.pipeline.hub.download import DownloadLimits, download
from mistudio.schemas.metadata import HubRequest, RawSummary
from mistudio.services import dataset_service, job_lifecycle
from mistudio.services.secrets import hub_token
from mistudio.services.upload_service import read_limits
from mistudio.workers.child import Message, Reporter
from mistudio.workers.context import Context, Plan
from mistudio.workers.kinds import staging
from mistudio.workers.kinds.ingest import raw_result
from mistudio.workers.publishing import finish, publish_directory

FILES = "hub"  # beside the result in a staging directory's parent: {fence}-hub


def _files(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}-{FILES}")


def _earlier_files(directory: Path) -> list[Path]:
    """What earlier attempts fetched. They have a result beside it only if they came that far."""
    return sorted(path for path in directory.parent.glob(f"*-{FILES}") if path != _files(directory))


async def prepare(context: Context) -> Plan:
    job, settings = context.job, context.settings
    if job.dataset_id is None:
        raise DatasetNotReady("The dataset was deleted.")
    async with context.sessions() as session:
        token = await hub_token(session, settings)
    for path in staging.earlier(context):
        remove_tree(path)  # half a result is of no use to the next attempt, and takes its room
    out = staging.fresh(context)
    work_folder, previous = _files(out), _earlier_files(out)
    request = HubRequest.model_validate({k: v for k, v in job.params.items() if k in HubRequest.model_fields})
    limits = DownloadLimits(read=read_limits(settings), free_disk_bytes=settings.free_disk_bytes)

    def work(report: Reporter) -> Message:
        def progress(stage: str, done: int, total: int | None, unit: str) -> None:
            report.progress(stage, done, total, unit)
            if done:
                reach("F3" if stage == "downloading" else "F4")

        summary = download(request, out, work_folder, previous, settings.hf_endpoint, token, limits, progress)
        return summary.model_dump(mode="json")

    return Plan(work, publish)


async def publish(context: Context, result: Message) -> Job | None:
    job = context.job
    assert job.dataset_id is not None
    dataset_id, summary = job.dataset_id, RawSummary.model_validate(result)
    final = context.storage.raw(dataset_id, job.id, job.fence)
    async with context.sessions() as session:
        dataset = await session.get(Dataset, dataset_id)
        if dataset is None:
            return None
        same = await dataset_service.same_download(session, dataset, _identity(summary))
    if same is not None and not job.params.get("named"):
        return await _use_same(context, str(same))

    async def commit(session: AsyncSession) -> Job | None:
        await dataset_service.record_raw(session, dataset_id, context.storage.relative(final), summary)
        if not job.params.get("named"):
            await dataset_service.name_after_commit(session, dataset, summary)
        ended = await job_lifecycle.succeed(session, context.lease, raw_result(summary))
        if ended is None:
            await session.rollback()
        return ended

    return await publish_directory(context, context.storage.staging(job.id, job.fence), final, commit)


def _identity(summary: RawSummary) -> dict[str, Any]:
    keys = ("repo_id", "revision", "config", "split", "max_samples", "max_bytes")
    return {key: getattr(summary.source, key) for key in keys}


async def _use_same(context: Context, same: str) -> Job | None:
    """The commit is here already: end as succeeded, pointing to it; our own empty dataset goes."""
    own = context.job.dataset_id
    assert own is not None

    async def commit(session: AsyncSession) -> Job | None:
        result = {"dataset_id": same, "already_there": True}
        ended = await job_lifecycle.succeed(session, context.lease, result, dataset_id=same)
        if ended is not None:
            await dataset_service.erase(session, own)
        return ended

    return await finish(context, commit)
