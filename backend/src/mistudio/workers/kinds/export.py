"""export: a result's rows in another format, as files to take away."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import Cancelled, TokenizationNotReady
from mistudio.core.failpoints import reach
from mistudio.core.storage import remove_tree
from mistudio.db.models import Job, Tokenization
from mistudio.pipeline.exports.run import export
from mistudio.schemas.export import ExportFormat, ExportRequest
from mistudio.schemas.tokenization import TokenizationStatus
from mistudio.services import job_lifecycle
from mistudio.workers.child import Message, Reporter
from mistudio.workers.context import Context, Plan
from mistudio.workers.kinds import staging
from mistudio.workers.publishing import publish_directory

# What the files may take, at most, for a byte of the result's Arrow files.
GROWTH: dict[ExportFormat, float] = {"parquet": 1.1, "saelens": 1.1, "bin": 1.1, "jsonl": 3.0}
PIECES_GROWTH = 8.0


async def prepare(context: Context) -> Plan:
    asked = ExportRequest.model_validate(context.job.params)
    async with context.sessions() as session:
        row = await session.get(Tokenization, context.job.tokenization_id)
    if row is None or row.path is None or row.status != TokenizationStatus.READY:
        raise TokenizationNotReady("The result is gone.")
    result, out = context.storage.inside(row.path), staging.fresh(context)

    def work(report: Reporter) -> Message:
        def progress(stage: str, done: int, total: int | None, unit: str) -> None:
            report.progress(stage, done, total, unit)
            if done:
                reach("F3")

        return export(result, out, asked, progress).model_dump(mode="json")

    growth = PIECES_GROWTH if asked.pieces else GROWTH[asked.format]
    return Plan(work, publish, int((row.size_bytes or 0) * growth))


async def publish(context: Context, result: Message) -> Job | None:
    job = context.job
    if job.tokenization_id is None:
        raise Cancelled("The tokenization was deleted.")
    final = context.storage.export(job.tokenization_id, job.id, job.fence)
    still_there = (
        select(Tokenization.id)
        .where(Tokenization.id == job.tokenization_id, Tokenization.status == TokenizationStatus.READY)
        .with_for_update()
    )

    async def commit(session: AsyncSession) -> Job | None:
        if await session.scalar(still_there) is None:
            raise Cancelled("The tokenization was deleted.")
        made = {**result, "path": context.storage.relative(final)}
        return await job_lifecycle.succeed(session, context.lease, made)

    try:
        return await publish_directory(context, context.storage.staging(job.id, job.fence), final, commit)
    except Cancelled:
        remove_tree(final)
        raise
