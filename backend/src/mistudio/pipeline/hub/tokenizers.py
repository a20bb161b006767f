"""Tokenizers of the Hub, kept by content, so that a tokenization can be repeated without the Hub.

store/{fingerprint}/…                the files, of one content
store/names/{namespace}--{name}@{sha}    the fingerprint of what that commit holds
"""

import hashlib
import json
import os
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mistudio.core.errors import HubUnreachable, TokenizerInvalid, TokenizerNeedsCode, TokenizerNotFound
from mistudio.pipeline.hub.client import Origin
from mistudio.pipeline.hub.errors import disk_full_as_ours
from mistudio.pipeline.hub.names import check_model_name, check_revision
from mistudio.pipeline.hub.repository import SMALL_FILE_BYTES, Repository, pin, read_file

VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "vocab.bpe", "*.model", "*.tiktoken")
BESIDE = (
    "added_tokens.json",
    "additional_chat_templates/*.jinja",
    "chat_template.jinja",
    "chat_template.json",
    "config.json",
    "merges.txt",
    "special_tokens_map.json",
    "tokenizer_config.json",
)


@dataclass(frozen=True)
class KeptTokenizer:
    """A tokenizer in the store. fingerprint: SHA-256 over its files' names and contents."""

    directory: Path
    name: str
    sha: str
    fingerprint: str


def fetch(name: str, revision: str | None, store: Path, endpoint: str, token: str | None) -> KeptTokenizer:
    """The tokenizer of a model repository at a revision (default: main), from the store or from the Hub.

    A revision given as a commit id that was fetched before needs no Hub. Raises the errors of `pin`;
    TokenizerNotFound when the repository has no tokenizer files; TokenizerNeedsCode when they are code;
    HubUnreachable (extra: kept, the commits in the store).
    """
    check_model_name(name)
    kept = find(name, check_revision(revision), store) if revision else None
    if kept is not None:
        return kept
    try:
        repository = pin("model", name, revision, Origin(endpoint, token))
        return find(name, repository.sha, store) or _keep(repository, store)
    except HubUnreachable as error:
        commits = known_commits(name, store)
        if not commits:
            raise
        hint = f" Commit {commits[0][:12]} of {name} is kept here: name it as the revision to use it."
        raise HubUnreachable(error.detail + hint, **error.extra, kept=commits) from None


def find(name: str, sha: str, store: Path) -> KeptTokenizer | None:
    """The tokenizer of a commit, if the store has it."""
    try:
        fingerprint = _entry(name, sha, store).read_text()
    except FileNotFoundError:
        return None
    directory = store / fingerprint
    return KeptTokenizer(directory, name, sha, fingerprint) if directory.is_dir() else None


def known_commits(name: str, store: Path) -> list[str]:
    """The commits of a repository that are in the store, the last fetched first."""
    entries = _entry(name, "", store).parent.glob(f"{_entry(name, '', store).name}*")
    return [path.name.rpartition("@")[2] for path in sorted(entries, key=lambda p: p.stat().st_mtime, reverse=True)]


def tokenizer_paths(repository: Repository) -> list[str]:
    """The files of the repository that make its tokenizer. Raises TokenizerNotFound, TokenizerNeedsCode."""
    small = [path for path, file in repository.files.items() if file.size <= SMALL_FILE_BYTES]
    vocabularies = [path for path in small if _matches(path, VOCABULARIES)]
    beside = [path for path in small if _matches(path, BESIDE)]
    if not vocabularies:
        code = [path for path in small if path.startswith("tokenization_") and path.endswith(".py")]
        if code:
            raise TokenizerNeedsCode(f"The tokenizer of {repository.name} is code of its own ({code[0]}).")
        raise TokenizerNotFound(f"{repository.name} has no tokenizer files.", url=repository.page)
    return vocabularies + beside


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(path.count("/") == pattern.count("/") and fnmatchcase(path, pattern) for pattern in patterns)


def _keep(repository: Repository, store: Path) -> KeptTokenizer:
    paths = tokenizer_paths(repository)
    with ThreadPoolExecutor(4, "hub-tokenizer") as pool:
        contents = dict(zip(paths, pool.map(lambda path: read_file(repository, path), paths), strict=True))
    if "tokenizer.json" not in contents and "AutoTokenizer" in _json(contents, "tokenizer_config.json").get(
        "auto_map", {}
    ):
        raise TokenizerNeedsCode(f"The tokenizer of {repository.name} is code of its own.")
    fingerprint = content_fingerprint(contents)
    with disk_full_as_ours():
        _publish(contents, store, fingerprint)
        entry = _entry(repository.name, repository.sha, store)
        entry.parent.mkdir(parents=True, exist_ok=True)
        _write(entry.with_name(f".{uuid.uuid4().hex}"), fingerprint.encode()).replace(entry)
    return KeptTokenizer(store / fingerprint, repository.name, repository.sha, fingerprint)


def content_fingerprint(contents: dict[str, bytes]) -> str:
    """SHA-256 over the names and contents of a tokenizer's files."""
    lines = (f"{path} {hashlib.sha256(content).hexdigest()}\n" for path, content in sorted(contents.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _publish(contents: dict[str, bytes], store: Path, fingerprint: str) -> None:
    """Write the files aside and rename them into place; who comes second finds the same content there."""
    if (store / fingerprint).is_dir():
        return
    aside = store / f".{uuid.uuid4().hex}"
    try:
        for path, content in contents.items():
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            _write(aside / path, content)
        aside.rename(store / fingerprint)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        if not (store / fingerprint).is_dir():
            raise


def _write(path: Path, content: bytes) -> Path:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return path


def _entry(name: str, sha: str, store: Path) -> Path:
    # "--" is in no name on the Hub, so the entry of one repository is never that of another
    return store / "names" / f"{name.replace('/', '--')}@{sha.replace('/', '--')}"


def _json(contents: dict[str, bytes], path: str) -> dict[str, Any]:
    try:
        found = json.loads(contents.get(path, b"{}"))
    except ValueError:
        raise TokenizerInvalid(f"{path} is not valid JSON.") from None
    return found if isinstance(found, dict) else {}
