"""Rows to Arrow: padding, masks, and record batches of bounded size."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mistudio.pipeline.tokenize.engines.base import Flat
from mistudio.pipeline.tokenize.flat import Values, content_mask, offsets_of, pad, padded_lengths
from mistudio.pipeline.tokenize.options import LONGEST_BATCH, Options
from mistudio.pipeline.tokenize.rows import Rows

# Cells (ids) of one record batch: bounds the memory that padding needs, whatever the longest row is.
BATCH_CELLS = 1 << 21


def result_schema(options: Options, assistant_masks: bool) -> pa.Schema:
    fields = [pa.field("input_ids", pa.list_(pa.int32()))]
    wanted = {
        "attention_mask": options.attention_mask,
        "token_type_ids": options.type_ids,
        "assistant_masks": assistant_masks,
    }
    fields += [pa.field(name, pa.list_(pa.int8())) for name, is_there in wanted.items() if is_there]
    if options.stride is not None:
        fields.append(pa.field("sample_idx", pa.int64()))
    return pa.schema(fields)


def row_widths(rows: Rows, options: Options, first_sample: int) -> npt.NDArray[np.int64]:
    """Cells of each row after padding, shape (m,). first_sample: the first sample's index in its split."""
    lengths = rows.flat.lengths()
    if options.padding == "do_not_pad":
        return lengths
    if options.padding == "max_length":
        return padded_lengths(lengths, options.pad_width, options.pad_multiple)
    source = rows.source if rows.source is not None else np.arange(len(lengths), dtype=np.int64)
    batch = (source + first_sample) // LONGEST_BATCH
    starts = np.flatnonzero(np.diff(batch, prepend=-1))
    longest = np.maximum.reduceat(lengths, starts) if len(lengths) else lengths
    widths = np.repeat(longest, np.diff(starts, append=len(lengths)))
    return padded_lengths(lengths, widths, options.pad_multiple)


def record_batches(
    rows: Rows, widths: npt.NDArray[np.int64], options: Options, schema: pa.Schema, first_sample: int
) -> Iterator[pa.RecordBatch]:
    """The rows as batches of at most about BATCH_CELLS cells, each at least one row."""
    for start, stop in _slices(widths):
        offsets = rows.flat.offsets[start : stop + 1] - rows.flat.offsets[start]
        inside = slice(int(rows.flat.offsets[start]), int(rows.flat.offsets[stop]))
        flat = Flat(rows.flat.ids[inside], offsets)
        columns = _padded(flat, widths[start:stop], options, schema)
        for name, values in rows.parallel.items():
            fill = options.pad_type_id if name == "token_type_ids" else 0
            columns[name] = pad(values[inside], offsets, widths[start:stop], fill, options.padding_side)[0]
        borders = pa.array(offsets_of(widths[start:stop]).astype(np.int32))
        arrays = [
            pa.array(rows.source[start:stop] + first_sample)
            if field.name == "sample_idx" and rows.source is not None
            else pa.ListArray.from_arrays(borders, pa.array(columns[field.name]))
            for field in schema
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _slices(widths: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    if len(widths) == 0:
        return
    # A row belongs to the batch in which its last cell lies; the first row opens the first, whatever it holds.
    batch = np.maximum(np.cumsum(widths) - 1, 0) // BATCH_CELLS
    starts = np.flatnonzero(np.diff(batch, prepend=batch[0] - 1)).tolist()
    yield from pairwise([*starts, len(widths)])


def _padded(flat: Flat, widths: npt.NDArray[np.int64], options: Options, schema: pa.Schema) -> dict[str, Values]:
    fill = options.pad_id if options.pad_id is not None else 0
    ids, padded = pad(flat.ids, flat.offsets, widths, fill, options.padding_side)
    columns: dict[str, Values] = {"input_ids": ids}
    if "attention_mask" in schema.names:
        if padded[-1] == flat.offsets[-1]:
            columns["attention_mask"] = np.ones(len(ids), np.int8)
        else:
            columns["attention_mask"] = content_mask(flat.offsets, padded, options.padding_side).view(np.int8)
    return columns
