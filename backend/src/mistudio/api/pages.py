"""The page itself, and Swagger with its files from our own origin."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from mistudio.api.methods import allowed

FOREVER = "public, max-age=31536000, immutable"
SWAGGER = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>miStudio API</title>
<link rel="stylesheet" href="/swagger/swagger-ui.css"></head>
<body data-openapi="/openapi.json"><div id="swagger-ui"></div>
<script src="/swagger/swagger-ui-bundle.js"></script><script src="/swagger/init.js"></script></body></html>
"""
NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>miStudio</title></head><body><h1>miStudio</h1>
<p>The API runs; the page is not built. Run <code>make run</code>, or <code>npm ci</code> and
<code>npm run build</code> in <code>frontend</code>.</p>
<p>The API is described at <a href="/openapi.json">/openapi.json</a>.</p></body></html>
"""


class Assets(StaticFiles):
    """Files whose names change with their content are kept by browsers for good."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = FOREVER
        return response


def install(api: FastAPI, static: Path | None) -> None:
    @api.get("/docs", include_in_schema=False)
    async def swagger() -> HTMLResponse:
        return HTMLResponse(SWAGGER)

    if static is not None and (static / "assets").is_dir():
        api.mount("/assets", Assets(directory=static / "assets"))

    @api.get("/{path:path}", include_in_schema=False)
    async def page(request: Request, path: str) -> Response:
        """A file of the built page, else the page, whose router shows the rest."""
        if path.startswith(("api/", "socket.io")):
            raise HTTPException(405 if allowed(api, request.url.path) else 404)
        file = _file(static, path) if static is not None and path else None
        if file is not None:
            return FileResponse(file)
        if Path(path).suffix:
            raise HTTPException(404)
        if static is None:
            return HTMLResponse(NOT_BUILT)
        return FileResponse(static / "index.html", headers={"Cache-Control": "no-cache"})


def _file(static: Path, path: str) -> Path | None:
    """The file of that name below `static`, also after every symbolic link is followed."""
    try:
        file = (static / path).resolve()
        return file if file.is_relative_to(static.resolve()) and file.is_file() else None
    except (OSError, ValueError, RuntimeError):  # a name too long, a NUL in it, links that go in a circle
        return None
