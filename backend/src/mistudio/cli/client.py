"""The REST API from the command line's side."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from mistudio.cli.settings import load_settings
from mistudio.core.errors import AppError, all_errors

CHUNK = 1 << 20
Json = dict[str, Any]


class ServerAway(AppError):
    """No miStudio answers."""

    code = "SERVER_AWAY"


class Api:
    """Calls to one server. Raises the server's own errors, and ServerAway when it does not answer."""

    def __init__(self, url: str | None = None) -> None:
        settings = load_settings()
        self.url = (url or settings.url or f"http://127.0.0.1:{settings.port}").rstrip("/")
        headers = {}
        if settings.api_token is not None:
            headers["Authorization"] = f"Bearer {settings.api_token.get_secret_value()}"
        self._http = httpx2.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60)

    def answers(self) -> bool:
        try:
            return self._http.get("/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def call(self, method: str, path: str, **options: Any) -> Json:
        try:
            answer = self._http.request(method, path, **options)
        except httpx2.TransportError as error:
            raise ServerAway(
                f"Nothing answers at {self.url} ({error}). Start it with `make run`, or set MISTUDIO_URL."
            ) from error
        body: Json = answer.json() if answer.content else {}
        if answer.is_success:
            return body
        kind = all_errors().get(body.get("code", ""), AppError)
        raise kind(body.get("detail") or f"The server answered {answer.status_code}.")

    def upload(self, file: Path, sent: Any) -> Json:
        """Send a file as it is. sent(n) is called after every n bytes."""

        def pieces() -> Iterator[bytes]:
            with file.open("rb") as stream:
                while piece := stream.read(CHUNK):
                    yield piece
                    sent(len(piece))

        headers = {"Upload-Filename": quote(file.name), "Content-Type": "application/octet-stream"}
        return self.call("POST", "/uploads", content=pieces(), headers=headers, timeout=None)

    def find_dataset(self, name: str) -> Json:
        """A dataset by its id or its whole name."""
        page = self.call("GET", "/datasets", params={"q": name, "limit": 100})
        for dataset in page["items"]:
            if name in (dataset["id"], dataset["name"]):
                return dict(dataset)
        return self.call("GET", f"/datasets/{quote(name, safe='')}")
