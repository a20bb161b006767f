"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def alembic_config(database_url: str) -> Config:
    """database_url: as in DATABASE_URL; only asyncpg URLs are used by the migrations."""
    here = Path(__file__).resolve()
    candidates = [here.parents[3] / "alembic", here.parents[1] / "_alembic"]  # a checkout, an installed wheel
    config = Config()
    config.set_main_option("script_location", str(next(path for path in candidates if path.is_dir())))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    command.upgrade(alembic_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    command.downgrade(alembic_config(database_url), revision)
