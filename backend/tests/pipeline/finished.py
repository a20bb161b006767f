"""Finished results for tests: raw rows and the demo tokenizer, tokenized under any configuration."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from mistudio.pipeline import vocabulary
from mistudio.pipeline.demo import make_tokenizer
from mistudio.pipeline.ingest import write_raw
from mistudio.pipeline.progress import silent
from mistudio.pipeline.sample_name import SAMPLE_TOKENIZER
from mistudio.pipeline.tokenize.fingerprint import fingerprint
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.tokenize.run import tokenize
from mistudio.schemas.metadata import RawSummary, SourceMetadata, TokenizationConfig, TokenizationResult

TEXTS = {
    "train": [f"a cat sat on hill {i}, and the {'very ' * (i % 40)}old dog ran over water" for i in range(150)],
    "test": ["", "one line", "the last words of the test split"],
}


@dataclass(frozen=True)
class Finished:
    """raw, tokenizer, path: directories. path: the result."""

    raw: Path
    tokenizer: Path
    path: Path
    config: TokenizationConfig
    summary: RawSummary
    result: TokenizationResult
    fingerprint: str


def finished(base: Path, tokenizer: Path, texts: dict[str, list[str]] = TEXTS, **options: Any) -> Finished:
    """Tokenize texts into base/result."""
    config = TokenizationConfig(**{"tokenizer_name": SAMPLE_TOKENIZER, "text_columns": ["text"], **options})
    splits = [(name, iter(pa.table({"text": rows}).to_batches(max_chunksize=40))) for name, rows in texts.items()]
    summary = write_raw(base / "raw", splits, ["text"], "\n", SourceMetadata(filename="set.jsonl"))
    result = tokenize(
        base / "raw",
        tokenizer,
        base / "result",
        config,
        tokenizer_name=config.tokenizer_name,
        tokenizer_revision=None,
        text_columns=["text"],
        separator="\n",
        previous=[],
        threads=1,
        progress=silent,
    )
    vocabulary.write(base / "result", load(tokenizer, config.tokenizer_name, None).tokenizer)
    identity = fingerprint(summary.fingerprint, result.tokenizer.fingerprint, config, ["text"], "\n")
    return Finished(base / "raw", tokenizer, base / "result", config, summary, result, identity)


def demo_folder(base: Path) -> Path:
    """The demo tokenizer's files below base."""
    make_tokenizer(base / "demo")
    return base / "demo"
