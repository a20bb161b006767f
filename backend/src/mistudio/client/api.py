"""The REST API from a program's side."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from mistudio.core.errors import AppError, all_errors

CHUNK = 1 << 20
TIMEOUT_S = 60
PROBLEM_FIELDS = ("type", "title", "status", "detail", "code", "request_id")
Json = dict[str, Any]


class ServerAway(AppError):
    """No miStudio answers."""

    code = "SERVER_AWAY"


class Api:
    """Calls to one server. Raises the server's own errors, and ServerAway when it does not answer."""

    def __init__(self, url: str, token: str | None) -> None:
        """url: of the server, without a path. token: MISTUDIO_API_TOKEN of that server, where it asks for one."""
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=TIMEOUT_S)

    def close(self) -> None:
        self._http.close()

    def answers(self) -> bool:
        try:
            return self._http.get("/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def call(self, method: str, path: str, **options: Any) -> Json:
        try:
            answer = self._http.request(method, path, **options)
        except httpx2.TransportError as error:
            raise self._away(error) from error
        _check(answer)
        body: Json = answer.json() if answer.content else {}
        return body

    def upload(self, file: Path, sent: Callable[[int], object] = lambda n: None) -> Json:
        """Send a file as it is. sent(n) is called after every n bytes."""

        def pieces() -> Iterator[bytes]:
            with file.open("rb") as stream:
                while piece := stream.read(CHUNK):
                    yield piece
                    sent(len(piece))

        headers = {"Upload-Filename": quote(file.name), "Content-Type": "application/octet-stream"}
        return self.call("POST", "/uploads", content=pieces(), headers=headers, timeout=None)

    def download(self, path: str, target: Path) -> None:
        """Fetch a file. `target` appears when it is whole."""
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        try:
            with self._http.stream("GET", path) as answer, partial.open("wb") as out:
                if not answer.is_success:
                    answer.read()
                _check(answer)
                for piece in answer.iter_bytes(CHUNK):
                    out.write(piece)
        except httpx2.TransportError as error:
            raise self._away(error) from error
        partial.replace(target)

    def find_dataset(self, name: str) -> Json:
        """A dataset by its id or its whole name."""
        page = self.call("GET", "/datasets", params={"q": name, "limit": 100})
        for dataset in page["items"]:
            if name in (dataset["id"], dataset["name"]):
                return dict(dataset)
        return self.call("GET", f"/datasets/{quote(name, safe='')}")

    def _away(self, error: httpx2.TransportError) -> ServerAway:
        return ServerAway(
            f"Nothing answers at {self.url} ({error}). Start it with `make run`, or set MISTUDIO_URL."
        )


def _check(answer: httpx2.Response) -> None:
    """Raise what the server says went wrong, as the class it has there."""
    if answer.is_success:
        return
    try:
        body: Json = answer.json()
    except ValueError:  # not ours: a proxy's
        body = {}
    kind = all_errors().get(body.get("code", ""), AppError)
    extra = {name: value for name, value in body.items() if name not in PROBLEM_FIELDS}
    raise kind(body.get("detail") or f"The server answered {answer.status_code}.", **extra)
