"""The work of a run as steps, done in several threads and handed on in the order of the rows."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mistudio.pipeline.tokenize.chunks import Encoded, encode_chunk
from mistudio.pipeline.tokenize.layout import plan_chunks
from mistudio.pipeline.tokenize.prepare import Plan
from mistudio.pipeline.tokenize.reading import Range
from mistudio.pipeline.tokenize.shards import Shard, ShardResult, take_over
from mistudio.pipeline.tokenize.source import SplitSource

CHECKS_A_SHARD = 16


class Step(NamedTuple):
    """A finished piece of work: a chunk of a shard, or a whole shard of an earlier attempt."""

    shard: Shard
    is_last: bool
    work: Encoded | ShardResult


def plan_steps(
    plan: Plan, layout: list[tuple[SplitSource, list[Shard]]], previous: list[Path], out: Path
) -> Iterator[Callable[[], Step]]:
    """The steps of all shards, in order. A few random rows of each shard are compared with transformers."""
    for source, shards in layout:
        for shard in shards:
            taken = take_over(shard, previous, out, plan.schema)
            if taken is not None:
                yield partial(Step, shard, True, taken)
                continue
            checked = _rows_to_check(shard)
            plan.checked += len(checked)
            ranges = plan_chunks(plan, source, shard)
            for rows in ranges:
                here = checked[(checked >= rows.start) & (checked < rows.stop)] - rows.start
                yield partial(_encode, plan, source, shard, rows, here, rows is ranges[-1])


def _rows_to_check(shard: Shard) -> npt.NDArray[np.int64]:
    size = shard.stop - shard.start
    if size == 0:
        return np.zeros(0, np.int64)
    return np.unique(np.random.default_rng(shard.start).integers(shard.start, shard.stop, CHECKS_A_SHARD))


def _encode(
    plan: Plan, source: SplitSource, shard: Shard, rows: Range, checked: npt.NDArray[np.int64], is_last: bool
) -> Step:
    return Step(shard, is_last, encode_chunk(plan, source, rows, checked))


def in_order(calls: Iterator[Callable[[], Step]], threads: int, ahead: int) -> Generator[Step]:
    """Results of the calls, in their order. At most `ahead` of them wait beyond the one that is taken.

    Closing the generator (or an error) drops the calls not yet begun and waits for those under way.
    """
    waiting: deque[Future[Step]] = deque()
    executor = ThreadPoolExecutor(threads, thread_name_prefix="tokenize")
    try:
        for call in calls:
            waiting.append(executor.submit(call))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
