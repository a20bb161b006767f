"""Migrations: up, down, and in step with the models."""

import secrets
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from mistudio.db.migrate import alembic_config, downgrade, upgrade
from mistudio.local.postgres import LocalPostgres

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
FUNCTIONS = """
SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
LEFT JOIN pg_depend d ON d.objid = pg_proc.oid AND d.deptype = 'e'
WHERE nspname = 'public' AND d.objid IS NULL ORDER BY 1
"""


@pytest.fixture
def empty(postgres: LocalPostgres) -> Iterator[str]:
    """The name of a database without tables."""
    name = f"empty_{secrets.token_hex(6)}"
    postgres.start()
    postgres.sql(f"CREATE DATABASE {name} OWNER mistudio")
    yield name
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


def lines(postgres: LocalPostgres, statement: str, database: str) -> list[str]:
    return postgres.sql(statement, database).split()


def test_up_down_and_up_again(postgres: LocalPostgres, empty: str) -> None:
    url = postgres.url(empty)
    upgrade(url)
    made = lines(postgres, TABLES, empty)
    assert set(made) >= {"datasets", "tokenizations", "jobs", "job_events", "installation", "alembic_version"}
    functions = lines(postgres, FUNCTIONS, empty)
    assert set(functions) >= {"guard_job", "record_job"}
    downgrade(url, "base")
    assert lines(postgres, TABLES, empty) == ["alembic_version"]
    assert lines(postgres, FUNCTIONS, empty) == []
    upgrade(url)
    assert lines(postgres, TABLES, empty) == made
    assert lines(postgres, FUNCTIONS, empty) == functions


def test_each_step_can_be_taken_back(postgres: LocalPostgres, empty: str) -> None:
    url = postgres.url(empty)
    steps = [s.revision for s in ScriptDirectory.from_config(alembic_config(url)).walk_revisions()]
    for revision in reversed(steps):
        upgrade(url, revision)
        downgrade(url, "-1")
        upgrade(url, revision)


def test_there_is_one_newest(postgres: LocalPostgres, empty: str) -> None:
    assert len(ScriptDirectory.from_config(alembic_config(postgres.url(empty))).get_heads()) == 1


def test_the_models_are_the_tables(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_indexes_that_the_lists_need(postgres: LocalPostgres, empty: str) -> None:
    upgrade(postgres.url(empty))
    found = lines(postgres, "SELECT indexname FROM pg_indexes WHERE tablename = 'datasets'", empty)
    assert {"uq_datasets_name", "ix_datasets_metadata", "ix_datasets_name_trgm"} <= set(found)
