"""Proof at run time that a fast engine's tokens are those of `tokenizers`, and our rows those of transformers."""

import random

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mistudio.pipeline.tokenize.assemble import record_batches, result_schema, row_widths
from mistudio.pipeline.tokenize.engines.base import Engine, EngineFailed, Flat
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.pipeline.tokenize.options import LONGEST_BATCH, Options
from mistudio.pipeline.tokenize.rows import RowEncoder, Rows
from mistudio.schemas.metadata import TokenizationConfig

SAMPLE_ROWS = 256
LONG_WORD = 1_000_000
# A row longer than this is checked by its beginning.
CHECKED_BYTES = 1 << 16

CANARY = (
    "",
    " ",
    "  a  b\n\n c\t",
    " \n \n x  \r\n",
    "x" + " " * 90 + "y",
    "it's I'M we'Ll 's don’t",
    "日本語のテキスト 中文，测试。 한국어 텍스트",
    "हिन्दी ไทย العربية עברית Ελληνικά ΣΑΣ ς",
    "😀 👨‍👩‍👧‍👦 👍🏽 🇯🇵🇺🇸 🏴‍☠️",
    "é e\u0301 a\u0300\u0301\u0302 Z͑ͫ̓ͪ̂ \u1dfa\u0897 ᄒ\u1161\u11ab",
    "1234567 1,234.5 ½²Ⅷ ٣ １２ 𝟘𝟙",
    "\x00\x01\x1f\x7f\u0085\u00a0\u2003\u3000\u200b\u2028\ufeff\ufffd\U0010ffff",
    "ſ's İI ß ﬁ 𝔘 K Å",
    '    def f(x):\n        return {"a": [1, 2]}  # snake_case camelCase HTTPServer\n\n\n',
    "<0x41> ▁▁hello ##ing Ġx Ċ",
    "a" * 300 + "!" * 300 + "=" * 80,
)


def canary(loaded: LoadedTokenizer, longest: int) -> list[str]:
    """Strings that break engines, this tokenizer's own special tokens among text, and one long word.

    longest: bytes of the longest text of the dataset; the word is no longer than that needs.
    """
    special = [str(token) for token in loaded.tokenizer.all_special_tokens][:64]
    mixed = ["".join(f"{token}a {token}{token}\n" for token in special)]
    mixed += [text for token in special for text in (token, f"x {token}", f"{token} y {token}")]
    letters = random.Random(0).choices("abcdefghijklmnopqrstuvwxyz", k=max(1000, min(longest, LONG_WORD)))
    return [*CANARY, *mixed, "".join(letters)]


class GuardedEngine:
    """A fast engine whose crashes and malformed answers become EngineFailed."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.version, self.chunk_bytes = engine.name, engine.version, engine.chunk_bytes
        self._engine = engine

    def encode(self, texts: pa.Array) -> Flat:
        try:
            flat = self._engine.encode(texts)
        except (ValueError, TypeError, RuntimeError, OverflowError) as error:
            raise EngineFailed(f"{self.name} stopped: {str(error)[:200]}") from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # Rust's, which cannot be imported
                raise
            raise EngineFailed(f"{self.name} stopped: {str(error)[:200]}") from error
        offsets = flat.offsets
        if len(offsets) != len(texts) + 1 or offsets[0] != 0 or offsets[-1] != len(flat.ids):
            raise EngineFailed(f"{self.name} gave offsets that do not fit its tokens")
        if np.any(offsets[1:] < offsets[:-1]):
            raise EngineFailed(f"{self.name} gave offsets that run backwards")
        return flat

    def close(self) -> None:
        self._engine.close()


def prove_engine(engine: Engine, loaded: LoadedTokenizer, texts: list[str]) -> None:
    """Raise EngineFailed unless the engine gives the reference's ids for every text."""
    backend = loaded.tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    found = engine.encode(pa.array(texts, pa.string()))
    for i, expected in enumerate(backend.encode_batch_fast(texts, add_special_tokens=False)):
        if not np.array_equal(found.row(i), np.array(expected.ids, np.int32)):
            raise EngineFailed(f"{engine.name} differs from tokenizers on {texts[i][:60]!r}")


def prove_rows(
    encoder: RowEncoder,
    loaded: LoadedTokenizer,
    options: Options,
    config: TokenizationConfig,
    texts: list[str],
) -> None:
    """Raise EngineFailed unless rows, padding and masks equal transformers' own for these options."""
    tokenizer = loaded.tokenizer
    if options.refuses_truncation and options.max_length is not None:
        lengths = [len(ids) for ids in tokenizer(texts, verbose=False)["input_ids"]]
        texts = [text for text, length in zip(texts, lengths, strict=True) if length <= options.max_length]
    texts = texts[:LONGEST_BATCH]
    if not texts:
        return
    if options.padding != "do_not_pad" and loaded.pads_with_eos:
        tokenizer.pad_token = tokenizer.eos_token
    overflow = {"stride": options.stride, "return_overflowing_tokens": True} if options.stride is not None else {}
    expected = tokenizer(
        texts,
        add_special_tokens=options.add_special_tokens,
        padding=options.padding,
        truncation=config.truncation if config.packing is None else False,
        max_length=config.max_length if config.packing is None else None,
        pad_to_multiple_of=options.pad_multiple,
        return_attention_mask=options.attention_mask,
        return_token_type_ids=options.type_ids,
        verbose=False,
        **overflow,
    )
    schema = result_schema(options, assistant_masks=False)
    rows = encoder.encode(pa.array(texts, pa.string()))
    found = pa.Table.from_batches(record_batches(rows, row_widths(rows, options, 0), options, schema, 0), schema)
    for name in schema.names:
        wanted = expected["overflow_to_sample_mapping" if name == "sample_idx" else name]
        if found.column(name).to_pylist() != list(wanted):
            raise EngineFailed(f"{encoder.name}: {name} differs from transformers")


def check_rows(
    encoder: RowEncoder, reference: RowEncoder, texts: pa.Array, rows: Rows, positions: npt.NDArray[np.int64]
) -> None:
    """Raise EngineFailed unless these samples' rows are those of the reference. positions: indices into texts."""
    chosen = texts.take(pa.array(positions))
    whole = [i for i, text in enumerate(chosen) if len(text.as_buffer()) <= CHECKED_BYTES]
    if len(whole) < len(chosen):
        starts = pa.array([text[: CHECKED_BYTES // 8] for text in chosen.to_pylist()], texts.type)
        _compare(encoder, encoder.encode(starts), reference.encode(starts), range(len(starts)))
    if whole:
        expected = reference.encode(chosen.take(pa.array(whole)))
        _compare(encoder, rows, expected, positions[whole].tolist())


def _compare(encoder: RowEncoder, found: Rows, expected: Rows, samples: "range | list[int]") -> None:
    for i, sample in enumerate(samples):
        ours, theirs = _rows_of(found, sample), _rows_of(expected, i)
        same = len(ours) == len(theirs) and all(
            np.array_equal(found.flat.row(a), expected.flat.row(b)) for a, b in zip(ours, theirs, strict=True)
        )
        if not same:
            raise EngineFailed(f"{encoder.name} differs from transformers on a sample of the dataset")


def _rows_of(rows: Rows, sample: int) -> list[int]:
    if rows.source is None:
        return [sample]
    found: list[int] = np.flatnonzero(rows.source == sample).tolist()
    return found
