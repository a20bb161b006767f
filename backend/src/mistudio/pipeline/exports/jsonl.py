"""One JSON object a row: the result's columns, and when asked the text of every token."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from mistudio.pipeline import vocabulary
from mistudio.pipeline.exports.source import Source
from mistudio.schemas.export import ExportRequest
from mistudio.schemas.metadata import JsonObject

ROWS_AT_ONCE = 256
OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE


def write(source: Source, out: Path, request: ExportRequest) -> JsonObject:
    """{split}.jsonl for every split."""
    pieces = _pieces(source.root) if request.pieces else None
    for split in source.rows:
        with (out / f"{split}.jsonl").open("wb") as file:
            for batch in source.batches(source.files(split)):
                for start in range(0, batch.num_rows, ROWS_AT_ONCE):
                    file.write(_lines(batch.slice(start, ROWS_AT_ONCE), pieces))
    return {"columns": [*source.schema(split).names, *(["pieces"] if request.pieces else [])]}


def _pieces(root: Path) -> list[str]:
    """pieces[id]: the text the token stands for."""
    known = vocabulary.read(root)
    return [known.text(token_id) for token_id in range(len(known.tokens))]


def _lines(batch: pa.RecordBatch, pieces: list[str] | None) -> bytes:
    columns = {name: _cells(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    lines = []
    for i in range(batch.num_rows):
        row: dict[str, Any] = {name: cells[i] for name, cells in columns.items()}
        if pieces is not None:
            row["pieces"] = [pieces[token_id] for token_id in row["input_ids"].tolist()]
        lines.append(orjson.dumps(row, option=OPTIONS))
    return b"".join(lines)


def _cells(column: pa.Array) -> list[Any]:
    """The cells of a column as NumPy arrays without a copy, or as numbers."""
    kind = column.type
    if pa.types.is_fixed_size_list(kind):
        return list(column.flatten().to_numpy().reshape(-1, kind.list_size))
    if pa.types.is_list(kind):
        borders: npt.NDArray[np.int32] = column.offsets.to_numpy()
        return np.split(column.flatten().to_numpy(), borders[1:-1] - borders[0])
    return list(column.to_pylist())
