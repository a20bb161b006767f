"""Plain text: one sample a line, in the column `text`. Empty lines are samples; a last line feed begins none."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from mistudio.pipeline.readers.blocks import Block, parsed_in_order
from mistudio.pipeline.readers.rows import Parsed, RowCount

COLUMN = "text"


def batches(blocks: Iterator[Block], count: RowCount, threads: int) -> Iterator[pa.RecordBatch]:
    """Raises RowTooLong with the line's number."""
    for block, parsed in parsed_in_order(blocks, _parse, threads):
        count.add(parsed)
        if parsed.batch is not None:
            yield parsed.batch
        if block.stop is not None:
            raise count.stop(*block.stop)


def _parse(block: Block) -> Parsed:
    if not block.data:
        return Parsed(None, 0, 0)
    data = block.data.replace(b"\r\n", b"\n") if b"\r" in block.data else block.data
    whole = pa.array([data.removesuffix(b"\n")], pa.binary()).view(pa.string())
    lines = pc.split_pattern(whole, "\n").flatten()
    return Parsed(pa.RecordBatch.from_arrays([lines], [COLUMN]), len(lines), len(lines))
