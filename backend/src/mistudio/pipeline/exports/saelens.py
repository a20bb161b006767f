"""Packed rows for SAELens and TransformerLens: a column `tokens` of one fixed size, and SAELens' metadata file.

The fields of sae_lens.json are those of `PretokenizedDatasetMetadata` in SAELens' pretokenize_runner.py; the layout
is that of a dataset which its runner pushes to the Hub.
"""

import json
from pathlib import Path

import pyarrow as pa
from datasets import Features

from mistudio.core.errors import OptionNotSupported
from mistudio.pipeline.exports import parquet
from mistudio.pipeline.exports.source import Source
from mistudio.schemas.export import ExportRequest
from mistudio.schemas.metadata import JsonObject, PackingConfig

METADATA = "sae_lens.json"
VERSION = "6.18.0"  # the SAELens release whose fields are written
COLUMN = "tokens"


def write(source: Source, out: Path, request: ExportRequest) -> JsonObject:
    """Raises OptionNotSupported where the rows are not packed."""
    packing = source.recipe.config.packing
    if packing is None:
        raise OptionNotSupported(
            "SAELens wants rows of one length without padding: tokenize the dataset with packing (context_size)."
        )
    tokens = pa.field(COLUMN, pa.list_(pa.int32(), packing.context_size))
    schema = Features.from_arrow_schema(pa.schema([tokens])).arrow_schema
    for split in source.filled:
        parquet.write_split(
            source, split, out, schema, request.compression, lambda batch: [batch.column("input_ids")]
        )
    text = json.dumps(_metadata(source, packing), indent=2, ensure_ascii=False)
    (out / METADATA).write_text(text, encoding="utf-8")
    return {"column": COLUMN, "context_size": packing.context_size}


def _metadata(source: Source, packing: PackingConfig) -> JsonObject:
    origin, columns = source.recipe.source, source.recipe.config.text_columns or []
    name = origin.repo_id or origin.filename if origin else None
    return {
        "sae_lens_version": VERSION,
        "tokenizer_name": source.tokenizer.name,
        "original_dataset": name or "unknown",
        "original_dataset_name": origin.config if origin else None,
        "original_split": next(iter(source.rows)) if len(source.rows) == 1 else None,
        "original_data_files": [origin.filename] if origin and origin.filename else None,
        "original_column_name": columns[0] if len(columns) == 1 else None,
        "context_size": packing.context_size,
        "shuffled": packing.shuffle,
        "seed": packing.seed if packing.shuffle else None,
        "begin_batch_token": packing.begin_batch_token,
        "begin_sequence_token": packing.begin_sequence_token,
        "sequence_separator_token": packing.sequence_separator_token,
        "disable_concat_sequences": False,
    }
