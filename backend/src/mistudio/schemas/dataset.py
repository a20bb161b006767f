"""Datasets as requests and responses show them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from mistudio.schemas.common import FailureInfo, Request, Response
from mistudio.schemas.job import JobView
from mistudio.schemas.metadata import DatasetMetadata, DryRun, IngestOptions, TokenStatistics
from mistudio.schemas.tokenization import TokenizationBrief, TokenizationView
from mistudio.schemas.values import DisplayName, ShownText, Text, Whole


class DatasetSource(StrEnum):
    HUGGINGFACE = "HUGGINGFACE"
    LOCAL = "LOCAL"


class DatasetStatus(StrEnum):
    PENDING = "PENDING"
    DOWNLOADING = "DOWNLOADING"
    PROCESSING = "PROCESSING"
    DOWNLOADED = "DOWNLOADED"
    TOKENIZED = "TOKENIZED"
    ERROR = "ERROR"


class DatasetSummary(Response):
    """A dataset on a card."""

    id: UUID
    name: str
    source: DatasetSource
    status: DatasetStatus
    num_samples: int | None
    num_features: int | None
    size_bytes: int | None = Field(description="of the raw Arrow files")
    splits: dict[str, int] | None = Field(description="split → samples")
    repo_id: str | None
    config: str | None
    tokenizations: list[TokenizationBrief]
    active_jobs: list[JobView]
    error: FailureInfo | None = Field(description="why the last job on the raw data failed")
    deleting: bool
    created_at: datetime
    updated_at: datetime


class DatasetView(DatasetSummary):
    raw_path: str | None = Field(description="below the data directory; opens with datasets.load_from_disk")
    tokenized_path: str | None = Field(description="of the latest succeeded tokenization")
    metadata: DatasetMetadata


class DatasetPage(Response):
    items: list[DatasetSummary]
    total: int
    next_cursor: str | None


class DatasetPatch(Request):
    name: DisplayName | None = None
    text_columns: list[Text] | None = Field(None, min_length=1, max_length=1000)
    separator: Text | None = Field(None, max_length=100)


class DownloadRequest(Request):
    """A dataset of the Hub. `split` "all" or absent: every split of the config."""

    name: str = Field(min_length=1, max_length=200, examples=["roneneldan/TinyStories"])
    config: ShownText | None = Field(None, max_length=200)
    split: ShownText | None = Field(None, max_length=200)
    revision: str | None = Field(None, max_length=200, pattern=r"^[A-Za-z0-9._/\-]+$")
    max_samples: Whole | None = Field(None, ge=1, lt=2**53)
    max_bytes: Whole | None = Field(None, ge=1, lt=2**53)
    text_columns: list[Text] | None = Field(None, min_length=1, max_length=1000)
    display_name: DisplayName | None = None


class IngestRequest(IngestOptions):
    """A finished upload becomes a dataset."""

    upload_id: UUID
    name: DisplayName

    def options(self) -> IngestOptions:
        """How the file is read, without which file and what becomes of it."""
        return IngestOptions.model_validate(self.model_dump(exclude={"upload_id", "name"}))


class JobAccepted(Response):
    """The answer to every accepted piece of work. `Location` names the job."""

    dataset: DatasetView | None
    tokenization: TokenizationView | None
    job: JobView | None = Field(description="null when the result already exists")
    task_id: UUID | None = Field(description="the job's id")


class TokenizeAnswer(JobAccepted):
    """A tokenize request's answer: a job, a result that exists already, or with dry_run=true an estimate."""

    dry_run: DryRun | None


class Feature(Response):
    """A column, as the dataset viewer's API describes it."""

    feature_idx: int
    name: str
    type: dict[str, Any]


class SampleRow(Response):
    row_idx: int
    row: dict[str, Any]
    truncated_cells: list[str]


class SamplePage(Response):
    """Rows of a split, in the shape of the dataset viewer's API."""

    features: list[Feature]
    rows: list[SampleRow]
    num_rows_total: int = Field(description="rows in the split, or hits of the search")
    num_rows_per_page: int
    partial: bool = Field(description="true when a search ran out of time before the end")


class CellView(Response):
    """One whole cell."""

    split: str
    row_idx: int
    column: str
    value: Any


class ColumnStatistics(Response):
    name: str
    dtype: str
    is_text: bool


class DatasetStatistics(Response):
    """Raw columns, and the statistics of each finished tokenization."""

    dataset_id: UUID
    num_samples: int | None
    splits: dict[str, int] | None
    columns: list[ColumnStatistics]
    tokenizations: list[TokenizationView]
    latest: TokenStatistics | None = Field(description="totals of the latest tokenization")


class UsageEntry(Response):
    kind: str = Field(description="raw, tokenized, uploads, staging, tokenizers or services")
    dataset_id: UUID | None
    name: str | None
    size_bytes: int


class StorageView(Response):
    data_dir: str
    disk_total_bytes: int
    disk_free_bytes: int
    used_bytes: int
    reclaimable_bytes: int
    entries: list[UsageEntry]
