"""After the last shard: what each split holds, the statistics, and the recipe that made it."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from datasets import Features

from mistudio.pipeline.arrow_store import finish_dataset, finish_split
from mistudio.pipeline.tokenize.prepare import Plan
from mistudio.pipeline.tokenize.statistics import Statistics
from mistudio.pipeline.tokenize.writing import SplitTotals
from mistudio.schemas.metadata import EngineInfo, JsonObject, TokenizationResult, TokenizationStatistics

RECIPE = "mistudio.json"
STATISTICS = "statistics"
LIBRARIES = ("datasets", "mistudio", "numpy", "pyarrow", "tokenizers", "transformers")


def finish(
    out: Path, plan: Plan, splits: list[SplitTotals], engine: EngineInfo, recipe: JsonObject, duration_s: float
) -> TokenizationResult:
    """Write the descriptions, the counts and the recipe, and make all of it durable."""
    features = Features.from_arrow_schema(plan.schema)
    hashes = {split.name: split.content.hexdigest() for split in splits}
    (out / STATISTICS).mkdir()
    for split in splits:
        finish_split(out / split.name, split.files, features, hashes[split.name])
        counts: dict[str, Any] = split.statistics.arrays()
        np.savez_compressed(out / STATISTICS / f"{split.name}.npz", **counts)
    result = TokenizationResult(
        statistics=_statistics(plan, splits),
        tokenizer=plan.loaded.info,
        engine=engine,
        columns=plan.schema.names,
        size_bytes=sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
        content_hash=xxhash.xxh3_128(json.dumps(hashes).encode()).hexdigest(),
        versions={"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        duration_s=round(duration_s, 3),
    )
    text = json.dumps(
        recipe | result.model_dump(mode="json") | {"split_hashes": hashes}, indent=2, ensure_ascii=False
    )
    (out / RECIPE).write_text(text, encoding="utf-8")
    finish_dataset(out, [split.name for split in splits])
    return result


def _statistics(plan: Plan, splits: list[SplitTotals]) -> TokenizationStatistics:
    total = Statistics(plan.loaded.info.vocab_size)
    for split in splits:
        total.merge(split.statistics)
    tokenizer, packed = plan.loaded.tokenizer, plan.packing is not None
    return TokenizationStatistics(
        total=total.result(tokenizer, packed),
        splits={split.name: split.statistics.result(tokenizer, packed) for split in splits},
        split_distribution={split.name: split.statistics.num_samples for split in splits},
    )
