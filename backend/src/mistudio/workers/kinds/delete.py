"""delete: free the disk of a dataset or a tokenization that people already see as gone."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import StillWorking
from mistudio.core.storage import EXPORTS, RAW, TOKENIZED, remove_tree
from mistudio.db.models import Job, Tokenization
from mistudio.schemas.job import ACTIVE_STATES, JobKind
from mistudio.services import dataset_service, job_lifecycle, tokenization_service
from mistudio.workers.child import Message, Reporter
from mistudio.workers.context import Context, Plan
from mistudio.workers.publishing import finish


async def prepare(context: Context) -> Plan:
    job = context.job
    async with context.sessions() as session:
        if await _others(session, job):
            raise StillWorking
        tokenizations = await _tokenizations(session, job)
    storage, dataset = context.storage, str(job.dataset_id)
    paths = [storage.inside(TOKENIZED, dataset, str(t)) for t in tokenizations]
    paths += [storage.inside(EXPORTS, str(t)) for t in tokenizations]
    if job.tokenization_id is None and job.dataset_id is not None:
        paths += [storage.inside(RAW, dataset), storage.inside(TOKENIZED, dataset)]

    def work(report: Reporter) -> Message:
        for i, path in enumerate(paths):
            report.progress("deleting", i, len(paths), "directories")
            remove_tree(path)
        report.progress("deleting", len(paths), len(paths), "directories")
        return {"directories": len(paths)}

    return Plan(work, publish)


async def _others(session: AsyncSession, job: Job) -> bool:
    """Whether cancelled work on the same subject still runs; only when it has ended are its files complete."""
    query = select(Job.id).where(
        Job.dataset_id == job.dataset_id,
        Job.state.in_(ACTIVE_STATES),
        Job.id != job.id,
        Job.kind != JobKind.PREVIEW,
    )
    if job.tokenization_id is not None:
        query = query.where(Job.tokenization_id == job.tokenization_id)
    return await session.scalar(query.limit(1)) is not None


async def _tokenizations(session: AsyncSession, job: Job) -> list[UUID]:
    if job.tokenization_id is not None:
        return [job.tokenization_id]
    query = select(Tokenization.id).where(Tokenization.dataset_id == job.dataset_id)
    return list((await session.execute(query)).scalars())


async def publish(context: Context, result: Message) -> Job | None:
    job = context.job

    async def commit(session: AsyncSession) -> Job | None:
        ended = await job_lifecycle.succeed(session, context.lease, result)
        if ended is None:
            return None
        if job.tokenization_id is not None:
            await tokenization_service.erase(session, job.tokenization_id)
        elif job.dataset_id is not None:
            await dataset_service.erase(session, job.dataset_id)
        return ended

    return await finish(context, commit)
