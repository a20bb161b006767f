"""Repositories as the Hub keeps them: commits of named blobs, and branches that point to commits."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

LFS_SUFFIXES = {".parquet", ".arrow", ".gz", ".zst", ".zip", ".bin", ".safetensors", ".model"}
LFS_BYTES = 1_000_000
CONVERTED = "refs/convert/parquet"


@dataclass(frozen=True)
class Blob:
    """One file's content, on disk."""

    source: Path

    @cached_property
    def size(self) -> int:
        return self.source.stat().st_size

    @cached_property
    def _digests(self) -> tuple[str, str]:
        sha1, sha256 = hashlib.sha1(b"blob %d\0" % self.size), hashlib.sha256()
        with self.source.open("rb") as f:
            while chunk := f.read(1 << 20):
                sha1.update(chunk)
                sha256.update(chunk)
        return sha1.hexdigest(), sha256.hexdigest()

    @property
    def oid(self) -> str:
        """The git object id."""
        return self._digests[0]

    @property
    def sha256(self) -> str:
        return self._digests[1]


@dataclass
class Repository:
    """kind: "datasets" or "models". gated: False, "auto" or "manual". files are written below `store`."""

    kind: str
    name: str
    store: Path
    gated: bool | str = False
    private: bool = False
    disabled: bool = False
    downloads: int = 0
    likes: int = 0
    last_modified: str = "2026-01-02T03:04:05.000Z"
    commits: dict[str, dict[str, Blob]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def commit(self, files: Mapping[str, bytes | str | Path], branch: str = "main") -> str:
        """Add or replace files on a branch; a Path is served from where it lies. Returns the new commit's id."""
        tree = dict(self.commits.get(self.branches.get(branch, ""), {}))
        for path, content in files.items():
            tree[path] = Blob(content if isinstance(content, Path) else self._keep(content))
        listing = "\n".join(f"{path} {blob.sha256}" for path, blob in sorted(tree.items()))
        sha = hashlib.sha1(f"{branch} {len(self.commits)}\n{listing}".encode()).hexdigest()
        self.commits[sha] = dict(sorted(tree.items()))
        self.branches[branch] = sha
        return sha

    def squash(self) -> None:
        """Forget every commit that no branch points to."""
        self.commits = {sha: self.commits[sha] for sha in self.branches.values()}

    def resolve(self, revision: str | None) -> str | None:
        """The commit a branch name or commit id stands for."""
        revision = revision or "main"
        return self.branches.get(revision, revision if revision in self.commits else None)

    def card(self, sha: str) -> dict[str, Any]:
        """The YAML block at the head of README.md, as the Hub parses it for its listings."""
        readme = self.commits[sha].get("README.md")
        text = readme.source.read_text() if readme else ""
        if not text.startswith("---\n") or "\n---" not in text[4:]:
            return {}
        try:
            parsed = yaml.safe_load(text[4 : text.index("\n---", 4)])
            card = json.loads(json.dumps(parsed, default=str))
        except (yaml.YAMLError, RecursionError, ValueError):
            return {}
        return card if isinstance(card, dict) else {}

    def info(self, sha: str, full: bool) -> dict[str, Any]:
        card = self.card(sha)
        tags = [f"license:{card['license']}"] if "license" in card else []
        info: dict[str, Any] = {
            "_id": hashlib.md5(self.name.encode()).hexdigest()[:24],
            "id": self.name,
            "author": self.name.split("/")[0],
            "sha": sha,
            "lastModified": self.last_modified,
            "createdAt": self.last_modified,
            "private": self.private,
            "gated": self.gated,
            "disabled": self.disabled,
            "downloads": self.downloads,
            "likes": self.likes,
            "tags": tags + [f"language:{code}" for code in card.get("language", [])],
        }
        if self.kind == "models":
            info["modelId"] = self.name
        if full:
            info["cardData"] = card
            info["siblings"] = [{"rfilename": path} for path in self.commits[sha]]
        return info

    def _keep(self, content: bytes | str) -> Path:
        data = content.encode() if isinstance(content, str) else content
        path = self.store / hashlib.sha256(data).hexdigest()
        if not path.exists():
            self.store.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return path


def is_large(path: str, blob: Blob) -> bool:
    """Whether the Hub keeps the file in its file store and answers with a redirect."""
    return Path(path).suffix in LFS_SUFFIXES or blob.size >= LFS_BYTES


def entry(path: str, blob: Blob) -> dict[str, Any]:
    """A file as the tree routes list it."""
    listed: dict[str, Any] = {"type": "file", "oid": blob.oid, "size": blob.size, "path": path}
    if is_large(path, blob):
        listed["lfs"] = {"oid": blob.sha256, "size": blob.size, "pointerSize": 130}
    return listed
