"""Loading a tokenizer from a local folder, and what identifies its content."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import xxhash
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from mistudio.core.errors import TokenizerInvalid, TokenizerNeedsCode
from mistudio.schemas.metadata import TokenizerInfo

# transformers stands for "no limit" with 10**30.
NO_LIMIT = 10**9
SPECIAL = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")


@dataclass(frozen=True)
class LoadedTokenizer:
    """A tokenizer and its facts. backend_json: the Rust tokenizer's own state; None for a Python tokenizer.

    The state is taken from the loaded object, not from tokenizer.json: transformers changes some on loading.
    """

    tokenizer: PreTrainedTokenizerBase
    info: TokenizerInfo
    backend_json: str | None
    directory: Path

    @property
    def pad_id(self) -> int | None:
        """The padding token, or where there is none the end-of-sequence token."""
        own: int | None = self.tokenizer.pad_token_id
        eos: int | None = self.tokenizer.eos_token_id
        return own if own is not None and own >= 0 else eos

    @property
    def pads_with_eos(self) -> bool:
        return self.info.special_tokens.get("pad_token_id") is None

    @property
    def has_type_ids(self) -> bool:
        return "token_type_ids" in self.tokenizer.model_input_names


def load(directory: Path, name: str, revision: str | None) -> LoadedTokenizer:
    """Load a tokenizer from local files alone; code in the folder is never run.

    Padding and truncation that the files carry are removed. Raises TokenizerInvalid, TokenizerNeedsCode.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            str(directory), local_files_only=True, trust_remote_code=False, use_fast=True
        )
    except Exception as error:  # the Rust parser raises nothing narrower for a file it cannot read
        if "trust_remote_code" in str(error):
            raise TokenizerNeedsCode from error
        raise TokenizerInvalid(f"The files of {name} cannot be loaded: {_first_line(error)}") from error
    backend_json = _plain_backend(tokenizer, name) if tokenizer.is_fast else None
    info = _info(tokenizer, name, revision, backend_json, directory)
    return LoadedTokenizer(tokenizer, info, backend_json, directory)


def _plain_backend(tokenizer: PreTrainedTokenizerBase, name: str) -> str:
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    if getattr(backend.model, "dropout", None):
        raise TokenizerInvalid(f"{name} uses BPE dropout: the same text gives other tokens every time.")
    text: str = backend.to_str()
    return text


def _info(
    tokenizer: PreTrainedTokenizerBase, name: str, revision: str | None, backend_json: str | None, directory: Path
) -> TokenizerInfo:
    special: dict[str, str | int | None] = {}
    for role in SPECIAL:
        special[f"{role}_token"] = getattr(tokenizer, f"{role}_token")
        special[f"{role}_token_id"] = getattr(tokenizer, f"{role}_token_id")
    limit = int(min(tokenizer.model_max_length, NO_LIMIT))
    return TokenizerInfo(
        name=name,
        revision=revision,
        fingerprint=_fingerprint(tokenizer, backend_json, directory),
        tokenizer_class=type(tokenizer).__name__,
        model_type=type(tokenizer.backend_tokenizer.model).__name__ if tokenizer.is_fast else "Python",
        is_fast=bool(tokenizer.is_fast),
        vocab_size=vocabulary_size(tokenizer),
        model_max_length=limit if limit < NO_LIMIT else None,
        special_tokens=special,
        has_chat_template=bool(tokenizer.chat_template),
        padding_side=_side(tokenizer.padding_side),
        truncation_side=_side(tokenizer.truncation_side),
    )


def vocabulary_size(tokenizer: PreTrainedTokenizerBase) -> int:
    """One more than the largest id that the tokenizer can give; ids may have gaps."""
    return max(len(tokenizer), max(tokenizer.get_vocab().values(), default=-1) + 1)


def _fingerprint(tokenizer: PreTrainedTokenizerBase, backend_json: str | None, directory: Path) -> str:
    """Hash of what decides the ids: two folders with the same content have the same fingerprint."""
    content: dict[str, Any] = {
        "special": {role: getattr(tokenizer, f"{role}_token") for role in SPECIAL},
        "special_ids": sorted(tokenizer.all_special_ids),
        "inputs": list(tokenizer.model_input_names),
        "template": tokenizer.chat_template,
        "sides": [tokenizer.padding_side, tokenizer.truncation_side],
        "split_special_tokens": bool(getattr(tokenizer, "split_special_tokens", False)),
        "pad_token_type_id": tokenizer.pad_token_type_id,
        "limit": min(tokenizer.model_max_length, NO_LIMIT),
    }
    if backend_json is not None:
        content["backend"] = xxhash.xxh3_128(backend_json.encode()).hexdigest()
    else:
        content["class"] = type(tokenizer).__name__
        content["files"] = {
            path.name: xxhash.xxh3_128(path.read_bytes()).hexdigest()
            for path in sorted(directory.iterdir())
            if path.is_file() and path.suffix in {".json", ".txt", ".model", ".vocab", ".bpe", ".tiktoken"}
        }
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return xxhash.xxh3_128(text.encode()).hexdigest()


def _side(side: str) -> Literal["left", "right"]:
    return "left" if side == "left" else "right"


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
