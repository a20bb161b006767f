"""Our rows beside those of transformers' own call, for one configuration."""

import dataclasses
from typing import Any

import pyarrow as pa

from mistudio.core.errors import AppError
from mistudio.pipeline.tokenize.assemble import record_batches, result_schema, row_widths
from mistudio.pipeline.tokenize.called import CallEncoder
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.pipeline.tokenize.options import resolve
from mistudio.pipeline.tokenize.prepare import choose_encoder
from mistudio.pipeline.tokenize.rows import FlatEncoder, RowEncoder
from mistudio.schemas.metadata import TokenizationConfig

Columns = dict[str, list[Any]]
_chosen: dict[str, RowEncoder] = {}


def with_sides(loaded: LoadedTokenizer, padding: str, truncation: str) -> LoadedTokenizer:
    """The same tokenizer, padding and cutting at these sides."""
    loaded.tokenizer.padding_side, loaded.tokenizer.truncation_side = padding, truncation
    info = loaded.info.model_copy(update={"padding_side": padding, "truncation_side": truncation})
    return dataclasses.replace(loaded, info=info)


def encoder_for(loaded: LoadedTokenizer, config: TokenizationConfig) -> RowEncoder:
    """The encoder that a run would choose; it is chosen and proved once a session."""
    name = loaded.info.name
    if name not in _chosen:
        plain = TokenizationConfig(tokenizer_name=name, padding="do_not_pad", truncation="do_not_truncate")
        _chosen[name], reason = choose_encoder(loaded, plain, resolve(plain, loaded), [], 1000, 1, None)
        assert reason is None or isinstance(_chosen[name], CallEncoder), reason
    chosen, options = _chosen[name], resolve(config, loaded)
    if isinstance(chosen, FlatEncoder):
        return FlatEncoder(chosen.engine, chosen.all_affixes, options)
    return CallEncoder(loaded, options)


def ours(loaded: LoadedTokenizer, config: TokenizationConfig, texts: list[str]) -> Columns | AppError:
    try:
        options = resolve(config, loaded)
        schema = result_schema(options, assistant_masks=False)
        rows = encoder_for(loaded, config).encode(pa.array(texts, pa.string()))
    except AppError as error:
        return error
    batches = record_batches(rows, row_widths(rows, options, 0), options, schema, 0)
    columns: Columns = pa.Table.from_batches(batches, schema).to_pydict()
    return columns


def theirs(loaded: LoadedTokenizer, config: TokenizationConfig, texts: list[str]) -> Columns | str:
    """transformers' own output under our names; or what it raised."""
    tokenizer = loaded.tokenizer
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    overflow: dict[str, Any] = {}
    if config.stride is not None:
        overflow = {"stride": config.stride, "return_overflowing_tokens": True}
    try:
        encoded = tokenizer(
            texts,
            max_length=config.max_length,
            padding=config.padding,
            truncation=config.truncation,
            add_special_tokens=config.add_special_tokens,
            return_attention_mask=config.return_attention_mask,
            pad_to_multiple_of=config.pad_to_multiple_of,
            verbose=False,
            **overflow,
        )
    except BaseException as error:  # a Rust panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"
    return {"sample_idx" if name == "overflow_to_sample_mapping" else name: rows for name, rows in encoded.items()}
