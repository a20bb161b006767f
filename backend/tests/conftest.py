"""Real parts for every test: one PostgreSQL and one Valkey for the session, a fresh database for each test.

- `postgres`, `valkey`: the servers. Faults may kill, pause and start them; the port stays.
- `database_url`: a migrated, empty database of the test's own.
- `redis_url`: Valkey, emptied before the test.
- `hub`: the local Hub (tests/hub).
- `settings`: the two of them and a data directory, in the environment and in `get_settings()`.
- `app`, `client`, `make_app`: the application in the test's own process (tests/app.py).
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from mistudio.core.config import Settings, get_settings
from mistudio.db.migrate import upgrade
from mistudio.local.postgres import LocalPostgres
from mistudio.local.valkey import LocalValkey

pytest_plugins = ["tests.app", "tests.hub.fixtures"]

TEMPLATE = "migrated"
OURS = ("DATABASE_URL", "REDIS_URL", "HF_TOKEN", "HF_ENDPOINT")


@pytest.fixture(scope="session", autouse=True)
def bare_environment() -> Iterator[None]:
    """No setting of the developer's own shell reaches a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MISTUDIO_") or name in OURS]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def service_dir() -> Iterator[Path]:
    """A directory that a service account can enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="mistudio-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def postgres(service_dir: Path) -> Iterator[LocalPostgres]:
    with LocalPostgres(service_dir / "postgres", test_mode=True) as server:
        yield server


@pytest.fixture(scope="session")
def valkey(service_dir: Path) -> Iterator[LocalValkey]:
    with LocalValkey(service_dir / "valkey") as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres: LocalPostgres) -> str:
    postgres.sql(f"CREATE DATABASE {TEMPLATE} OWNER mistudio")
    upgrade(postgres.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(postgres: LocalPostgres, template_database: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    postgres.start()  # a fault may have left it down
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {template_database} OWNER mistudio")
    yield postgres.url(name)
    postgres.start()
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(valkey: LocalValkey) -> str:
    valkey.start()
    with redis.Redis.from_url(valkey.url()) as client:
        client.flushall()
    return valkey.url()


@pytest.fixture
def settings(
    database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("MISTUDIO_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()
