"""Before a run: load, check, choose an engine and prove it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from mistudio.core.errors import EmptyDataset, NotExact
from mistudio.pipeline.arrow_read import open_splits
from mistudio.pipeline.tokenize.affixes import Affixes, find_affixes
from mistudio.pipeline.tokenize.assemble import result_schema
from mistudio.pipeline.tokenize.called import CallEncoder
from mistudio.pipeline.tokenize.chat import ChatRenderer
from mistudio.pipeline.tokenize.engines.base import Engine, EngineFailed, EngineRefused
from mistudio.pipeline.tokenize.engines.choose import fast_engines
from mistudio.pipeline.tokenize.engines.python import PythonEngine
from mistudio.pipeline.tokenize.engines.reference import ReferenceEngine
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.pipeline.tokenize.options import Options, resolve
from mistudio.pipeline.tokenize.packing import PackingTokens, packed_schema, packing_tokens
from mistudio.pipeline.tokenize.proof import (
    CHECKED_BYTES,
    SAMPLE_ROWS,
    GuardedEngine,
    canary,
    prove_engine,
    prove_rows,
)
from mistudio.pipeline.tokenize.rows import FlatEncoder, RowEncoder
from mistudio.pipeline.tokenize.source import SplitSource
from mistudio.schemas.metadata import TokenizationConfig

SAMPLE_BYTES = 1 << 20


@dataclass
class Plan:
    """Everything that is fixed before the first row. reference: transformers itself, under the same options."""

    loaded: LoadedTokenizer
    config: TokenizationConfig
    text_columns: list[str]
    separator: str
    raw_fingerprints: list[str]
    options: Options
    packing: PackingTokens | None
    chat: ChatRenderer | None
    schema: pa.Schema
    sources: list[SplitSource]
    encoder: RowEncoder
    reference: CallEncoder
    fallback_reason: str | None
    checked: int


def make_plan(
    raw: Path,
    loaded: LoadedTokenizer,
    config: TokenizationConfig,
    text_columns: list[str],
    separator: str,
    processes: int,
    refused: str | None = None,
) -> Plan:
    """refused: why no fast engine may be used.

    Raises EmptyDataset, NotExact and the errors of options, columns and templates.
    """
    options = resolve(config, loaded)
    packing = packing_tokens(config.packing, loaded) if config.packing else None
    chat = ChatRenderer(config.chat_template, loaded) if config.chat_template else None
    seed = config.packing.seed if config.packing and config.packing.shuffle else None
    sources = [SplitSource(name, table, text_columns, separator, chat, seed) for name, table in open_splits(raw)]
    if sum(source.num_rows for source in sources) == 0:
        raise EmptyDataset
    texts = sample_texts(sources)
    longest = max(source.longest() for source in sources)
    encoder, reason = choose_encoder(loaded, config, options, texts, longest, processes, refused)
    return Plan(
        loaded=loaded,
        config=config,
        text_columns=text_columns,
        separator=separator,
        raw_fingerprints=[_raw_fingerprint(raw, source.name) for source in sources],
        options=options,
        packing=packing,
        chat=chat,
        schema=packed_schema(packing.context_size)
        if packing
        else result_schema(options, bool(chat and chat.masks)),
        sources=sources,
        encoder=encoder,
        reference=CallEncoder(loaded, options),
        fallback_reason=reason,
        checked=len(texts),
    )


def _raw_fingerprint(raw: Path, split: str) -> str:
    """The content hash that a raw split carries in its state."""
    found: str = json.loads((raw / split / "state.json").read_text())["_fingerprint"]
    return found


def sample_texts(sources: list[SplitSource]) -> list[str]:
    """Texts of random rows of all splits, at most about SAMPLE_BYTES; of long ones the beginning."""
    total = sum(source.num_rows for source in sources)
    # Drawn with replacement and made unique: the row numbers of a large dataset are too many to shuffle.
    chosen = np.unique(np.random.default_rng(0).integers(0, total, SAMPLE_ROWS))
    texts: list[str] = []
    first = 0
    for source in sources:
        rows = chosen[(chosen >= first) & (chosen < first + source.num_rows)] - first
        if len(rows):
            texts += source.read_rows(rows.tolist()).to_pylist()
        first += source.num_rows
    room = SAMPLE_BYTES // max(1, len(texts))
    return [text if len(text) <= room else text[: max(room, CHECKED_BYTES // 16)] for text in texts]


def choose_encoder(
    loaded: LoadedTokenizer,
    config: TokenizationConfig,
    options: Options,
    texts: list[str],
    longest: int,
    processes: int,
    refused: str | None,
) -> tuple[RowEncoder, str | None]:
    """The fastest encoder that is proved right, and why not a faster one. Raises NotExact if none is."""
    engine, reason = _choose_engine(loaded, texts, longest, processes, refused)
    affixes = find_affixes(loaded.tokenizer) if options.add_special_tokens or options.type_ids else Affixes()
    probe = [*canary(loaded, longest=0), *texts[:64]]
    if affixes is not None:
        flat = FlatEncoder(engine, affixes, options)
        with suppress(EngineFailed):
            prove_rows(flat, loaded, options, config, probe)
            return flat, reason
    engine.close()
    called = CallEncoder(loaded, options, processes)
    try:
        prove_rows(called, loaded, options, config, probe)
    except EngineFailed as error:
        raise NotExact(str(error)) from error
    return called, "the tokenizer adds its special tokens in a way of its own"


def _choose_engine(
    loaded: LoadedTokenizer, texts: list[str], longest: int, processes: int, refused: str | None
) -> tuple[Engine, str | None]:
    if loaded.backend_json is None:
        return PythonEngine(loaded.tokenizer, processes), None
    reasons = [refused] if refused else []
    for make in [] if refused else fast_engines(loaded):
        try:
            engine = GuardedEngine(make(loaded.backend_json))
            prove_engine(engine, loaded, canary(loaded, longest))
            prove_engine(engine, loaded, texts)
        except (EngineRefused, EngineFailed) as error:
            reasons.append(str(error))
            continue
        return engine, None
    split_special = bool(getattr(loaded.tokenizer, "split_special_tokens", False))
    return ReferenceEngine(loaded.backend_json, split_special), "; ".join(reasons)[:500] or None
