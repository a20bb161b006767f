"""Jobs as requests and events show them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from mistudio.schemas.common import FailureInfo, Response


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self in TERMINAL_STATES


TERMINAL_STATES = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})
ACTIVE_STATES = frozenset(JobState) - TERMINAL_STATES


class JobKind(StrEnum):
    DOWNLOAD = "download"
    INGEST = "ingest"
    TOKENIZE = "tokenize"
    DELETE = "delete"
    EXPORT = "export"
    PREVIEW = "preview"


class JobView(Response):
    """One run of background work."""

    id: UUID
    kind: JobKind
    queue: str
    priority: int = Field(description="0 to 10, 10 first")
    dataset_id: UUID | None
    dataset_name: str | None = Field(description="the dataset's name when the job was made")
    tokenization_id: UUID | None
    state: JobState
    attempt: int
    stage: str | None
    progress: float | None = Field(description="percent of the stage, 0 to 100; null while the total is unknown")
    done: int | None
    total: int | None
    unit: str | None
    rate: float | None = Field(description="units per second, recent")
    eta_s: float | None = Field(description="seconds left in this stage, estimated from the rate")
    message: str | None
    error: FailureInfo | None
    result: dict[str, Any] | None = Field(description="what the job made, by kind")
    params: dict[str, Any]
    fence: int
    run_at: datetime | None = Field(description="when a retry starts")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPage(Response):
    items: list[JobView]
    total: int
    next_cursor: str | None


class LogLine(Response):
    at: datetime
    level: str
    event: str
    fields: dict[str, Any]


class JobLog(Response):
    """What happened to the job, oldest first: state changes, stages, attempts, errors."""

    job_id: UUID
    lines: list[LogLine]


class DatasetProgress(Response):
    """The payload of the Socket.IO event `dataset:progress`. Order by (fence, seq); older ones are ignored."""

    dataset_id: UUID | None
    job_id: UUID
    kind: JobKind
    tokenization_id: UUID | None
    state: JobState
    status: str | None = Field(description="the dataset's status")
    progress: float | None
    message: str | None
    error: FailureInfo | None
    stage: str | None
    done: int | None
    total: int | None
    unit: str | None
    rate: float | None
    eta_s: float | None
    fence: int
    seq: int
