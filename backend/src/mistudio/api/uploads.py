"""/uploads: files on their way in, whole or in pieces (the shape of the tus protocol, version 1.0)."""

from typing import Annotated, Literal
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import ValidationError

from mistudio.api.deps import SettingsDep, StorageDep
from mistudio.api.multipart import check_length, media_type
from mistudio.core.errors import InvalidRequest, UnsupportedMedia
from mistudio.schemas.metadata import Compression, FilePreview, Format, ReadOptions
from mistudio.schemas.upload import UploadView
from mistudio.services import upload_service

router = APIRouter(prefix="/uploads", tags=["uploads"])

PIECE = "application/offset+octet-stream"
BINARY_BODY = {
    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
PIECE_BODY = {"requestBody": {"content": {PIECE: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("", status_code=201, openapi_extra=BINARY_BODY)
async def create_upload(
    http: Request,
    settings: SettingsDep,
    storage: StorageDep,
    response: Response,
    upload_filename: Annotated[str, Header(max_length=2000, description="URI-encoded")] = "upload",
    upload_length: Annotated[int | None, Header(ge=0, lt=2**53, description="to send it in pieces")] = None,
) -> UploadView:
    """Upload a file as the raw body, or with Upload-Length and no body announce one that comes in pieces."""
    if media_type(http).startswith("multipart/"):
        raise UnsupportedMedia("Send the file as the raw body, or use POST /api/v1/datasets/ingest for forms.")
    check_length(http, settings, storage)
    upload = upload_service.create(storage, settings, unquote(upload_filename), upload_length)
    try:
        await upload_service.append(upload, settings, storage, 0, http.stream())
        response.headers["Location"] = f"/api/v1/uploads/{upload.id}"
        response.headers["Upload-Offset"] = str(upload.offset)
        if not upload.complete:
            return upload_service.view(upload, settings)
        preview = await upload_service.inspect(upload, settings, ReadOptions())
    except BaseException:
        upload_service.remove(storage, upload.id)
        raise
    return upload_service.view(upload, settings, preview)


@router.patch("/{upload_id}", status_code=204, openapi_extra=PIECE_BODY)
async def append_to_upload(
    upload_id: UUID,
    http: Request,
    settings: SettingsDep,
    storage: StorageDep,
    upload_offset: Annotated[int, Header(ge=0, lt=2**53)],
) -> Response:
    """Send the next piece. It must start where the upload stands."""
    if media_type(http) != PIECE:
        raise UnsupportedMedia(f"Pieces of an upload are sent as {PIECE}.")
    upload = upload_service.get(storage, upload_id)
    await upload_service.append(upload, settings, storage, upload_offset, http.stream())
    return Response(status_code=204, headers=_progress(upload))


@router.head("/{upload_id}", status_code=200, response_class=Response)
async def upload_progress(upload_id: UUID, storage: StorageDep) -> Response:
    """Where an upload stands, in Upload-Offset and Upload-Length."""
    return Response(headers={**_progress(upload_service.get(storage, upload_id)), "Cache-Control": "no-store"})


def _progress(upload: upload_service.Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(upload.offset), "Tus-Resumable": "1.0.0"}
    if upload.size_bytes is not None:
        headers["Upload-Length"] = str(upload.size_bytes)
    return headers


@router.get("/{upload_id}")
async def show_upload(upload_id: UUID, settings: SettingsDep, storage: StorageDep) -> UploadView:
    """An upload, with its preview once it is complete and can be read."""
    upload = upload_service.get(storage, upload_id)
    preview = None
    if upload.complete:
        preview = await upload_service.inspect(upload, settings, ReadOptions())
    return upload_service.view(upload, settings, preview)


@router.get("/{upload_id}/preview")
async def preview_upload(
    upload_id: UUID,
    settings: SettingsDep,
    storage: StorageDep,
    format: Annotated[Format | None, Query()] = None,
    compression: Annotated[Compression | None, Query()] = None,
    delimiter: Annotated[str | None, Query(min_length=1, max_length=1)] = None,
    encoding: Annotated[str | None, Query(max_length=40)] = None,
    header: Annotated[Literal["true", "false"] | None, Query()] = None,
) -> FilePreview:
    """The first rows as they would be read under these options; what is not given is detected."""
    try:
        options = ReadOptions(
            format=format,
            compression=compression,
            delimiter=delimiter,
            encoding=encoding,
            header=None if header is None else header == "true",
        )
    except ValidationError as error:
        raise InvalidRequest(error.errors()[0]["msg"]) from error
    return await upload_service.inspect(upload_service.get(storage, upload_id), settings, options)


@router.delete("/{upload_id}", status_code=204)
async def remove_upload(upload_id: UUID, storage: StorageDep) -> Response:
    upload_service.get(storage, upload_id)
    upload_service.remove(storage, upload_id)
    return Response(status_code=204)
