"""One chunk of rows, from text to what is written: the work of one thread at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mistudio.pipeline.tokenize.assemble import record_batches, row_widths
from mistudio.pipeline.tokenize.called import CallEncoder
from mistudio.pipeline.tokenize.engines.base import EngineFailed, Flat, text_buffers
from mistudio.pipeline.tokenize.prepare import Plan
from mistudio.pipeline.tokenize.proof import check_rows
from mistudio.pipeline.tokenize.reading import Range
from mistudio.pipeline.tokenize.source import SplitSource
from mistudio.pipeline.tokenize.statistics import Statistics

# Beyond this the padded batches are made one by one while they are written, not all at once.
CELLS_AT_ONCE = 1 << 23


@dataclass
class Encoded:
    """batches: rows ready to be written. documents, numbers: with packing, what is to be joined instead."""

    num_samples: int
    statistics: Statistics
    batches: Iterable[pa.RecordBatch] = ()
    documents: Flat | None = None
    numbers: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


def encode_chunk(plan: Plan, source: SplitSource, rows: Range, checked: npt.NDArray[np.int64]) -> Encoded:
    """checked: rows, counted from the chunk's first, to be compared with transformers. Raises EngineFailed."""
    texts, spans = source.read(rows)
    data, offsets = text_buffers(texts)
    statistics = Statistics(plan.loaded.info.vocab_size)
    statistics.add_source(data, np.diff(offsets))
    marks = plan.chat.marker(texts, spans) if plan.chat and spans is not None else None
    made = plan.encoder.encode(texts, marks)
    if len(checked) and not isinstance(plan.encoder, CallEncoder):
        check_rows(plan.encoder, plan.reference, texts, made, checked)
    statistics.add_truncation(made.before, made.kept)
    if plan.packing is not None:
        return Encoded(len(texts), statistics, documents=made.flat, numbers=source.numbers(rows))
    widths = row_widths(made, plan.options, rows.start)
    cells = int(widths.sum())
    try:
        statistics.add_rows(made.flat, cells)
    except ValueError as error:
        raise EngineFailed(f"{plan.encoder.name}: {error}") from error
    batches: Iterable[pa.RecordBatch] = record_batches(made, widths, plan.options, plan.schema, rows.start)
    return Encoded(len(texts), statistics, list(batches) if cells <= CELLS_AT_ONCE else batches)
