"""Exports: a result's rows as files of another format, to take away."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from mistudio.schemas.common import FailureInfo, Request, Response
from mistudio.schemas.dataset import JobAccepted
from mistudio.schemas.job import JobState
from mistudio.schemas.metadata import Shape

ExportFormat = Literal["parquet", "jsonl", "saelens", "bin"]
_ONLY_FOR = {"compression": ("parquet", "saelens"), "pieces": ("jsonl",), "append_eos": ("bin",)}


class ExportRequest(Request):
    """What to write. Options that another format has are refused."""

    format: ExportFormat
    split: str | None = Field(None, max_length=100, description="default: every split")
    compression: Literal["zstd", "snappy", "none"] = Field("zstd", description="parquet and saelens: of the pages")
    pieces: bool = Field(False, description="jsonl: also the text of every token")
    append_eos: bool | None = Field(
        None, description="bin: end every document with the end-of-sequence token; default: yes, unless packed"
    )

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        for name in _ONLY_FOR.keys() & self.model_fields_set:
            if self.format not in _ONLY_FOR[name]:
                raise ValueError(f"{name} is an option of {' and '.join(_ONLY_FOR[name])}")
        return self

    def canonical(self) -> dict[str, Any]:
        """The request with every default written out, but for options of other formats."""
        others = {name for name, formats in _ONLY_FOR.items() if self.format not in formats}
        return self.model_dump(mode="json", exclude=others)


class ExportFile(Shape):
    path: str = Field(description="below the export's directory, with forward slashes")
    size_bytes: int


class Exported(Shape):
    """What an export wrote; also in its own export.json."""

    format: ExportFormat
    num_rows: dict[str, int] = Field(description="split → rows, or for bin documents")
    content_hash: str = Field(description="of the result that was exported")
    details: dict[str, Any] = Field(default_factory=dict, description="by format: dtype, eos_token_id, column, …")
    files: list[ExportFile] = Field(default_factory=list)
    size_bytes: int = 0


class ExportView(Response):
    """One export: its job while that runs, and its files once they are there."""

    id: UUID = Field(description="the job's id")
    tokenization_id: UUID
    format: ExportFormat
    options: dict[str, Any] = Field(description="the request, with every default written out")
    state: JobState
    progress: float | None
    path: str | None = Field(description="below the data directory, once it is there")
    num_rows: dict[str, int] | None
    details: dict[str, Any] | None
    files: list[ExportFile] | None
    size_bytes: int | None
    error: FailureInfo | None
    created_at: datetime
    finished_at: datetime | None


class ExportList(Response):
    items: list[ExportView]


class ExportAccepted(JobAccepted):
    export: ExportView
