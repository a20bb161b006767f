"""Which files of a repository make which split: by the rules of `datasets`, over a list of names alone.

The rules are those of the installed `datasets`; it is given the repository's list of files as a file system of its
own, so that a pattern from a repository's card can name nothing but files of that repository.
"""

import re
from collections.abc import Iterable
from glob import has_magic
from typing import Any

import fsspec
from datasets import DownloadConfig
from datasets.data_files import EmptyDatasetError, get_data_patterns, resolve_pattern, sanitize_patterns
from datasets.packaged_modules import _ALL_ALLOWED_EXTENSIONS
from fsspec.utils import glob_translate

from mistudio.core.errors import HubNoData

PROTOCOL = "mistudio-listing"
ROOT = f"{PROTOCOL}://repository"
MOST_WILDCARDS = 4  # in one part of a path, and of "**" in all of it: matching tries every way to share out a name


class ListingFileSystem(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """File names without files. Knows `glob`, which is all that resolving a pattern needs."""

    protocol = PROTOCOL
    cachable = False

    def __init__(self, paths: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self._paths = [f"repository/{path}" for path in paths]

    def glob(self, path: str, maxdepth: int | None = None, **_: Any) -> dict[str, dict[str, str]]:
        matches = re.compile(glob_translate(self._strip_protocol(path))).match
        return {name: {"name": name, "type": "file"} for name in self._paths if matches(name)}


fsspec.register_implementation(PROTOCOL, ListingFileSystem, clobber=True)


class Listing:
    """The files of a repository, ready for patterns."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._config = DownloadConfig(storage_options={PROTOCOL: {"paths": tuple(paths)}})

    def default_patterns(self, folder: str) -> dict[str, list[str]]:
        """split → patterns for a folder without instructions. Raises HubNoData when it holds no files."""
        try:
            found: dict[str, list[str]] = get_data_patterns(_base(folder), self._config)
        except EmptyDatasetError:
            raise HubNoData("There are no data files.") from None
        return found

    def given_patterns(self, data_files: Any) -> dict[str, list[str]]:
        """split → patterns from a card's `data_files`. Raises HubNoData when malformed or pointing elsewhere."""
        try:
            patterns: dict[str, list[str]] = sanitize_patterns(data_files)
        except (ValueError, TypeError):
            raise HubNoData("The card's data_files are malformed.") from None
        for pattern in (one for several in patterns.values() for one in several):
            _check(pattern)
        return patterns

    def files(self, patterns: list[str], folder: str) -> list[str]:
        """Paths that match any of the patterns below the folder, each once, in the order of the patterns.

        Raises HubNoData when a file that is named in full is not there.
        """
        found: dict[str, None] = {}
        for pattern in patterns:
            try:
                matched = resolve_pattern(pattern, _base(folder), _ALL_ALLOWED_EXTENSIONS, self._config)
            except FileNotFoundError:
                if not has_magic(pattern):
                    raise HubNoData(f"The card names {pattern[:200]!r}, which is not there.") from None
                continue
            found |= dict.fromkeys(path.removeprefix(f"{ROOT}/") for path in matched)
        return list(found)


def _check(pattern: Any) -> None:
    """Raise HubNoData for a pattern that leaves the repository, or that would take for ever to match."""
    shown = str(pattern)[:200]
    if not isinstance(pattern, str) or "::" in pattern or ":/" in pattern or pattern.startswith("/"):
        raise HubNoData(f"The card names {shown!r}, which is outside of the repository.")
    parts = pattern.split("/")
    if ".." in parts:
        raise HubNoData(f"The card names {shown!r}, which is outside of the repository.")
    if parts.count("**") > MOST_WILDCARDS or any(part.count("*") > MOST_WILDCARDS for part in parts):
        raise HubNoData(f"The card's pattern {shown!r} has too many wildcards.")


def _base(folder: str) -> str:
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    if ".." in parts or ":" in folder:
        raise HubNoData(f"The card names the folder {folder[:200]!r}, which is outside of the repository.")
    return "/".join([ROOT, *parts])
