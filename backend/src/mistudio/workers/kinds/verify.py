"""What a verification asks: is this result still what its recipe says."""

import time
from pathlib import Path

from mistudio.core.errors import TokenizationNotReady
from mistudio.db.models import Dataset, Tokenization
from mistudio.pipeline.verify.checks import Recorded, verify
from mistudio.schemas.metadata import DatasetMetadata, TokenizationConfig, TokenizerInfo
from mistudio.workers.child import Message, Reporter, Work
from mistudio.workers.context import Context
from mistudio.workers.kinds.tokenizers import locator

ROWS_S = 4.0  # how long rows are made again; the answer is waited for


async def verify_work(context: Context, token: str | None) -> Work:
    """Raises TokenizationNotReady. What goes wrong later is an answer: a check that failed."""
    params, storage, settings = context.job.params, context.storage, context.settings
    async with context.sessions() as session:
        row = await session.get(Tokenization, params["tokenization_id"])
        dataset = await session.get(Dataset, row.dataset_id) if row else None
    if row is None or dataset is None or not (row.path and row.result and row.statistics and dataset.raw_path):
        raise TokenizationNotReady("The result is gone.")
    config = TokenizationConfig.model_validate(row.config)
    info = TokenizerInfo.model_validate(row.result["tokenizer"])
    pinned = config.model_copy(update={"tokenizer_revision": info.revision or config.tokenizer_revision})
    recorded = Recorded(
        config=config,
        tokenizer=info,
        raw_fingerprint=DatasetMetadata.model_validate(dataset.meta).fingerprint or "",
        fingerprint=row.fingerprint or "",
        content_hash=row.result["content_hash"],
        num_rows=row.statistics["split_distribution"],
    )
    raw, result, asked = storage.inside(dataset.raw_path), storage.inside(row.path), str(row.id)

    def find_tokenizer() -> Path:
        return locator(pinned, storage, settings, token)().directory

    def work(report: Reporter) -> Message:
        started = time.monotonic()
        checks, compared = verify(
            raw,
            result,
            find_tokenizer,
            recorded,
            whole=params["whole"],
            num_rows=params["num_rows"],
            seconds=ROWS_S,
            progress=report.progress,
        )
        answer = {
            "tokenization_id": asked,
            "ok": all(check.status != "failed" for check in checks),
            "checks": [check.model_dump(mode="json") for check in checks],
            "num_rows_compared": compared,
            "duration_s": round(time.monotonic() - started, 3),
        }
        return {"result": answer}

    return work
