"""Token streams for training loops: {split}.bin, and {split}.idx as Megatron's indexed datasets read it.

The .bin file holds nothing but ids, one document after the other: uint16 as in nanoGPT where the vocabulary fits,
else int32 (which reads the same as uint32). The .idx file, after Megatron-LM's core/datasets/indexed_dataset.py:
"MMIDIDX\\0\\0", version u64 = 1, dtype u8, sequences u64, documents + 1 u64, lengths i32, byte offsets i64,
document borders i64, all little-endian. Here every document is one sequence.
"""

import shutil
import struct
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import pyarrow as pa

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.exports.source import Source
from mistudio.pipeline.tokenize.engines.base import Flat
from mistudio.pipeline.tokenize.flat import offsets_of, pad
from mistudio.schemas.export import ExportRequest
from mistudio.schemas.metadata import JsonObject

HEADER, VERSION = b"MMIDIDX\x00\x00", 1
DTYPE_CODES = {"uint16": 8, "int32": 4}
NARROW_IDS = 1 << 16  # ids below this fit uint16
AT_ONCE = 1 << 18  # documents


def write(source: Source, out: Path, request: ExportRequest) -> JsonObject:
    """Raises OptionNotSupported where the rows are no documents: overlapping, padded without a mask, or no EOS."""
    packed = source.recipe.config.packing is not None
    eos = _eos(source) if (not packed if request.append_eos is None else request.append_eos) else None
    dtype = "uint16" if source.tokenizer.vocab_size <= NARROW_IDS else "int32"
    tokens: dict[str, int] = {}
    documents: dict[str, int] = {}
    for split in source.rows:
        _check(source, split)
        with (out / f"{split}.bin").open("wb") as data, TemporaryFile(dir=out) as lengths:
            tokens[split] = documents[split] = 0
            for batch in source.batches(source.files(split)):
                ids, offsets = _documents(batch, eos)
                data.write(ids.astype(np.dtype(dtype).newbyteorder("<")).tobytes())
                lengths.write(np.diff(offsets).astype("<i4").tobytes())
                tokens[split] += len(ids)
                documents[split] += len(offsets) - 1
            with (out / f"{split}.idx").open("wb") as index:
                _write_index(index, lengths, documents[split], dtype)
    return {"dtype": dtype, "eos_token_id": eos, "num_tokens": tokens, "num_documents": documents}


def _eos(source: Source) -> int:
    eos = source.tokenizer.special_tokens["eos_token_id"]
    if not isinstance(eos, int):
        raise OptionNotSupported(
            f"{source.tokenizer.name} has no end-of-sequence token; export with append_eos false.",
            option="append_eos",
        )
    return eos


def _check(source: Source, split: str) -> None:
    names = source.schema(split).names
    if "sample_idx" in names:
        raise OptionNotSupported("Windows of a stride overlap, so they are no stream: tokenize without stride.")
    config = source.recipe.config
    if config.packing is None and config.padding != "do_not_pad" and "attention_mask" not in names:
        raise OptionNotSupported(
            "Without a mask padding cannot be told from text: tokenize with attention masks, or without padding."
        )


def _documents(batch: pa.RecordBatch, eos: int | None) -> Flat:
    """The rows' tokens without padding and without empty rows, each ending with eos unless that is None."""
    column = batch.column("input_ids")
    ids = column.flatten().to_numpy()
    if pa.types.is_fixed_size_list(column.type):
        offsets = np.arange(len(column) + 1, dtype=np.int64) * column.type.list_size
    else:
        offsets = (column.offsets.to_numpy() - column.offsets[0].as_py()).astype(np.int64)
    if "attention_mask" in batch.schema.names:
        kept = batch.column("attention_mask").flatten().to_numpy().astype(bool)
        before = np.concatenate([[0], np.cumsum(kept)])
        ids, offsets = ids[kept], before[offsets]
    filled = np.diff(offsets) > 0
    lengths = np.diff(offsets)[filled]
    offsets = offsets_of(lengths)
    if eos is None or len(lengths) == 0:
        return Flat(ids, offsets)
    return Flat(*pad(ids, offsets, lengths + (ids[offsets[1:] - 1] != eos), eos, "right"))


def _write_index(index: IO[bytes], lengths: IO[bytes], documents: int, dtype: str) -> None:
    """lengths: the documents' lengths as int32, read twice instead of being held in memory."""
    index.write(HEADER + struct.pack("<QBQQ", VERSION, DTYPE_CODES[dtype], documents, documents + 1))
    lengths.seek(0)
    shutil.copyfileobj(lengths, index)
    lengths.seek(0)
    position = 0
    while block := lengths.read(4 * AT_ONCE):
        sizes = np.frombuffer(block, "<i4").astype(np.int64) * np.dtype(dtype).itemsize
        ends = position + np.cumsum(sizes)
        index.write(_i8(ends - sizes))
        position = int(ends[-1])
    for start in range(0, documents + 1, AT_ONCE):
        index.write(_i8(np.arange(start, min(start + AT_ONCE, documents + 1))))


def _i8(values: Any) -> bytes:
    return np.asarray(values, "<i8").tobytes()
