"""tokenize: a dataset and a configuration become a tokenization."""

from functools import partial
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import Cancelled, DatasetNotReady
from mistudio.core.failpoints import reach
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.pipeline import vocabulary
from mistudio.pipeline.tokenize.fingerprint import fingerprint
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.tokenize.run import tokenize
from mistudio.schemas.metadata import DatasetMetadata, TokenizationConfig, TokenizationResult
from mistudio.services import job_lifecycle, tokenization_service
from mistudio.services.dataset_status import lock_dataset
from mistudio.services.secrets import hub_token
from mistudio.workers.child import Message, Reporter
from mistudio.workers.context import Context, Plan
from mistudio.workers.kinds import staging
from mistudio.workers.kinds.tokenizers import locator
from mistudio.workers.publishing import finish, publish_directory

BYTES_PER_TOKEN = 5  # int32 id and int8 mask
TEXT_BYTES_PER_TOKEN = 3  # a low guess of how much text a token holds: the forecast errs to the safe side


async def prepare(context: Context) -> Plan:
    job, storage, settings = context.job, context.storage, context.settings
    config = TokenizationConfig.model_validate(job.params["config"])
    async with context.sessions() as session:
        dataset = await session.get(Dataset, job.dataset_id) if job.dataset_id else None
        if dataset is None or dataset.raw_path is None or job.tokenization_id is None:
            raise DatasetNotReady("The dataset's data are gone.")
        token = await hub_token(session, settings)
    meta = DatasetMetadata.model_validate(dataset.meta)
    raw, raw_fingerprint = storage.inside(dataset.raw_path), meta.fingerprint or ""
    out, previous = staging.fresh(context), staging.earlier(context)
    find_tokenizer = locator(config, storage, settings, token)
    columns, separator = config.text_columns or [], config.text_separator or "\n"
    source = (meta.source.model_dump(mode="json") if meta.source else {}) | {"fingerprint": raw_fingerprint}

    def work(report: Reporter) -> Message:
        report.progress("loading tokenizer", 0, None, "files")
        located = find_tokenizer()
        loaded = load(located.directory, config.tokenizer_name, located.revision)
        identity = fingerprint(raw_fingerprint, loaded.info.fingerprint, config, columns, separator)
        report.identity(fingerprint=identity)

        def progress(stage: str, done: int, total: int | None, unit: str) -> None:
            report.progress(stage, done, total, unit)
            if done:
                reach("F3")
            if total and done > total // 2:
                reach("F4")

        result = tokenize(
            raw,
            located.directory,
            out,
            config,
            tokenizer_name=config.tokenizer_name,
            tokenizer_revision=located.revision,
            text_columns=columns,
            separator=separator,
            previous=previous,
            threads=settings.tokenize_threads,
            progress=progress,
            source=source,
        )
        vocabulary.write(out, loaded.tokenizer)
        return {"fingerprint": identity, "result": result.model_dump(mode="json")}

    return Plan(work, publish, forecast_bytes(meta, config), find_same, use_same)


def forecast_bytes(meta: DatasetMetadata, config: TokenizationConfig) -> int:
    """What the result may take on the disk, rather too much than too little."""
    by_text = (meta.size_bytes or 0) // TEXT_BYTES_PER_TOKEN * BYTES_PER_TOKEN
    if config.packing is None and config.padding == "max_length":
        samples = sum(split.num_samples for split in (meta.splits or {}).values())
        return max(by_text, samples * config.max_length * BYTES_PER_TOKEN)
    return by_text


async def find_same(context: Context, identity: Message) -> str | None:
    assert context.job.dataset_id is not None
    async with context.sessions() as session:
        same = await tokenization_service.equal_result(session, context.job.dataset_id, identity["fingerprint"])
    return str(same) if same is not None and same != context.job.tokenization_id else None


async def use_same(context: Context, same: str) -> Job | None:
    """End as succeeded, pointing to the equal result; our own empty row goes."""
    job = context.job

    async def commit(session: AsyncSession) -> Job | None:
        result = {"tokenization_id": same, "already_there": True}
        ended = await job_lifecycle.succeed(session, context.lease, result, tokenization_id=UUID(same))
        if ended is None:
            return None
        own = await session.get(Tokenization, job.tokenization_id)
        if own is not None:
            await session.delete(own)
        return ended

    return await finish(context, commit)


async def publish(context: Context, message: Message) -> Job | None:
    job = context.job
    if job.dataset_id is None or job.tokenization_id is None:
        raise Cancelled("The dataset was deleted.")
    result, identity = TokenizationResult.model_validate(message["result"]), message["fingerprint"]
    final = context.storage.tokenized(job.dataset_id, job.tokenization_id, job.id, job.fence)
    record = partial(
        tokenization_service.record_result,
        tokenization_id=job.tokenization_id,
        path=context.storage.relative(final),
        fingerprint=identity,
        result=result,
    )

    dataset_id, total = job.dataset_id, result.statistics.total

    async def commit(session: AsyncSession) -> Job | None:
        await lock_dataset(session, dataset_id)
        if not await record(session):
            return await job_lifecycle.cancelled(session, context.lease)
        ended = await job_lifecycle.succeed(
            session,
            context.lease,
            {
                "tokenization_id": str(job.tokenization_id),
                "num_tokens": total.num_tokens,
                "num_samples": total.num_samples,
                "engine": result.engine.model_dump(mode="json"),
                "duration_s": result.duration_s,
            },
        )
        if ended is None:
            await session.rollback()
        return ended

    try:
        return await publish_directory(context, context.storage.staging(job.id, job.fence), final, commit)
    except IntegrityError:
        # An equal run, asked for under another name, was published a moment before this one.
        same = await find_same(context, {"fingerprint": identity})
        return await use_same(context, same) if same else None
