"""`mistudio up`: the whole stack on this machine, from one process."""

import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from mistudio.core.config import QUEUES, Settings
from mistudio.core.errors import ConfigurationError, LocalServiceFailed
from mistudio.local import installation, schema
from mistudio.local.child import Child, Program
from mistudio.local.console import Console
from mistudio.local.guard import PR_SET_CHILD_SUBREAPER, prctl
from mistudio.local.lock import lock, try_lock
from mistudio.local.network import bind, require_token
from mistudio.local.postgres import LocalPostgres, postgres_home
from mistudio.local.ready import Readiness
from mistudio.local.service import LocalService
from mistudio.local.valkey import LocalValkey

TICK_S = 0.1
LAST_RUN_S = 60.0  # what an earlier run may take to stop after its supervisor was killed
DATABASE_S = 30.0  # what a given database may take to answer, and its migrations to run
EARLY_ENDS = 3  # a program that ends this often before the stack was ever ready will not become so
ORPHAN_S = 5.0


def programs(settings: Settings) -> list[Program]:
    """What runs beside the servers, in order of starting. A slot of its own keeps previews quick under load."""
    mistudio = [sys.executable, "-m", "mistudio.cli"]
    count = str(settings.worker_concurrency)
    wait = ["--wait", str(DATABASE_S)]
    worker = [*mistudio, "worker", *wait, "-Q", ",".join(QUEUES), "-c", count, "--name", "main"]
    reserved = [*mistudio, "worker", *wait, "-Q", "high_priority", "-c", "1", "--name", "reserved"]
    return [
        Program("api", [*mistudio, "api", *wait], grace_s=5.0),
        Program("worker", worker, grace_s=15.0),
        Program("reserved", reserved, grace_s=15.0),
    ]


class Supervisor:
    """Starts the stack, keeps it running, and stops it so that no process is left.

    Use from the main thread: `start`, then `run` until it is interrupted, then always `stop`.
    """

    def __init__(
        self, settings: Settings, *, console: Console | None = None, run: Sequence[Program] | None = None
    ) -> None:
        """run: what to run beside the servers, `programs` unless given. The last starts when the rest is ready."""
        self._settings = settings
        self._console = console or Console()
        self._data = settings.data_dir
        self._private = self._data / ".services"
        self._logs = self._data / "logs"
        self._programs = programs(settings) if run is None else run
        self._services: list[LocalService] = []
        self._children: list[Child] = []
        self._lock: int | None = None

    # --- start ----------------------------------------------------------------------------------------------

    def start(self) -> float:
        """Start everything and wait until it takes requests. Returns the seconds it took.

        Raises ConfigurationError, WrongInstallation, DatabaseUnavailable or LocalServiceFailed.
        """
        begin = time.monotonic()
        settings = self._settings
        require_token(settings)
        self._make_directories()
        self._lock = self._take_data_dir()
        bind(settings.host, settings.port).close()
        prctl(PR_SET_CHILD_SUBREAPER, 1)  # so that what a killed guard leaves comes to us
        env = {
            **os.environ,
            **self._start_services(),
            "MISTUDIO_DATA_DIR": str(self._data),
            "PYTHONUNBUFFERED": "1",
        }
        *first, reserved = [self._child(program, env) for program in self._programs]
        for child in first:  # they import while the database is brought up to date, and wait for that
            child.start()
            self._children.append(child)
        self._migrate(env)
        installation.ensure(env["DATABASE_URL"], self._data)
        self._wait_ready()
        reserved.start()  # after the others, so that its imports do not slow theirs
        self._children.append(reserved)
        return time.monotonic() - begin

    def _make_directories(self) -> None:
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._private.mkdir(mode=0o711, exist_ok=True)
            self._logs.mkdir(exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The data directory {self._data} cannot be written ({error.strerror}). Change MISTUDIO_DATA_DIR."
            ) from None

    def _take_data_dir(self) -> int:
        """The lock that says that a stack runs on this data directory; every process of it holds it."""
        path, owner = self._private / "lock", self._private / "pid"
        descriptor = try_lock(path)
        if descriptor is None:
            if (pid := _living(owner)) is not None:
                raise ConfigurationError(f"miStudio is already running on {self._data} (process {pid}).")
            self._console.say("waiting for an earlier run to stop")
            descriptor = lock(path, LAST_RUN_S)
        owner.write_text(f"{os.getpid()} {psutil.Process().create_time()}", "utf-8")
        return descriptor

    def _start_services(self) -> dict[str, str]:
        """Start the servers that no setting names. Returns the addresses of all as environment."""
        settings, given = self._settings, self._settings.model_fields_set
        urls = {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "REDIS_URL": settings.redis_url.get_secret_value(),
        }
        if "database_url" not in given:
            home = postgres_home(self._data, installation.ensure_id(self._data))
            postgres = LocalPostgres(home, log=self._logs / "postgres.log")
            self._services.append(postgres)
            urls["DATABASE_URL"] = postgres.start().url()
        if "redis_url" not in given:
            valkey = LocalValkey(self._private / "valkey", log=self._logs / "valkey.log")
            self._services.append(valkey)
            urls["REDIS_URL"] = valkey.start().url()
        return urls

    def _migrate(self, env: dict[str, str]) -> None:
        """Bring the schema up to date, in a process of its own so that what it imports is not held here."""
        if schema.is_current(env["DATABASE_URL"], wait_s=DATABASE_S):
            return
        self._console.say("bringing the database up to date")
        migration = self._child(Program("migrate", [sys.executable, "-m", "mistudio.cli", "migrate"], 30.0), env)
        migration.start()
        self._children.append(migration)  # so that it is stopped when we are
        while migration.running:
            time.sleep(TICK_S / 2)
        self._children.remove(migration)
        if migration.status != 0:
            raise LocalServiceFailed(
                f"The database could not be brought up to date (see {self._logs / 'migrate.log'})."
            )

    def _child(self, program: Program, env: dict[str, str]) -> Child:
        held = [] if self._lock is None else [self._lock]
        return Child(program, env=env, logs=self._logs, console=self._console, keep_open=held)

    def _wait_ready(self) -> None:
        readiness = Readiness(self._settings.host, self._settings.port)
        told = time.monotonic()
        while not readiness.ask():
            self.tend()
            for child in self._children:
                if child.ends >= EARLY_ENDS:
                    name = child.program.name
                    raise LocalServiceFailed(
                        f"{name} does not start: see the lines above or {self._logs / name}.log."
                    )
            if time.monotonic() - told > 10.0:
                self._console.say(f"still starting: {readiness.reason}")
                told = time.monotonic()
            time.sleep(TICK_S / 2)

    # --- run ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Keep everything running until a signal's exception comes."""
        while True:
            time.sleep(TICK_S)
            self.tend()

    def tend(self) -> None:
        """Start again what has ended."""
        for service in self._services:
            if not service.running:
                self._revive(service)
        for child in self._children:
            child.tend(self._end_orphans)

    def _revive(self, service: LocalService) -> None:
        self._console.say(f"{service.name} ended, starting it again")
        self._end_orphans()
        try:
            service.start()
        except LocalServiceFailed as error:
            self._console.say(error.detail)
            time.sleep(1.0)

    def _end_orphans(self) -> None:
        """End what killed guards have left to us: first of itself, since the kernel told it, then by force."""
        guards = {child.guard_pid for child in self._children}
        guards |= {service.guard_pid for service in self._services if service.running}
        deadline = time.monotonic() + ORPHAN_S
        while orphans := [child for child in psutil.Process().children() if child.pid not in guards]:
            for orphan in orphans:
                if time.monotonic() > deadline:
                    orphan.kill()
                os.waitpid(orphan.pid, os.WNOHANG)
            time.sleep(0.02)

    # --- stop -----------------------------------------------------------------------------------------------

    def stop(self, hurry: threading.Event | None = None) -> None:
        """Stop everything: the programs first, then what they use. Once `hurry` is set, they are killed."""
        hurry = hurry or threading.Event()
        workers = [child for child in self._children if child.program.name != "api"]
        rest = [child for child in self._children if child not in workers]
        for group in (workers, rest):
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.wait(hurry)
        self._children = []
        for service in reversed(self._services):
            service.stop()
        self._services = []
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _living(owner: Path) -> int | None:
    """The supervisor named in the file, when it lives. Its starting time tells it from a reuse of its pid."""
    try:
        pid, created = owner.read_text("utf-8").split()
        if psutil.Process(int(pid)).create_time() == float(created):
            return int(pid)
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    return None
