"""How a dataset is cut: into shards that are written as files, and these into chunks that one thread encodes."""

import json

import xxhash

from mistudio.pipeline.tokenize.fingerprint import canonical
from mistudio.pipeline.tokenize.prepare import Plan
from mistudio.pipeline.tokenize.reading import Range, cut
from mistudio.pipeline.tokenize.shards import Shard
from mistudio.pipeline.tokenize.source import SplitSource

# Part of every shard's key: raise it when shards come to hold other bytes for the same input.
LAYOUT = 1
SHARD_TEXT_BYTES = 64 << 20
SHARD_CELLS = 1 << 26
SHARD_ROWS = 1 << 22
CHUNK_CELLS = 1 << 22
CHUNK_ROWS = 1 << 16


def plan_shards(plan: Plan) -> list[tuple[SplitSource, list[Shard]]]:
    """The shards of every split: the same for the same data and configuration, on any machine."""
    content = [
        LAYOUT,
        plan.raw_fingerprints,
        plan.loaded.info.fingerprint,
        canonical(plan.config, plan.text_columns, plan.separator),
        plan.encoder.name,
        plan.encoder.version,
    ]
    key = xxhash.xxh3_128(json.dumps(content, sort_keys=True).encode()).hexdigest()
    found = []
    for source in plan.sources:
        ranges = _ranges(plan, source, Range(0, source.num_rows), SHARD_TEXT_BYTES, SHARD_ROWS, SHARD_CELLS)
        shards = [Shard(source.name, i, len(ranges), *rows, key=key) for i, rows in enumerate(ranges)]
        found.append((source, shards))
    return found


def plan_chunks(plan: Plan, source: SplitSource, shard: Shard) -> list[Range]:
    rows = Range(shard.start, shard.stop)
    return _ranges(plan, source, rows, plan.encoder.chunk_bytes, CHUNK_ROWS, CHUNK_CELLS)


def _ranges(
    plan: Plan, source: SplitSource, rows: Range, max_bytes: int, max_rows: int, max_cells: int
) -> list[Range]:
    width = plan.options.pad_width
    most = max(1, min(max_rows, max_cells // width)) if width else max_rows
    return cut(source.sizes(rows), rows, max_bytes, most, plan.options.rows_a_batch)
