"""A whole tokenization: every split of a raw dataset read, tokenized, counted and written, shard by shard."""

import dataclasses
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

from mistudio.core.errors import NotExact
from mistudio.pipeline.progress import Progress
from mistudio.pipeline.tokenize.engines.base import EngineFailed
from mistudio.pipeline.tokenize.finish import finish
from mistudio.pipeline.tokenize.layout import plan_shards
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.tokenize.prepare import Plan, make_plan
from mistudio.pipeline.tokenize.shards import MANIFESTS
from mistudio.pipeline.tokenize.steps import in_order, plan_steps
from mistudio.pipeline.tokenize.writing import SplitOutput, SplitTotals
from mistudio.schemas.metadata import EngineInfo, JsonObject, TokenizationConfig, TokenizationResult


def tokenize(
    raw: Path,
    tokenizer: Path,
    out: Path,
    config: TokenizationConfig,
    *,
    tokenizer_name: str,
    tokenizer_revision: str | None,
    text_columns: list[str],
    separator: str,
    previous: list[Path],
    threads: int,
    progress: Progress,
    source: JsonObject | None = None,
) -> TokenizationResult:
    """Tokenize all splits of the DatasetDict directory `raw` into the new directory `out`, synced to disk.

    tokenizer: a folder with its files. previous: directories of earlier attempts, whose finished shards are taken
    over. threads: how many cores to use. source: where the raw data came from, copied into the recipe.
    Whatever `progress` raises ends the work. Raises the errors of tokenizer, options, columns and templates,
    EmptyDataset, and NotExact when even the reference does not give transformers' tokens.
    """
    started = time.monotonic()
    loaded = load(tokenizer, tokenizer_name, tokenizer_revision)
    prepare = partial(make_plan, raw, loaded, config, text_columns, separator, threads)
    out.mkdir(parents=True, exist_ok=True)
    plan = prepare()
    try:
        splits = _run(plan, out, previous, threads, progress)
    except EngineFailed as error:
        for path in out.iterdir():
            shutil.rmtree(path)
        plan = prepare(refused=str(error))
        try:
            splits = _run(plan, out, previous, threads, progress)
        except EngineFailed as second:
            raise NotExact(str(second)) from second
    engine = EngineInfo(
        name=plan.encoder.name,
        version=plan.encoder.version,
        fallback_reason=plan.fallback_reason,
        checked_samples=plan.checked,
        num_proc=threads,
    )
    shutil.rmtree(out / MANIFESTS)
    recipe = {
        "config": config.model_dump(mode="json"),
        "text_columns": text_columns,
        "separator": separator,
        "source": source,
        "packing_tokens": dataclasses.asdict(plan.packing) if plan.packing else None,
        "pad_token_id": plan.options.pad_id,
        "pads_with_eos": plan.options.pad_id is not None and loaded.pads_with_eos,
    }
    return finish(out, plan, splits, engine, recipe, time.monotonic() - started)


def _run(plan: Plan, out: Path, previous: list[Path], threads: int, progress: Progress) -> list[SplitTotals]:
    """Write every shard. Raises EngineFailed when a sample of one differs."""
    total = sum(source.num_rows for source in plan.sources)
    progress("tokenizing", 0, total, "samples")
    done = 0
    outputs: list[SplitOutput] = []
    with ThreadPoolExecutor(1, thread_name_prefix="sync") as saver, closing(plan.encoder):
        steps = in_order(plan_steps(plan, plan_shards(plan), previous, out), threads, ahead=2 * threads)
        try:
            with closing(steps):
                for step in steps:
                    if not outputs or outputs[-1].name != step.shard.split:
                        outputs.append(SplitOutput(out, plan, step.shard.split, saver))
                    done += outputs[-1].take(step)
                    progress("tokenizing", done, total, "samples")
            return [output.finish() for output in outputs]
        finally:
            for output in outputs:
                output.close()
