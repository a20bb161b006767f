"""Tokenizations as requests and responses show them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from mistudio.schemas.common import FailureInfo, Request, Response
from mistudio.schemas.metadata import (
    ROW_OPTIONS,
    EngineInfo,
    TokenizationConfig,
    TokenizationStatistics,
    TokenizerInfo,
    TokenPreviewRow,
)
from mistudio.schemas.values import Whole


class TokenizationStatus(StrEnum):
    """QUEUED and RUNNING while a job works on it, READY once published; ERROR holds the last failure."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    READY = "READY"
    ERROR = "ERROR"
    DELETING = "DELETING"


class TokenizationBrief(Response):
    """A tokenization on a dataset's card."""

    id: UUID
    tokenizer_name: str
    max_length: int | None = Field(description="null when packed")
    context_size: int | None = Field(description="the row length when packed")
    status: TokenizationStatus
    num_tokens: int | None


class TokenizationView(TokenizationBrief):
    dataset_id: UUID
    config: TokenizationConfig
    fingerprint: str | None = Field(description="identity: raw data, tokenizer content, configuration")
    path: str | None = Field(description="below the data directory; opens with datasets.load_from_disk")
    size_bytes: int | None
    num_samples: int | None
    tokenizer: TokenizerInfo | None
    engine: EngineInfo | None
    statistics: TokenizationStatistics | None
    columns: list[str] | None
    content_hash: str | None
    error: FailureInfo | None
    created_at: datetime
    finished_at: datetime | None


class TokenizationList(Response):
    items: list[TokenizationView]


class TokenizationRequest(TokenizationConfig):
    """A configuration as it is asked for. `packing` sets the row length itself and stands without row options."""

    @model_validator(mode="after")
    def _packing_stands_alone(self) -> Self:
        clash = {name for name in ROW_OPTIONS & self.model_fields_set if getattr(self, name) is not None}
        if self.packing is not None and clash:
            raise ValueError(f"packing sets the row length itself; leave out {', '.join(sorted(clash))}")
        return self


class TokenizerPreviewRequest(Request):
    """Either texts, or rows of a dataset; under one to four configurations."""

    texts: list[str] | None = Field(None, max_length=20)
    dataset_id: UUID | None = None
    split: str | None = Field(None, max_length=200)
    rows: list[Annotated[Whole, Field(ge=0, lt=2**53)]] | None = Field(None, min_length=1, max_length=20)
    configs: list[TokenizationRequest] = Field(min_length=1, max_length=4)


class TokenizerPreviewResult(Response):
    """One configuration's view of every text."""

    config: TokenizationConfig
    tokenizer: TokenizerInfo | None
    rows: list[TokenPreviewRow]
    error: FailureInfo | None = Field(description="why this configuration gives no tokens")


class TokenizerPreview(Response):
    texts: list[str]
    results: list[TokenizerPreviewResult]
