"""Bring a database to the newest schema."""

from alembic import command
from alembic.config import Config

from mistudio.db.scripts import scripts


def alembic_config(database_url: str) -> Config:
    """database_url: as in DATABASE_URL; only asyncpg URLs are used by the migrations."""
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    command.upgrade(alembic_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    command.downgrade(alembic_config(database_url), revision)
