"""preview: a question somebody waits for. The answer goes to Redis, not to the disk."""

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import AppError, DatasetNotReady
from mistudio.core.presence import connect
from mistudio.db.models import Dataset, Job
from mistudio.pipeline.tokenize.dry_run import dry_run
from mistudio.pipeline.tokenize.preview import preview
from mistudio.schemas.metadata import TokenizationConfig
from mistudio.services import job_lifecycle
from mistudio.services.job_views import failure_json
from mistudio.services.preview_service import answer_key
from mistudio.services.secrets import hub_token
from mistudio.workers.child import Message, Reporter, Work
from mistudio.workers.context import Context, Plan
from mistudio.workers.kinds.hub import hub_work
from mistudio.workers.kinds.query import query_work
from mistudio.workers.kinds.tokenizers import Located, locator
from mistudio.workers.kinds.verify import verify_work
from mistudio.workers.publishing import finish


async def prepare(context: Context) -> Plan:
    async with context.sessions() as session:
        token = await hub_token(session, context.settings)
        dataset = await session.get(Dataset, context.job.dataset_id) if context.job.dataset_id else None
    try:
        match context.job.params["what"]:
            case "dry_run":
                work = _dry_run(context, dataset, token)
            case "tokens":
                work = _tokens(context, token)
            case "verify":
                work = await verify_work(context, token)
            case "sql" | "filter":
                work = query_work(context, dataset)
            case _:
                work = hub_work(context.job.params, context.storage, context.settings, token)
    except AppError as error:
        work = _answer(error)
    return Plan(work, publish)


def _answer(error: AppError) -> Work:
    failure = {"error": failure_json(error)}
    return lambda report: failure


def _tokens(context: Context, token: str | None) -> Work:
    texts: list[str] = orjson.loads(context.job.params["texts"])
    configs = [TokenizationConfig.model_validate(config) for config in context.job.params["configs"]]

    def work(report: Reporter) -> Message:
        results = [_one(context, texts, config, token) for config in configs]
        return {"result": {"texts": texts, "results": results}}

    return work


def _one(context: Context, texts: list[str], config: TokenizationConfig, token: str | None) -> Message:
    """A configuration that fails says why in its own column; the others are shown."""
    answer: dict[str, Any] = {
        "config": config.model_dump(mode="json"),
        "tokenizer": None,
        "rows": [],
        "error": None,
    }
    try:
        located = locator(config, context.storage, context.settings, token)()
        info, rows = preview(texts, located.directory, config, located.revision)
    except AppError as error:
        return answer | {"error": failure_json(error)}
    return answer | {"tokenizer": info.model_dump(mode="json"), "rows": [r.model_dump(mode="json") for r in rows]}


def _dry_run(context: Context, dataset: Dataset | None, token: str | None) -> Work:
    if dataset is None or dataset.raw_path is None:
        raise DatasetNotReady
    config = TokenizationConfig.model_validate(context.job.params["config"])
    raw, threads = context.storage.inside(dataset.raw_path), context.settings.tokenize_threads
    find = locator(config, context.storage, context.settings, token)

    def work(report: Reporter) -> Message:
        try:
            located: Located = find()
            estimate = dry_run(
                raw,
                located.directory,
                config,
                tokenizer_name=config.tokenizer_name,
                tokenizer_revision=located.revision,
                text_columns=config.text_columns or [],
                separator=config.text_separator or "\n",
                threads=threads,
            )
        except AppError as error:
            return {"error": failure_json(error)}
        return {"result": estimate.model_dump(mode="json")}

    return work


async def publish(context: Context, result: Message) -> Job | None:
    redis = connect(context.settings.redis_url.get_secret_value())
    key = answer_key(context.job.id)
    async with redis, redis.pipeline() as pipe:
        await pipe.rpush(key, orjson.dumps(result)).expire(key, context.settings.preview_keep_s).execute()

    said: Message = {"answered": "error" not in result}
    if context.job.params["what"] == "verify" and "result" in result:
        said["verification"] = result["result"]  # may come later than a request waits

    async def commit(session: AsyncSession) -> Job | None:
        return await job_lifecycle.succeed(session, context.lease, said)

    return await finish(context, commit)
