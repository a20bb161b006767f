"""A result's vocabulary, kept beside it, so that its rows can be read as text without loading a tokenizer."""

import json
import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

FILE = "vocabulary.json"
_BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")


@dataclass(frozen=True)
class Vocabulary:
    """tokens[id]: the vocabulary's spelling, None for a gap. spelling: how that stands for text."""

    tokens: list[str | None]
    spelling: str
    specials: frozenset[int]

    @cached_property
    def _bytes(self) -> dict[str, int]:
        return {character: byte for byte, character in byte_characters().items()}

    def text(self, token_id: int) -> str:
        """What the token stands for; bytes that are only part of a character are written as \\xNN."""
        token = self.tokens[token_id] if 0 <= token_id < len(self.tokens) else None
        if token is None:
            return ""
        if token_id in self.specials:
            return token
        if self.spelling == "byte_level" and all(character in self._bytes for character in token):
            return bytes(self._bytes[character] for character in token).decode("utf-8", "backslashreplace")
        if self.spelling == "sentencepiece":
            single = _BYTE_TOKEN.fullmatch(token)
            if single:
                return bytes([int(single[1], 16)]).decode("utf-8", "backslashreplace")
            return token.replace("\u2581", " ")
        if self.spelling == "wordpiece":
            return token.removeprefix("##")
        return token


@lru_cache(maxsize=1)
def byte_characters() -> dict[int, str]:
    """byte → the printable character that byte-level BPE writes for it (as in GPT-2's encoder)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


def write(root: Path, tokenizer: Any) -> None:
    """tokenizer: of transformers. Durable when this returns."""
    spelled: dict[str, int] = tokenizer.get_vocab()
    tokens: list[str | None] = [None] * (max(spelled.values(), default=-1) + 1)
    for token, token_id in spelled.items():
        tokens[token_id] = token
    content = {"tokens": tokens, "spelling": _spelling(tokens), "specials": sorted(set(tokenizer.all_special_ids))}
    with (root / FILE).open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=True)
        file.flush()
        os.fsync(file.fileno())


def _spelling(tokens: list[str | None]) -> str:
    known = set(tokens)
    if all(character in known for character in (byte_characters()[0x20], byte_characters()[0x0A])):
        return "byte_level"
    if any(token is not None and token.startswith("\u2581") for token in tokens):
        return "sentencepiece"
    return "wordpiece" if any(token is not None and token.startswith("##") for token in tokens) else "plain"


def read(root: Path) -> Vocabulary:
    path = root / FILE
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Vocabulary:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Vocabulary(content["tokens"], content["spelling"], frozenset(content["specials"]))
