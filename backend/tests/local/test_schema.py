"""Telling an up-to-date database from an old one, in agreement with Alembic."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from mistudio.core.errors import ConfigurationError, DatabaseUnavailable
from mistudio.db.migrate import alembic_config, downgrade, upgrade
from mistudio.local import schema
from mistudio.local.postgres import LocalPostgres


def test_heads_are_those_of_alembic(tmp_path: Path) -> None:
    scripts = ScriptDirectory.from_config(alembic_config("postgresql://nowhere"))
    assert schema.heads() == set(scripts.get_heads())


def test_a_database_is_current_when_it_is_at_the_head(database_url: str, postgres: LocalPostgres) -> None:
    assert schema.is_current(database_url)
    downgrade(database_url, "base")
    assert not schema.is_current(database_url)
    assert not schema.is_current(postgres.url())


def test_a_server_waits_for_the_migration_that_another_process_runs(database_url: str) -> None:
    downgrade(database_url, "base")
    with ThreadPoolExecutor(1) as other:
        migration = other.submit(upgrade, database_url)
        schema.wait_until_current(database_url, wait_s=60)
        migration.result()
    assert schema.is_current(database_url)


def test_a_server_that_has_waited_says_what_to_run(database_url: str) -> None:
    downgrade(database_url, "base")
    with pytest.raises(ConfigurationError, match="mistudio migrate"):
        schema.wait_until_current(database_url, wait_s=0.0)


def test_a_database_that_is_away_is_named_after_the_wait() -> None:
    with pytest.raises(DatabaseUnavailable):
        schema.is_current("postgresql+asyncpg://mistudio:secret@127.0.0.1:1/mistudio", wait_s=0.1)
