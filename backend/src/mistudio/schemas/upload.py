"""Uploads as requests and responses show them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from mistudio.schemas.common import Response
from mistudio.schemas.metadata import FilePreview


class UploadView(Response):
    """A file on the server that is not yet a dataset."""

    id: UUID
    filename: str
    size_bytes: int | None = Field(description="announced length; null when unknown")
    offset: int = Field(description="bytes received so far")
    complete: bool
    expires_at: datetime
    preview: FilePreview | None = Field(description="null until the upload is complete")
