"""Which fast engine may serve which tokenizer."""

from collections.abc import Callable
from typing import Any

from mistudio.pipeline.tokenize.engines.base import Engine
from mistudio.pipeline.tokenize.engines.fast import FastokensEngine
from mistudio.pipeline.tokenize.engines.giga import GigatokenEngine
from mistudio.pipeline.tokenize.engines.nano import NanotokenEngine
from mistudio.pipeline.tokenize.loading import LoadedTokenizer

EngineMaker = Callable[[str], Engine]


def fast_engines(loaded: LoadedTokenizer) -> list[EngineMaker]:
    """Engines worth proving for this tokenizer, the fastest first. None for Unigram: no fast one is exact.

    gigatoken composes some newly assigned combining marks unlike `tokenizers`, which a sample may not show.
    """
    if loaded.backend_json is None or getattr(loaded.tokenizer, "split_special_tokens", False):
        return []
    backend = loaded.tokenizer.backend_tokenizer
    if loaded.info.model_type == "WordPiece":
        return [NanotokenEngine]
    if loaded.info.model_type != "BPE":
        return []
    if _composes(backend.normalizer):
        return [FastokensEngine]
    return [GigatokenEngine, FastokensEngine] if backend.model.byte_fallback else [FastokensEngine, GigatokenEngine]


def _composes(normalizer: Any) -> bool:
    """Whether the normalizer holds a Unicode normal form. normalizer: of `tokenizers`, or None."""
    state = normalizer.__getstate__().decode() if normalizer is not None else ""
    return any(f'"{form}"' in state for form in ("NFC", "NFKC", "NFD", "NFKD"))
