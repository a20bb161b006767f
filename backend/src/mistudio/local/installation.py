"""Which installation a data directory and a database belong to: the same, or nothing starts.

A database that points at files of another installation would delete them as its own.
"""

import asyncio
import re
import uuid
from pathlib import Path
from typing import Any

import asyncpg

from mistudio.core.errors import ConfigurationError, DatabaseUnavailable, WrongInstallation
from mistudio.local.service import write_private

LOCK = 0x6D69_0002  # advisory, so that machines which start together agree
CONNECT_S = 5.0


def id_file(data_dir: Path) -> Path:
    return data_dir / "installation_id"


def read_id(data_dir: Path) -> str | None:
    """The data directory's id. Raises WrongInstallation when the file holds something else."""
    try:
        found = id_file(data_dir).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    if not re.fullmatch(r"[0-9a-f-]{36}", found):
        raise WrongInstallation(f"{id_file(data_dir)} does not hold an installation id. Restore it from a backup.")
    return found


def ensure_id(data_dir: Path) -> str:
    """The data directory's id, made when it has none."""
    found = read_id(data_dir)
    if found is None:
        found = str(uuid.uuid4())
        write_private(id_file(data_dir), found + "\n")
    return found


def ensure(database_url: str, data_dir: Path) -> str:
    """Agree on one id between database and data directory, or refuse.

    Returns the id. Raises WrongInstallation when they belong to different installations, ConfigurationError when
    the database refuses us or has no tables, DatabaseUnavailable when it does not answer.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_ensure(database_url, data_dir))


def dsn(database_url: str) -> str:
    """A SQLAlchemy URL as asyncpg itself takes it."""
    return re.sub(r"([?&])ssl=", r"\1sslmode=", re.sub(r"^postgresql\+asyncpg:", "postgresql:", database_url))


async def connect(database_url: str) -> Any:
    """Raises DatabaseUnavailable when nothing answers, ConfigurationError when it refuses us; without passwords."""
    try:
        return await asyncpg.connect(dsn(database_url), timeout=CONNECT_S)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError) as error:
        reason = str(error) or "no answer"
        raise DatabaseUnavailable(f"The database of DATABASE_URL does not answer: {reason}.") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise ConfigurationError(f"The database of DATABASE_URL cannot be used: {error}.") from None


async def _ensure(database_url: str, data_dir: Path) -> str:
    connection = await connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            recorded = await connection.fetchval("SELECT id FROM installation")
            rows = await connection.fetchval("SELECT EXISTS (SELECT FROM datasets)")
            agreed = _agree(recorded, bool(rows), data_dir)
            if recorded is None:
                await connection.execute("INSERT INTO installation (id) VALUES ($1)", agreed)
            return agreed
    except asyncpg.UndefinedTableError:
        raise ConfigurationError("The database has no tables yet. Run `mistudio migrate` first.") from None
    finally:
        await connection.close()


def _agree(recorded: str | None, rows: bool, data_dir: Path) -> str:
    """recorded: the database's id. rows: whether it knows datasets. Writes the id file when it may."""
    written = read_id(data_dir)
    if recorded is not None and recorded == written:
        return recorded
    if recorded is not None and written is not None:
        raise WrongInstallation(
            f"The database belongs to installation {recorded} and {data_dir} to {written}. Set DATABASE_URL or "
            "MISTUDIO_DATA_DIR so that both belong to the same one."
        )
    if recorded is None and _holds_datasets(data_dir):
        raise WrongInstallation(
            f"The database is new, but {data_dir} holds datasets of another one. Set DATABASE_URL to the database "
            "they belong to, restore it from a backup, or choose an empty MISTUDIO_DATA_DIR."
        )
    if recorded is None:
        return ensure_id(data_dir)
    if rows or _holds_datasets(data_dir):
        raise WrongInstallation(
            f"The database of installation {recorded} has data, but {data_dir} is not its data directory. Set "
            f"MISTUDIO_DATA_DIR to the right one; if this is it, write that id into {id_file(data_dir)}."
        )
    write_private(id_file(data_dir), recorded + "\n")
    return recorded


def _holds_datasets(data_dir: Path) -> bool:
    return any(any((data_dir / "datasets" / kind).glob("*")) for kind in ("raw", "tokenized"))
