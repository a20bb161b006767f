"""What a result's verification says."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from mistudio.schemas.common import Response
from mistudio.schemas.metadata import Shape

CheckName = Literal["recipe", "tokenizer", "identity", "files", "content", "rows"]


class Check(Shape):
    """One comparison. expected, found: what was compared; null where words alone say it."""

    name: CheckName
    status: Literal["passed", "failed", "skipped"]
    detail: str
    expected: str | None = None
    found: str | None = None


class Verification(Response):
    """Whether a result still is what its recipe says."""

    tokenization_id: UUID
    ok: bool = Field(description="no check failed; a skipped one says why it was left out")
    checks: list[Check]
    num_rows_compared: int = Field(description="rows made again from the text and compared cell by cell")
    duration_s: float
