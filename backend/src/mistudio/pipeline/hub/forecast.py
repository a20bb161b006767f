"""What a download will cost in bytes, before it starts."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from mistudio.core.errors import DiskFull
from mistudio.pipeline.hub.shapes import Forecast, HubFile, HubSplit

# Arrow bytes per stored byte, where the card does not say. Measured on English text.
GROWTH_PARQUET, GROWTH_COMPRESSED, GROWTH_PLAIN = 2.5, 4.0, 1.1
ROW_BYTES = 4096  # a generous row, where neither rows nor sizes are known


def forecast(splits: Sequence[HubSplit], max_samples: int | None = None, max_bytes: int | None = None) -> Forecast:
    """Bytes to download and bytes once read.

    max_samples, max_bytes: per split; then only what is needed is read over the network and nothing is kept twice.
    """
    parts = [_split(split, max_samples, max_bytes) for split in splits]
    download, arrow = sum(part[0] for part in parts), sum(part[1] for part in parts)
    sampled = max_samples is not None or max_bytes is not None
    counts = [split.num_rows for split in splits]
    rows = None
    if all(count is not None for count in counts) and max_bytes is None:
        rows = sum(min(count or 0, max_samples or count or 0) for count in counts)
    return Forecast(
        download_bytes=download,
        arrow_bytes=arrow,
        disk_bytes=arrow if sampled else arrow + download,
        num_rows=rows,
        exact=not sampled and all(split.is_exact for split in splits),
    )


def check_disk(folder: Path, needed: int, kept_free: int) -> None:
    """Raise DiskFull (extra: needed, free) when the disk of `folder` has no room for `needed` bytes more."""
    free = shutil.disk_usage(folder).free
    if free < needed + kept_free:
        raise DiskFull(
            f"This needs about {_gigabytes(needed)} of disk and leaves {_gigabytes(kept_free)} free; "
            f"{_gigabytes(free)} are there.",
            needed=needed,
            free=free,
        )


def _split(split: HubSplit, max_samples: int | None, max_bytes: int | None) -> tuple[int, int]:
    stored = split.num_bytes
    arrow = split.num_bytes_arrow
    if max_samples is None and max_bytes is None:
        return stored, arrow
    taken = arrow
    if max_samples is not None:
        per_row = arrow / split.num_rows if split.num_rows else ROW_BYTES
        taken = min(taken, int(max_samples * per_row))
    taken = min(taken, max_bytes if max_bytes is not None else taken)
    return int(stored * taken / arrow) if arrow else 0, taken


def estimated_arrow(files: Iterable[HubFile]) -> int:
    """Bytes that the files' rows take on disk once read, by what their format usually grows to."""
    return int(sum(file.size * _growth(file.path) for file in files))


def _growth(path: str) -> float:
    if path.endswith(".parquet"):
        return GROWTH_PARQUET
    return GROWTH_COMPRESSED if path.endswith((".gz", ".zst")) else GROWTH_PLAIN


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
