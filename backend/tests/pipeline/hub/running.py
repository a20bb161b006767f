"""One download, as a worker runs it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mistudio.pipeline.hub.download import download
from mistudio.pipeline.hub.shapes import DownloadLimits
from mistudio.schemas.metadata import HubRequest, RawSummary

LIMITS = DownloadLimits(silence_s=0.4, free_disk_bytes=0, parallel=2)


@dataclass
class Report:
    """Progress as it was reported."""

    lines: list[tuple[str, int, int | None, str]] = field(default_factory=list)

    def __call__(self, stage: str, done: int, total: int | None, unit: str) -> None:
        self.lines.append((stage, done, total, unit))

    def of(self, stage: str) -> list[int]:
        return [done for name, done, _, _ in self.lines if name == stage]


def run(
    endpoint: str,
    base: Path,
    *,
    token: str | None = None,
    previous: Sequence[Path] = (),
    limits: DownloadLimits = LIMITS,
    progress: Any = None,
    work: str = "work",
    **request: Any,
) -> RawSummary:
    """Download into base/out by way of base/work."""
    out, asked = base / "out", HubRequest(**request)
    return download(asked, out, base / work, previous, endpoint, token, limits, progress or Report())
