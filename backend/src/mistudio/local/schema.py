"""Whether a database has the newest schema, told without the 1 s that importing Alembic takes."""

import asyncio
import re
import time

import asyncpg

from mistudio.core.errors import ConfigurationError, DatabaseUnavailable
from mistudio.db.scripts import scripts
from mistudio.local.installation import connect


def heads() -> set[str]:
    """The revisions that no other one follows."""
    revisions, followed = set(), set()
    for path in (scripts() / "versions").glob("*.py"):
        text = path.read_text("utf-8")
        revisions.update(re.findall(r"^revision\b[^=\n]*=\s*[\"'](\w+)[\"']", text, re.MULTILINE))
        followed.update(re.findall(r"^down_revision\b[^=\n]*=\s*[\"'](\w+)[\"']", text, re.MULTILINE))
    return revisions - followed


def is_current(database_url: str, wait_s: float = 0.0) -> bool:
    """Raises DatabaseUnavailable when the database does not answer for `wait_s` seconds."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return asyncio.run(_revisions(database_url)) == heads()
        except DatabaseUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def wait_until_current(database_url: str, wait_s: float) -> None:
    """Wait for another process that brings the schema up to date.

    Raises DatabaseUnavailable or, when the schema is still another one after `wait_s` seconds, ConfigurationError.
    """
    deadline = time.monotonic() + wait_s
    while not is_current(database_url, max(0.0, deadline - time.monotonic())):
        if time.monotonic() > deadline:
            raise ConfigurationError(
                "The database does not have this version's tables. Run `mistudio migrate` first."
            )
        time.sleep(0.1)


async def _revisions(database_url: str) -> set[str]:
    connection = await connect(database_url)
    try:
        return {row["version_num"] for row in await connection.fetch("SELECT version_num FROM alembic_version")}
    except asyncpg.UndefinedTableError:
        return set()
    finally:
        await connection.close()
