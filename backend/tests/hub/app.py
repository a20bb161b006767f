"""The Hub's routes, as far as its clients use them for reading."""

import hashlib
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.hub.faults import Fault
from tests.hub.middleware import Tap
from tests.hub.repository import Blob, Repository, entry, is_large
from tests.hub.serving import send_blob
from tests.hub.state import HubState, User

NAMES = ("{org}/{name}", "{name}")


class Refused(Exception):
    """An error answer, with the headers the clients read."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.response = JSONResponse(
            {"error": message},
            status,
            headers={"X-Error-Message": message, **({"X-Error-Code": code} if code else {}), **headers},
        )

    @staticmethod
    def answer(_: Request, refused: Exception) -> Response:
        assert isinstance(refused, Refused)
        return refused.response


class Hub:
    """Handlers over a state."""

    def __init__(self, state: HubState) -> None:
        self.state = state

    def user(self, request: Request) -> User | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        if token not in self.state.users:
            raise Refused(401, "", "Invalid credentials in Authorization header")
        return self.state.users[token]

    def open(self, request: Request, files: bool = False) -> tuple[Repository, str]:
        """The repository and commit a request names. What is private looks missing; a gate hides the files only."""
        given = {key: unquote(value) for key, value in request.path_params.items()}
        kind = given.get("kind") or ("datasets" if request.url.path.startswith("/datasets/") else "models")
        name = "/".join(given[part] for part in ("org", "name") if part in given)
        user, repository = self.user(request), self.state.find(kind, name)
        if repository is None or (repository.private and not (user and user.private)):
            raise Refused(404 if user else 401, "RepoNotFound", "Repository not found")
        if repository.disabled:
            raise Refused(403, "", "Access to this resource is disabled.")
        if files and repository.gated and not (user and user.granted & {"*", name}):
            message = f"Access to {kind[:-1]} {name} is restricted and you are not in the authorized list."
            raise Refused(403 if user else 401, "GatedRepo", message)
        sha = repository.resolve(given.get("rev"))
        if sha is None:
            raise Refused(404, "RevisionNotFound", f"Invalid rev id: {given.get('rev')}")
        return repository, sha

    async def search(self, request: Request) -> Response:
        if request.path_params["kind"] not in ("datasets", "models"):
            raise Refused(404, "", "Sorry, we can't find the page you are looking for.")
        query, user = request.query_params, self.user(request)
        words = query.get("search", "").lower()
        full = query.get("full", "").lower() in ("true", "1")
        hits = [
            repository.info(repository.branches["main"], full)
            for (kind, name), repository in sorted(self.state.repositories.items())
            if kind == request.path_params["kind"]
            and words in name.lower()
            and query.get("author", name.split("/")[0]) == name.split("/")[0]
            and (not repository.private or (user and user.private))
        ]
        if query.get("sort") in ("downloads", "likes", "lastModified"):
            hits.sort(key=lambda hit: hit[query["sort"]], reverse=True)
        return self.page(request, hits)

    async def info(self, request: Request) -> Response:
        repository, sha = self.open(request)
        return JSONResponse(repository.info(sha, full=True))

    async def tree(self, request: Request) -> Response:
        repository, sha = self.open(request)
        below = unquote(request.path_params.get("path", "")).strip("/")
        prefix = f"{below}/" if below else ""
        files = {path: blob for path, blob in repository.commits[sha].items() if path.startswith(prefix)}
        if below and not files:
            raise Refused(404, "EntryNotFound", f"{below} does not exist")
        deep = request.query_params.get("recursive", "").lower() in ("true", "1")
        folders = {folder for path in files for folder in parents(path) if folder.startswith(prefix)}
        kept = [folder for folder in sorted(folders) if deep or "/" not in folder[len(prefix) :]]
        listed = [{"type": "directory", "oid": git_id(folder), "size": 0, "path": folder} for folder in kept]
        listed += [entry(path, blob) for path, blob in files.items() if deep or "/" not in path[len(prefix) :]]
        return self.page(request, listed)

    async def paths_info(self, request: Request) -> Response:
        repository, sha = self.open(request)
        wanted = (await request.json())["paths"]
        files = repository.commits[sha]
        return JSONResponse([entry(path, files[path]) for path in wanted if path in files])

    async def refs(self, request: Request) -> Response:
        repository, _ = self.open(request)
        heads = [
            {"name": name, "ref": f"refs/heads/{name}", "targetCommit": sha}
            for name, sha in repository.branches.items()
            if not name.startswith("refs/")
        ]
        return JSONResponse({"branches": heads, "tags": [], "converts": []})

    async def whoami(self, request: Request) -> Response:
        user = self.user(request)
        if user is None:
            raise Refused(401, "", "Invalid username or password.")
        return JSONResponse({"type": "user", "id": "1", "name": user.name, "fullname": user.name, "orgs": []})

    async def file(self, request: Request) -> Response:
        """A file, or the way to the file store for a large one."""
        repository, sha = self.open(request, files=True)
        path = unquote(request.path_params["path"])
        blob = repository.commits[sha].get(path)
        if blob is None:
            raise Refused(404, "EntryNotFound", "Entry not found", **{"X-Repo-Commit": sha})
        etag = f'"{blob.sha256 if is_large(path, blob) else blob.oid}"'
        headers = {"X-Repo-Commit": sha, "ETag": etag, "X-Linked-ETag": etag, "X-Linked-Size": str(blob.size)}
        if is_large(path, blob):
            location = f"{self.state.files_origin}/files/{blob.sha256}"
            return Response(status_code=302, headers={**headers, "Location": location})
        return send_blob(request, blob, headers)

    async def stored_file(self, request: Request) -> Response:
        """The file store, on an origin of its own. It knows contents, not repositories."""
        blob = self.stored(request.path_params["digest"])
        if blob is None:
            return Response(status_code=403)
        return send_blob(request, blob, {"ETag": f'"{blob.sha256}"'})

    def stored(self, digest: str) -> Blob | None:
        for repository in self.state.repositories.values():
            for tree in repository.commits.values():
                for path, blob in tree.items():
                    if is_large(path, blob) and blob.sha256 == digest:
                        return blob
        return None

    def page(self, request: Request, items: list[dict[str, Any]]) -> Response:
        limit = int(request.query_params.get("limit", 1000))
        start = int(request.query_params.get("cursor", 0))
        headers = {}
        if start + limit < len(items):
            following = request.url.include_query_params(cursor=start + limit)
            headers["Link"] = f'<{following}>; rel="next"'
        return JSONResponse(items[start : start + limit], headers=headers)

    async def log(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.state.log.clear()
        return JSONResponse([asdict(logged) for logged in self.state.log])

    async def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.state.faults.clear()
        if request.method == "POST":
            self.state.faults.append(Fault(**await request.json()))
        return JSONResponse([asdict(fault) for fault in self.state.faults])


def parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def git_id(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def make_app(state: HubState) -> Tap:
    """The application. `/__log` and `/__faults` steer it from another process."""
    hub = Hub(state)
    both = ["GET", "HEAD"]
    routes = [
        Route("/__log", hub.log, methods=["GET", "DELETE"]),
        Route("/__faults", hub.faults, methods=["GET", "POST", "DELETE"]),
        Route("/files/{digest}", hub.stored_file, methods=both),
        Route("/api/whoami-v2", hub.whoami),
        Route("/api/{kind}", hub.search),
    ]
    for name in NAMES:
        routes += [
            Route(f"/api/{{kind}}/{name}/revision/{{rev}}", hub.info),
            Route(f"/api/{{kind}}/{name}/tree/{{rev}}", hub.tree),
            Route(f"/api/{{kind}}/{name}/tree/{{rev}}/{{path:path}}", hub.tree),
            Route(f"/api/{{kind}}/{name}/paths-info/{{rev}}", hub.paths_info, methods=["POST"]),
            Route(f"/api/{{kind}}/{name}/refs", hub.refs),
        ]
    files = [Route(f"/{name}/resolve/{{rev}}/{{path:path}}", hub.file, methods=both) for name in NAMES]
    routes += [Route(f"/datasets{route.path}", hub.file, methods=both) for route in files] + files
    routes += [Route("/api/{kind}/{org}/{name}", hub.info), Route("/api/{kind}/{name}", hub.info)]
    return Tap(Starlette(routes=routes, exception_handlers={Refused: Refused.answer}), state)
