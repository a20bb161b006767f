"""What comes out of the steps, written to one split's shards and counted."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from mistudio.pipeline.content_hash import ContentHash
from mistudio.pipeline.tokenize.chunks import Encoded
from mistudio.pipeline.tokenize.engines.base import Flat
from mistudio.pipeline.tokenize.packing import Packer
from mistudio.pipeline.tokenize.prepare import Plan
from mistudio.pipeline.tokenize.shards import ShardResult, ShardWriter, save_manifest, shard_batches
from mistudio.pipeline.tokenize.statistics import Statistics
from mistudio.pipeline.tokenize.steps import Step


@dataclass
class SplitTotals:
    """What has been written of one split."""

    name: str
    statistics: Statistics
    content: ContentHash
    files: list[Path] = field(default_factory=list)


class SplitOutput:
    """Takes the steps of one split in order. Finished shards are synced in the thread of `saver`, meanwhile."""

    def __init__(self, out: Path, plan: Plan, name: str, saver: ThreadPoolExecutor) -> None:
        self.name = name
        self._out, self._plan, self._saver = out, plan, saver
        self._totals = SplitTotals(name, Statistics(plan.loaded.info.vocab_size), ContentHash(plan.schema))
        self._packer = Packer(plan.packing) if plan.packing else None
        self._writer: ShardWriter | None = None
        self._saved: list[Future[None]] = []

    def take(self, step: Step) -> int:
        """Write what the step holds. Returns how many samples it covers."""
        if isinstance(step.work, ShardResult):
            return self._take_shard(step.work)
        if self._writer is None:
            self._writer = ShardWriter(self._out, step.shard, self._plan.schema, self._plan.loaded.info.vocab_size)
        self._writer.statistics.merge(step.work.statistics)
        for batch in self._batches(step.work):
            self._writer.write(batch)
            self._totals.content.update(batch)
        if step.is_last:
            self._end_shard()
        return step.work.num_samples

    def finish(self) -> SplitTotals:
        """Wait until every shard is safe on disk. With packing, the tokens that fill no row are lost here."""
        for saved in self._saved:
            saved.result()
        if self._packer is not None:
            self._totals.statistics.tokens_lost += len(self._packer.rest.ids)
        return self._totals

    def close(self) -> None:
        """Let go of a file that was being written when the work ended early."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _take_shard(self, result: ShardResult) -> int:
        for batch in shard_batches(result.shard.path(self._out)):
            self._totals.content.update(batch)
        if self._packer is not None and result.rest is not None:
            self._packer.rest = result.rest
        self._add(result)
        return result.shard.stop - result.shard.start

    def _end_shard(self) -> None:
        assert self._writer is not None
        self._writer.close()
        result = self._writer.result(self._packer.rest if self._packer else None)
        self._writer = None
        self._saved.append(self._saver.submit(save_manifest, self._out, result))
        self._add(result)

    def _add(self, result: ShardResult) -> None:
        self._totals.statistics.merge(result.statistics)
        self._totals.files.append(result.shard.path(self._out))

    def _batches(self, work: Encoded) -> "list[pa.RecordBatch]":
        if self._packer is None or work.documents is None or self._writer is None:
            return work.batches  # type: ignore[return-value]
        batch = self._packer.feed(work.documents, work.numbers)
        ids = batch.column(0).flatten().to_numpy()
        offsets = np.arange(batch.num_rows + 1, dtype=np.int64) * self._packer.tokens.context_size
        self._writer.statistics.add_rows(Flat(ids, offsets), num_cells=len(ids))
        self._writer.statistics.document_pieces += len(batch.column(1).flatten())
        return [batch]
