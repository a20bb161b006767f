"""From what the child reports to what the job's row and the browsers say."""

import time
from dataclasses import dataclass
from typing import Any

SMOOTHING_S = 5.0  # the rate forgets what is older than about this
MEASURE_EVERY_S = 0.2

# The counted stages of each kind of job, in order. The percentage runs once from 0 to 100 through all of them.
STAGES = {
    "download": ("downloading", "reading"),
    "ingest": ("reading",),
    "tokenize": ("tokenizing",),
    "delete": ("deleting",),
    "export": ("exporting",),
}


@dataclass
class Meter:
    """The latest report, its rate, and a percentage that never goes back."""

    kind: str
    stage: str | None = None
    done: int | None = None
    total: int | None = None
    unit: str | None = None
    rate: float | None = None
    percent: float | None = None
    _stage_since: float = 0.0
    _mark: tuple[float, int] = (0.0, 0)  # when the rate was last computed, and what was done then

    def report(self, stage: str, done: int, total: int | None, unit: str) -> None:
        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.done, self.rate = stage, 0, None
            self._stage_since, self._mark = now, (now, done)
        self.done, self.total, self.unit = max(done, self.done or 0), total, unit
        self._measure(now)
        self._advance()

    def _measure(self, now: float) -> None:
        since, before = self._mark
        assert self.done is not None
        if now - since < MEASURE_EVERY_S:
            return
        current = (self.done - before) / (now - since)
        weight = (now - since) / min(SMOOTHING_S, now - self._stage_since)
        self.rate = current if self.rate is None else self.rate + min(1.0, weight) * (current - self.rate)
        self._mark = (now, self.done)

    def _advance(self) -> None:
        stages = STAGES.get(self.kind, ())
        if not self.total or self.done is None or self.stage not in stages:
            return
        share = (stages.index(self.stage) + min(1.0, self.done / self.total)) / len(stages)
        self.percent = max(self.percent or 0.0, 100.0 * share)

    def values(self) -> dict[str, Any]:
        """Columns of the job's row."""
        return {
            "stage": self.stage,
            "done": self.done,
            "total": self.total,
            "unit": self.unit,
            "rate": self.rate,
            "progress": self.percent,
        }
