"""What a run would make of a dataset, estimated from a random sample of its rows in a few seconds."""

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mistudio.pipeline.tokenize.assemble import row_widths
from mistudio.pipeline.tokenize.estimates import at_most_one, ratio, scaled
from mistudio.pipeline.tokenize.lengths import LengthCounts, truncation_curve
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.tokenize.prepare import Plan, make_plan
from mistudio.pipeline.tokenize.reading import Range
from mistudio.schemas.metadata import DryRun, EngineInfo, Estimate, TokenizationConfig

GROUPS = 64
FEWEST_GROUPS = 12
GROUP_ROWS = 64
GROUP_BYTES = 1 << 18
SECONDS = 2.5


@dataclass
class Group:
    """Sums over the rows of one group."""

    samples: int
    rows: int
    tokens: int
    cells: int
    before: int
    lost: int
    seconds: float


def dry_run(
    raw: Path,
    tokenizer: Path,
    config: TokenizationConfig,
    *,
    tokenizer_name: str,
    tokenizer_revision: str | None,
    text_columns: list[str],
    separator: str,
    threads: int,
) -> DryRun:
    """Tokenize random groups of rows and say what the whole would be.

    A dataset that is smaller than the sample is counted whole; then all intervals but the time's are empty.
    Raises what `tokenize` raises before it starts.
    """
    started = time.monotonic()
    loaded = load(tokenizer, tokenizer_name, tokenizer_revision)
    if config.packing is not None:  # what is drawn is random anyway
        config = config.model_copy(update={"packing": config.packing.model_copy(update={"shuffle": False})})
    plan = make_plan(raw, loaded, config, text_columns, separator, threads)
    setup = time.monotonic() - started
    lengths = LengthCounts()
    with closing(plan.encoder):
        groups = _sample(plan, lengths)
    return _estimate(plan, groups, lengths, setup, threads)


def _sample(plan: Plan, lengths: LengthCounts) -> list[Group]:
    """Groups in random order, until there are enough or the time is up. lengths: takes those before truncation."""
    candidates = _all_groups(plan)
    order = np.random.default_rng(0).permutation(len(candidates))
    groups: list[Group] = []
    started = time.monotonic()
    for i in order[:GROUPS].tolist():
        if len(groups) >= FEWEST_GROUPS and time.monotonic() - started > SECONDS:
            break
        which, rows = candidates[i]
        groups.append(_encode(plan, which, rows, lengths))
    return groups


def _all_groups(plan: Plan) -> list[tuple[int, Range]]:
    """All groups of consecutive rows, as (source, rows): few rows where texts are long."""
    found = []
    total = sum(source.num_rows for source in plan.sources)
    mean = sum(source.num_bytes for source in plan.sources) / total
    rows = plan.options.rows_a_batch
    if rows == 1:
        rows = max(1, min(GROUP_ROWS, int(GROUP_BYTES / max(1.0, mean)), -(-total // GROUPS)))
    for which, source in enumerate(plan.sources):
        starts = range(0, source.num_rows, rows)
        found += [(which, Range(start, min(start + rows, source.num_rows))) for start in starts]
    return found


def _encode(plan: Plan, which: int, rows: Range, lengths: LengthCounts) -> Group:
    started = time.monotonic()
    texts, _ = plan.sources[which].read(rows)
    made = plan.encoder.encode(texts)
    widths = row_widths(made, plan.options, rows.start)
    lengths.add(made.before)
    group = Group(
        samples=rows.stop - rows.start,
        rows=len(widths),
        tokens=len(made.flat.ids),
        cells=int(widths.sum()),
        before=int(made.before.sum()),
        lost=int((made.before - made.kept).sum()),
        seconds=time.monotonic() - started,
    )
    if plan.packing is not None:
        _pack(plan, group, filled=int(np.count_nonzero(made.before)))
    return group


def _pack(plan: Plan, group: Group, filled: int) -> None:
    """Rows and tokens as if the group's documents were packed without end. filled: documents with tokens."""
    assert plan.packing is not None
    extra = (plan.packing.begin_sequence is not None) + (plan.packing.separator is not None)
    room = plan.packing.context_size - (plan.packing.begin_batch is not None)
    stream = group.before + filled * extra
    group.tokens = group.cells = round(stream / room * plan.packing.context_size)
    group.rows = round(1000 * stream / room)  # in thousandths, since a group may not fill one


def _estimate(plan: Plan, groups: list[Group], lengths: LengthCounts, setup: float, threads: int) -> DryRun:
    columns = {name: np.array([getattr(g, name) for g in groups], np.float64) for name in Group.__annotations__}
    total = sum(source.num_rows for source in plan.sources)
    sampled = int(columns["samples"].sum())
    share = sampled / total

    def whole(name: str) -> Estimate:
        return scaled(ratio(columns[name], columns["samples"], share), total)

    masks = len([name for name in plan.schema.names if name not in ("input_ids", "sample_idx")])
    cell_bytes, row_bytes = 4 + masks, 4 * (1 + masks) + (8 if plan.options.stride is not None else 0)
    if plan.packing is not None:
        cell_bytes, row_bytes = 4, 8
        columns["rows"] = columns["rows"] / 1000
    size = columns["cells"] * cell_bytes + columns["rows"] * row_bytes
    size += 12 * columns["samples"] if plan.packing is not None else 0  # the map from rows to documents
    padding = columns["cells"] - columns["tokens"]
    # The engine's caches are cold in a sample, and a run reads and writes beside it: half as long, or twice.
    seconds = scaled(ratio(columns["seconds"], columns["samples"], 0.0), total)
    return DryRun(
        sampled_samples=sampled,
        total_samples=total,
        num_tokens=whole("tokens"),
        num_rows=whole("rows"),
        size_bytes=scaled(ratio(size, columns["samples"], share), total),
        duration_s=Estimate(
            value=setup + seconds.value, low=setup + seconds.low / (2 * threads), high=2 * (setup + seconds.high)
        ),
        tokens_lost_share=at_most_one(ratio(columns["lost"], columns["before"], share)),
        padding_share=at_most_one(ratio(padding, columns["cells"], share)),
        truncation_curve=truncation_curve(*lengths.table()),
        engine=EngineInfo(
            name=plan.encoder.name,
            version=plan.encoder.version,
            fallback_reason=plan.fallback_reason,
            checked_samples=plan.checked,
            num_proc=threads,
        ),
        tokenizer=plan.loaded.info,
    )
