"""One database, one data directory: what is taken for granted, what is refused."""

import asyncio
import stat
import uuid
from pathlib import Path

import asyncpg
import pytest

from mistudio.core.errors import ConfigurationError, DatabaseUnavailable, WrongInstallation
from mistudio.local.installation import dsn, ensure, id_file, read_id
from mistudio.local.postgres import LocalPostgres


def run(database_url: str, statement: str, *values: object) -> object:
    async def running() -> object:
        connection = await asyncpg.connect(dsn(database_url))
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    return asyncio.run(running())


def recorded(database_url: str) -> object:
    return run(database_url, "SELECT id FROM installation")


def add_dataset(database_url: str) -> None:
    statement = "INSERT INTO datasets (id, name, source, status) VALUES ($1, 'a', 'LOCAL', 'PENDING')"
    run(database_url, statement, uuid.uuid4())


def add_artefact(data_dir: Path) -> None:
    (data_dir / "datasets" / "raw" / "a").mkdir(parents=True)


def test_a_new_pair_gets_one_id_and_keeps_it(database_url: str, tmp_path: Path) -> None:
    made = ensure(database_url, tmp_path / "data")
    assert made == read_id(tmp_path / "data") == recorded(database_url)
    assert ensure(database_url, tmp_path / "data") == made
    assert stat.S_IMODE(id_file(tmp_path / "data").stat().st_mode) == 0o600


def test_a_new_database_takes_the_id_of_an_empty_data_directory(database_url: str, tmp_path: Path) -> None:
    id_file(tmp_path).write_text("3c0c7a3e-5d0e-4b8e-9f57-0c4a5d8c9b11\n")
    assert ensure(database_url, tmp_path) == "3c0c7a3e-5d0e-4b8e-9f57-0c4a5d8c9b11" == recorded(database_url)


def test_an_empty_data_directory_takes_the_id_of_a_database_without_datasets(
    database_url: str, tmp_path: Path
) -> None:
    made = ensure(database_url, tmp_path / "one")
    assert ensure(database_url, tmp_path / "two") == made == read_id(tmp_path / "two")


def test_two_different_ids_are_refused(database_url: str, tmp_path: Path) -> None:
    made = ensure(database_url, tmp_path)
    other = str(uuid.uuid4())
    id_file(tmp_path).write_text(other)
    with pytest.raises(WrongInstallation, match=f"{made} and .* to {other}"):
        ensure(database_url, tmp_path)


@pytest.mark.parametrize("known", [True, False])
def test_a_new_database_does_not_take_over_datasets(database_url: str, tmp_path: Path, known: bool) -> None:
    add_artefact(tmp_path)
    if known:
        id_file(tmp_path).write_text(str(uuid.uuid4()))
    with pytest.raises(WrongInstallation, match="The database is new"):
        ensure(database_url, tmp_path)
    assert recorded(database_url) is None


@pytest.mark.parametrize("what", ["rows", "artefacts"])
def test_a_database_in_use_does_not_take_another_data_directory(
    database_url: str, tmp_path: Path, what: str
) -> None:
    made = ensure(database_url, tmp_path / "one")
    add_dataset(database_url) if what == "rows" else add_artefact(tmp_path / "two")
    with pytest.raises(WrongInstallation, match="is not its data directory"):
        ensure(database_url, tmp_path / "two")
    assert read_id(tmp_path / "two") is None
    id_file(tmp_path / "two").parent.mkdir(exist_ok=True)
    id_file(tmp_path / "two").write_text(made)  # as the message says
    assert ensure(database_url, tmp_path / "two") == made


def test_a_damaged_id_file_is_refused(database_url: str, tmp_path: Path) -> None:
    id_file(tmp_path).write_text("what?")
    with pytest.raises(WrongInstallation, match="does not hold an installation id"):
        ensure(database_url, tmp_path)


def test_a_database_without_tables_says_what_to_run(postgres: LocalPostgres, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="mistudio migrate"):
        ensure(postgres.url(), tmp_path)


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        ensure("postgresql+asyncpg://mistudio:secret@127.0.0.1:1/mistudio", tmp_path)


def test_what_sqlalchemy_and_asyncpg_call_differently() -> None:
    assert dsn("postgresql+asyncpg://u:p@h/d?ssl=require") == "postgresql://u:p@h/d?sslmode=require"
