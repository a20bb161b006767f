"""A run with the arguments that most tests leave alone."""

from pathlib import Path
from typing import Any

from mistudio.pipeline.progress import silent
from mistudio.pipeline.tokenize.run import tokenize
from mistudio.schemas.metadata import TokenizationConfig, TokenizationResult
from tests.tokenizers import folder


def run(raw: Path, out: Path, tokenizer: str = "demo", **given: Any) -> TokenizationResult:
    """given: options of the configuration, and any of the run's own arguments by their names."""
    own = ("text_columns", "separator", "previous", "threads", "progress", "source")
    arguments: dict[str, Any] = {
        "text_columns": ["text"],
        "separator": "\n",
        "previous": [],
        "threads": 2,
        "progress": silent,
    }
    arguments |= {name: given.pop(name) for name in own if name in given}
    return tokenize(
        raw,
        folder(tokenizer),
        out,
        TokenizationConfig(tokenizer_name=tokenizer, **given),
        tokenizer_name=tokenizer,
        tokenizer_revision=None,
        **arguments,
    )
