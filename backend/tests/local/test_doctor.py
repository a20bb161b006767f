"""What doctor finds, and what it advises."""

import os
import socket
from pathlib import Path

import pytest

from mistudio.core.config import Settings
from mistudio.local import doctor
from mistudio.local.doctor import Finding, examine
from mistudio.local.network import free_port

NOWHERE = "http://127.0.0.1:1"


def look(**settings: object) -> dict[str, Finding]:
    defaults: dict[str, object] = {"port": free_port(), "hf_endpoint": NOWHERE}
    return {finding.what: finding for finding in examine(Settings(**{**defaults, **settings}))}  # type: ignore[arg-type]


def test_a_good_machine_has_no_problem(tmp_path: Path) -> None:
    found = look(data_dir=tmp_path / "new" / "data")
    assert [finding.what for finding in found.values() if finding.essential and not finding.ok] == []
    assert found["PostgreSQL"].said.startswith("postgres (PostgreSQL) 18.")
    assert found["Valkey"].said.startswith("Valkey server v=9.")
    assert not (tmp_path / "new").exists(), "looking changes nothing"


def test_a_hub_that_is_away_is_a_note(tmp_path: Path) -> None:
    hub = look(data_dir=tmp_path)["Hub"]
    assert not hub.ok
    assert not hub.essential
    assert "uploads and local tokenizers work" in hub.said


def test_given_servers_are_asked(tmp_path: Path, database_url: str, redis_url: str) -> None:
    found = look(data_dir=tmp_path, database_url=database_url, redis_url=redis_url)
    assert found["DATABASE_URL"].said.startswith("PostgreSQL 18.")
    assert found["REDIS_URL"].ok
    assert "Valkey" not in found
    assert "PostgreSQL" not in found


def test_given_servers_that_are_away_are_named_without_password(tmp_path: Path) -> None:
    given = {
        "database_url": "postgresql://mistudio:secret@127.0.0.1:1/mistudio",
        "redis_url": "redis://:secret@127.0.0.1:1/0",
    }
    found = look(data_dir=tmp_path, **given)
    for what in ("DATABASE_URL", "REDIS_URL"):
        assert not found[what].ok
        assert "secret" not in found[what].said


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = look(data_dir=tmp_path, port=other.getsockname()[1])["address"]
    assert not address.ok
    assert "MISTUDIO_PORT" in address.said


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert not look(data_dir=tmp_path / "data")["data directory"].ok


def test_too_little_disk_is_named(tmp_path: Path) -> None:
    disk = look(data_dir=tmp_path, free_disk_bytes=10**18)["disk"]
    assert not disk.ok
    assert "always kept free" in disk.said


def test_a_missing_wheel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = look(data_dir=tmp_path)
    assert "set DATABASE_URL" in found["PostgreSQL"].said
    assert "set REDIS_URL" in found["Valkey"].said


def test_a_user_id_without_a_name_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    account = look(data_dir=tmp_path)["account"]
    assert not account.ok
    assert "54321 has no entry in /etc/passwd" in account.said


def test_an_old_node_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v18.20.0\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "v18.20.0 is too old" in doctor._node().said
