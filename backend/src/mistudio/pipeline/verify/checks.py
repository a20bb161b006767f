"""A result on the disk against what was recorded when it was made: recipe, tokenizer, identity, files, rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import xxhash

from mistudio.core.errors import AppError
from mistudio.pipeline.arrow_read import shard_files, split_names
from mistudio.pipeline.content_hash import ContentHash
from mistudio.pipeline.progress import Progress
from mistudio.pipeline.result_recipe import RECIPE, read_recipe
from mistudio.pipeline.tokenize.fingerprint import fingerprint
from mistudio.pipeline.tokenize.loading import LoadedTokenizer, load
from mistudio.pipeline.verify.rows import compare_rows
from mistudio.schemas.metadata import TokenizationConfig, TokenizerInfo
from mistudio.schemas.verification import Check, CheckName


@dataclass(frozen=True)
class Recorded:
    """What is known of a result beside its files. num_rows: split → rows."""

    config: TokenizationConfig
    tokenizer: TokenizerInfo
    raw_fingerprint: str
    fingerprint: str
    content_hash: str
    num_rows: dict[str, int]

    @property
    def columns(self) -> list[str]:
        return self.config.text_columns or []

    @property
    def separator(self) -> str:
        return self.config.text_separator or "\n"


def verify(
    raw: Path,
    result: Path,
    find_tokenizer: Callable[[], Path],
    recorded: Recorded,
    *,
    whole: bool,
    num_rows: int,
    seconds: float,
    progress: Progress,
) -> tuple[list[Check], int]:
    """The checks in the order in which people read them, and how many rows were made again.

    raw, result: DatasetDict directories. find_tokenizer: its folder, by name and revision. whole: hash every row.
    num_rows: how many random rows to tokenize again, as far as `seconds` allow. What goes wrong while a check
    runs fails that check.
    """
    checks = [_recipe(result, recorded)]
    loaded, tokenizer = _tokenizer(find_tokenizer, recorded)
    checks.append(tokenizer)
    if loaded is not None:
        checks.append(_identity(loaded, recorded))
    files, is_readable = _files(result, recorded)
    checks.append(files)
    if not is_readable:
        return checks, 0
    checks.append(_content(result, recorded, progress) if whole else _left_out())
    if loaded is None:
        return checks, 0
    rows, compared = _rows(raw, result, loaded, recorded, num_rows, seconds)
    return [*checks, rows], compared


def _recipe(result: Path, recorded: Recorded) -> Check:
    try:
        recipe = read_recipe(result)
    except (OSError, ValueError) as error:
        return Check(name="recipe", status="failed", detail=f"{RECIPE} cannot be read: {error}")
    return _compared(
        "recipe", "The content hash in mistudio.json", recorded.content_hash, str(recipe.get("content_hash"))
    )


def _tokenizer(find: Callable[[], Path], recorded: Recorded) -> tuple[LoadedTokenizer | None, Check]:
    info = recorded.tokenizer
    try:
        loaded = load(find(), info.name, info.revision)
    except AppError as error:
        return None, Check(name="tokenizer", status="failed", detail=f"{info.name}: {error.detail}")
    where = f"{info.name} at {info.revision[:12]}" if info.revision else info.name
    said = f"The content of the tokenizer {where}"
    return loaded, _compared("tokenizer", said, info.fingerprint, loaded.info.fingerprint)


def _identity(loaded: LoadedTokenizer, recorded: Recorded) -> Check:
    found = fingerprint(
        recorded.raw_fingerprint,
        loaded.info.fingerprint,
        recorded.config,
        recorded.columns,
        recorded.separator,
    )
    return _compared("identity", "The hash of data, tokenizer and configuration", recorded.fingerprint, found)


def _files(result: Path, recorded: Recorded) -> tuple[Check, bool]:
    """Whether all splits can be read and have their rows, which also says that the other checks can go on."""
    try:
        found = {split: _count(result, split) for split in split_names(result)}
    except (pa.ArrowInvalid, OSError, ValueError, KeyError, AppError) as error:
        return Check(name="files", status="failed", detail=f"The Arrow files cannot be read: {error}"), False
    expected = dict(sorted(recorded.num_rows.items()))
    return _compared(
        "files", "The number of rows of each split", _said(expected), _said(dict(sorted(found.items())))
    ), True


def _count(result: Path, split: str) -> int:
    rows = 0
    for path in shard_files(result, split):
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
            rows += sum(batch.num_rows for batch in reader)
    return rows


def _said(rows: dict[str, int]) -> str:
    return ", ".join(f"{split}: {count}" for split, count in rows.items())


def _content(result: Path, recorded: Recorded, progress: Progress) -> Check:
    """The hash that was recorded when the rows were written, computed again from the files."""
    paths = {split: shard_files(result, split) for split in split_names(result)}
    total = sum(path.stat().st_size for files in paths.values() for path in files)
    done = 0
    hashes: dict[str, str] = {}
    try:
        for split, files in paths.items():
            content: ContentHash | None = None
            for path in files:
                progress("verifying", done, total, "bytes")
                with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
                    content = content or ContentHash(reader.schema)
                    for batch in reader:
                        batch.validate(full=True)  # a damaged border must not lead out of the file
                        content.update(batch)
                done += path.stat().st_size
            hashes[split] = content.hexdigest() if content else ""
    except (pa.ArrowInvalid, OSError) as error:
        return Check(name="content", status="failed", detail=f"The Arrow files are damaged: {error}")
    progress("verifying", total, total, "bytes")
    found = xxhash.xxh3_128(json.dumps(hashes).encode()).hexdigest()
    return _compared("content", "The hash of every row", recorded.content_hash, found)


def _left_out() -> Check:
    return Check(
        name="content", status="skipped", detail="The result is large; ask with full=true to hash every row."
    )


def _rows(
    raw: Path, result: Path, loaded: LoadedTokenizer, recorded: Recorded, num_rows: int, seconds: float
) -> tuple[Check, int]:
    try:
        found = compare_rows(
            raw, result, loaded, recorded.config, recorded.columns, recorded.separator, num_rows, seconds
        )
    except (AppError, pa.ArrowInvalid, OSError, IndexError) as error:
        said = error.detail if isinstance(error, AppError) else str(error)
        return Check(name="rows", status="failed", detail=f"Rows cannot be made again: {said}"), 0
    if found.differing:
        listed = ", ".join(found.differing[:10])
        detail = f"{len(found.differing)} of {found.compared} random rows differ from transformers: {listed}."
        return Check(name="rows", status="failed", detail=detail), found.compared
    detail = f"{found.compared} random rows are what transformers makes of their texts."
    return Check(name="rows", status="passed", detail=detail), found.compared


def _compared(name: CheckName, what: str, expected: str, found: str) -> Check:
    same = expected == found
    said = "is as recorded" if same else "is not what was recorded"
    return Check(
        name=name, status="passed" if same else "failed", detail=f"{what} {said}.", expected=expected, found=found
    )
