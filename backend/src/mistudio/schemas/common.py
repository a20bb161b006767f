"""What all requests and responses share."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Request(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Response(BaseModel):
    model_config = ConfigDict(from_attributes=True, ser_json_inf_nan="null")


class FieldError(Response):
    loc: list[str | int]
    msg: str
    type: str


class Problem(Response):
    """application/problem+json, RFC 9457. Further members depend on the code (row, column, job_id, url, …)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldError] | None = None


class FailureInfo(Response):
    """Why a job failed: the same words a request would have got."""

    code: str
    title: str
    detail: str
    extra: dict[str, Any] = Field(default_factory=dict)
