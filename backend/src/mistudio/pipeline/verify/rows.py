"""Random rows of a result, made again from the raw text by transformers' own call, and compared cell by cell."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from mistudio.pipeline.arrow_read import open_split, split_names
from mistudio.pipeline.tokenize.assemble import record_batches, row_widths
from mistudio.pipeline.tokenize.called import CallEncoder
from mistudio.pipeline.tokenize.chat import ChatRenderer
from mistudio.pipeline.tokenize.engines.base import Ids
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.pipeline.tokenize.options import Options, resolve
from mistudio.pipeline.tokenize.packing import PackingTokens, packing_tokens
from mistudio.pipeline.tokenize.source import SplitSource
from mistudio.schemas.metadata import TokenizationConfig

# Not made from single rows: where a row came from, and which tokens an assistant wrote.
NOT_COMPARED = ("sample_idx", "assistant_masks")


@dataclass
class Compared:
    """differing: "split row" of each row that is not what it should be."""

    compared: int = 0
    differing: list[str] = field(default_factory=list)


def compare_rows(
    raw: Path,
    result: Path,
    loaded: LoadedTokenizer,
    config: TokenizationConfig,
    columns: list[str],
    separator: str,
    num_rows: int,
    seconds: float,
) -> Compared:
    """Draw rows from all splits, at most num_rows, and stop early when `seconds` are over; one is always compared.

    Raises the errors of options, columns and templates, and IndexError where the raw data have too few rows.
    """
    options = resolve(config, loaded)
    packing = packing_tokens(config.packing, loaded) if config.packing else None
    chat = ChatRenderer(config.chat_template, loaded) if config.chat_template else None
    encoder = CallEncoder(loaded, options)
    tables = {split: open_split(result, split) for split in split_names(result)}
    sources: dict[str, SplitSource] = {}
    found, ends_at = Compared(), time.monotonic() + seconds
    for split, row in _draw({split: table.num_rows for split, table in tables.items()}, num_rows):
        if found.compared and time.monotonic() > ends_at:
            break
        if split not in sources:
            sources[split] = SplitSource(split, open_split(raw, split), columns, separator, chat, None)
        source, table = sources[split], tables[split]
        if packing is not None:
            same = _is_packed(table.slice(row, 1), packing, encoder, source)
        else:
            same = _is_made_of(table, row, options, encoder, source)
        found.compared += 1
        if not same:
            found.differing.append(f"{split} {row}")
    return found


def _draw(sizes: dict[str, int], count: int) -> list[tuple[str, int]]:
    """Random rows of all splits, in random order, without replacement."""
    total = sum(sizes.values())
    rng = np.random.default_rng()
    chosen = rng.permutation(np.unique(rng.integers(0, total, count))) if total else np.zeros(0, np.int64)
    splits, starts = list(sizes), np.cumsum([0, *sizes.values()])
    which = np.searchsorted(starts, chosen, side="right") - 1
    return [(splits[w], int(n - starts[w])) for n, w in zip(chosen.tolist(), which.tolist(), strict=True)]


def _text(source: SplitSource, sample: int) -> pa.Array:
    if sample >= source.num_rows:
        raise IndexError(f"the raw split {source.name} has no row {sample}")
    return source.read_rows([sample])


def _is_made_of(table: pa.Table, row: int, options: Options, encoder: CallEncoder, source: SplitSource) -> bool:
    """Whether a row is its sample's, or with stride its sample's window."""
    sample = window = 0
    if "sample_idx" in table.schema.names:
        numbers = table.column("sample_idx")
        sample = numbers[row].as_py()
        while window < row and numbers[row - window - 1].as_py() == sample:
            window += 1
    else:
        sample = row
    rows = encoder.encode(_text(source, sample))
    widths = row_widths(rows, options, 0)
    stored = table.slice(row, 1)
    if options.padding == "longest":  # the width is that of the longest row nearby
        widths = np.maximum(rows.flat.lengths(), len(stored.column("input_ids")[0]))
    schema = pa.schema([f for f in table.schema if f.name not in NOT_COMPARED])
    made = pa.Table.from_batches(record_batches(rows, widths, options, schema, 0), schema)
    return bool(window < made.num_rows and made.slice(window, 1).equals(stored.select(schema.names)))


def _is_packed(stored: pa.Table, tokens: PackingTokens, encoder: CallEncoder, source: SplitSource) -> bool:
    """Whether a packed row is a piece of the documents it names, joined, beginning where it says they begin."""
    ids: Ids = stored.column("input_ids").combine_chunks().flatten().to_numpy()
    documents: list[int] = stored.column("document_ids")[0].as_py()
    named: list[int] = stored.column("document_starts")[0].as_py()
    joined, starts = _join(documents, tokens, encoder, source)
    leads = [0]
    if tokens.begin_batch is not None and ids[0] == tokens.begin_batch:
        leads.append(1)  # the row's first token may have been put in before the documents
    return any(_fits(ids, joined, starts, named, lead) for lead in leads)


def _join(
    documents: list[int], tokens: PackingTokens, encoder: CallEncoder, source: SplitSource
) -> tuple[Ids, list[int]]:
    """The documents' tokens in one line with what goes between them, and where each begins."""
    parts: list[Ids] = []
    starts: list[int] = []
    length = 0
    for document in documents:
        ids = encoder.encode(_text(source, document)).flat.ids
        if tokens.begin_sequence is not None and (len(ids) == 0 or ids[0] != tokens.begin_sequence):
            ids = np.insert(ids, 0, tokens.begin_sequence)
        if starts and tokens.separator is not None and (len(ids) == 0 or ids[0] != tokens.separator):
            parts.append(np.array([tokens.separator], np.int32))
            length += 1
        starts.append(length)
        parts.append(ids)
        length += len(ids)
    if tokens.separator is not None:
        parts.append(np.array([tokens.separator], np.int32))  # the row may end with it, its document in the next
    return np.concatenate([np.zeros(0, np.int32), *parts]), starts


def _fits(ids: Ids, joined: Ids, starts: list[int], named: list[int], lead: int) -> bool:
    """Whether ids[lead:] stands somewhere in `joined`, from inside its first document on."""
    content = ids[lead:]
    last = len(joined) - len(content)
    if last < 0:
        return False
    inside_first = min(last + 1, starts[1] if len(starts) > 1 else len(joined))
    for at in np.flatnonzero(joined[:inside_first] == content[0]).tolist():
        if not np.array_equal(joined[at : at + len(content)], content):
            continue
        if [0, *(start - at + lead for start in starts[1:])] == named:
            return True
    return False
