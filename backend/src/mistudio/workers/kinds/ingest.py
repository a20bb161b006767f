"""ingest: an uploaded file, or the built-in sample text, becomes a dataset."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.failpoints import reach
from mistudio.db.models import Dataset, Job
from mistudio.pipeline import demo
from mistudio.pipeline.child_limits import limit
from mistudio.pipeline.ingest import ingest
from mistudio.pipeline.sample_name import SAMPLE_FOLDER, SAMPLE_MAX_LENGTH, SAMPLE_TOKENIZER
from mistudio.schemas.metadata import IngestOptions, RawSummary, TokenizationConfig
from mistudio.services import dataset_service, job_lifecycle, tokenization_service, upload_service
from mistudio.workers.child import Message, Reporter
from mistudio.workers.context import Context, Plan
from mistudio.workers.kinds import staging
from mistudio.workers.publishing import publish_directory

PARSER_CPU_S = 24 * 3600
COMPRESSED_GROWTH = 6  # forecast of what a compressed file becomes as Arrow


async def prepare(context: Context) -> Plan:
    return _builtin(context) if context.job.params.get("builtin") else _file(context)


def _file(context: Context) -> Plan:
    upload = upload_service.get(context.storage, UUID(context.job.params["upload_id"]))
    options = IngestOptions.model_validate(context.job.params["options"])
    limits = upload_service.read_limits(context.settings)
    memory = context.settings.parser_memory_bytes
    out = staging.fresh(context)

    def work(report: Reporter) -> Message:
        limit(memory_bytes=memory, cpu_s=PARSER_CPU_S)

        def progress(stage: str, done: int, total: int | None, unit: str) -> None:
            report.progress(stage, done, total, unit)
            if done:
                reach("F3")

        summary = ingest(upload.data, upload.filename, out, options, limits, progress)
        reach("F4")
        return summary.model_dump(mode="json")

    packed = upload.filename.lower().endswith((".gz", ".zst", ".parquet"))
    return Plan(work, publish, upload.offset * (COMPRESSED_GROWTH if packed else 2))


def _builtin(context: Context) -> Plan:
    out, store = staging.fresh(context), context.storage.tokenizer_store()

    def work(report: Reporter) -> Message:
        summary = demo.write_sample(out, report.progress)
        demo.make_tokenizer(store / SAMPLE_FOLDER)
        return summary.model_dump(mode="json")

    return Plan(work, publish)


async def publish(context: Context, result: Message) -> Job | None:
    job = context.job
    assert job.dataset_id is not None
    dataset_id, summary = job.dataset_id, RawSummary.model_validate(result)
    final = context.storage.raw(dataset_id, job.id, job.fence)

    async def commit(session: AsyncSession) -> Job | None:
        await dataset_service.record_raw(session, dataset_id, context.storage.relative(final), summary)
        ended = await job_lifecycle.succeed(session, context.lease, raw_result(summary))
        if ended is None:
            await session.rollback()
            return None
        if job.params.get("builtin"):
            await _tokenize_sample(session, dataset_id, context.settings)
        return ended

    ended = await publish_directory(context, context.storage.staging(job.id, job.fence), final, commit)
    if ended is not None and "upload_id" in job.params:
        upload_service.remove(context.storage, UUID(job.params["upload_id"]))
    return ended


def raw_result(summary: RawSummary) -> Message:
    """What the job says it made."""
    return {
        "num_samples": summary.num_samples,
        "splits": {name: split.num_samples for name, split in summary.splits.items()},
        "size_bytes": summary.size_bytes,
        "num_bad_rows": summary.num_bad_rows,
    }


async def _tokenize_sample(session: AsyncSession, dataset_id: UUID, settings: Settings) -> None:
    dataset = await session.get(Dataset, dataset_id, populate_existing=True)
    if dataset is not None and dataset.deleted_at is None:
        config = TokenizationConfig(tokenizer_name=SAMPLE_TOKENIZER, max_length=SAMPLE_MAX_LENGTH)
        await tokenization_service.request(session, dataset, config, settings)
