"""What a tokenizer is, read from its files as JSON: quick, and without importing the libraries that run it."""

import json
from pathlib import Path
from typing import Any

from mistudio.core.errors import TokenizerInvalid
from mistudio.pipeline.hub.shapes import TokenizerFacts

NO_LIMIT = 10**12  # transformers writes 10^30 where a tokenizer has no maximum length


def read_facts(directory: Path) -> TokenizerFacts:
    """Vocabulary size, special tokens and maximum length. Raises TokenizerInvalid when a file is malformed."""
    config = _read(directory / "tokenizer_config.json")
    fast = _read(directory / "tokenizer.json")
    model = fast.get("model") or {}
    limit = config.get("model_max_length")
    return TokenizerFacts(
        is_fast=bool(fast),
        model_type=model.get("type") or _guessed_type(model),
        vocab_size=_fast_size(fast) if fast else _slow_size(directory),
        model_max_length=int(limit) if isinstance(limit, (int, float)) and 0 < limit < NO_LIMIT else None,
        special_tokens=_special_tokens(_read(directory / "special_tokens_map.json") | config),
        has_chat_template=bool(config.get("chat_template")) or any(directory.glob("chat_template.*")),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):
        raise TokenizerInvalid(f"{path.name} is not valid JSON.") from None
    if not isinstance(found, dict):
        raise TokenizerInvalid(f"{path.name} is not a JSON object.")
    return found


def _guessed_type(model: dict[str, Any]) -> str | None:
    """Early files name no type: BPE has merges, Unigram scores."""
    if "merges" in model:
        return "BPE"
    return "Unigram" if isinstance(model.get("vocab"), list) else None


def _fast_size(fast: dict[str, Any]) -> int:
    """All ids, added tokens included."""
    vocabulary = (fast.get("model") or {}).get("vocab") or {}
    ids = set(range(len(vocabulary)) if isinstance(vocabulary, list) else vocabulary.values())
    ids.update(token["id"] for token in fast.get("added_tokens") or [] if isinstance(token.get("id"), int))
    return len(ids)


def _slow_size(directory: Path) -> int | None:
    added = len(_read(directory / "added_tokens.json"))
    if (directory / "vocab.json").exists():
        return len(_read(directory / "vocab.json")) + added
    if (directory / "vocab.txt").exists():
        return len((directory / "vocab.txt").read_bytes().splitlines()) + added
    return None  # a SentencePiece model's size is known once it is loaded


def _special_tokens(config: dict[str, Any]) -> dict[str, str]:
    """bos_token, eos_token, …: their text. A token is written as a string or as an object with its content."""
    found = {}
    for name, value in config.items():
        text = value.get("content") if isinstance(value, dict) else value
        if name.endswith("_token") and isinstance(text, str) and not name.startswith("add_"):
            found[name] = text
    return found
