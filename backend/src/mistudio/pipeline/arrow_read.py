"""Reads what arrow_store writes, by memory map and with pyarrow alone: cheap enough for a request.

root/dataset_dict.json
root/{split}/data-00000-of-00002.arrow, …, state.json, dataset_info.json
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from mistudio.core.errors import SplitNotFound


def split_names(root: Path) -> list[str]:
    names: list[str] = json.loads((root / "dataset_dict.json").read_text())["splits"]
    return names


def shard_files(root: Path, split: str) -> list[Path]:
    """The split's Arrow files in order. Raises SplitNotFound for a name that the dataset does not list."""
    if split not in split_names(root):
        raise SplitNotFound(f"There is no split {split!r}.", splits=split_names(root))
    state: dict[str, list[dict[str, str]]] = json.loads((root / split / "state.json").read_text())
    return [root / split / entry["filename"] for entry in state["_data_files"]]


def open_split(root: Path, split: str) -> pa.Table:
    """The whole split as a memory-mapped table: no copy, no read until a page is touched."""
    tables = [pa.ipc.open_stream(pa.memory_map(str(path))).read_all() for path in shard_files(root, split)]
    return pa.concat_tables(tables)


def open_splits(root: Path) -> Iterator[tuple[str, pa.Table]]:
    for split in split_names(root):
        yield split, open_split(root, split)
