"""A whole miStudio for tests: API and workers as processes, on a database, Redis and disk of their own.

- `stack`: one per module, with the API, one worker on all queues, and intervals at a tenth. For tests that leave
  the processes alone.
- `make_stack`: a factory of stacks whose parts a test starts, kills, pauses and starts again.

Import the fixtures in a folder's conftest: `from tests.stack import make_stack, stack`.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
import redis

from mistudio.core.config import QUEUES
from mistudio.core.presence import PREFIX
from mistudio.local.network import free_port
from mistudio.local.postgres import LocalPostgres
from mistudio.local.valkey import LocalValkey
from tests import parented
from tests.hub.fixtures import LocalHub
from tests.local.waiting import eventually

Json = dict[str, Any]
MARK = "MISTUDIO_TEST_STACK"
TERMINAL = frozenset({"succeeded", "failed", "cancelled"})
TENTH = {
    "MISTUDIO_HEARTBEAT_S": "0.5",
    "MISTUDIO_LEASE_S": "3",
    "MISTUDIO_GIVE_UP_S": "2",
    "MISTUDIO_RECONCILE_S": "1.5",
    "MISTUDIO_REDISPATCH_S": "3",
    "MISTUDIO_PROGRESS_DATABASE_S": "0.1",
    "MISTUDIO_PROGRESS_SOCKET_S": "0.05",
    "MISTUDIO_RETRY_FIRST_S": "0.5",
    "MISTUDIO_RETRY_LONGEST_S": "60",
}


class Stack:
    """Processes by name: "api", and whatever its workers were called. Everything it has lies below `folder`."""

    def __init__(
        self,
        folder: Path,
        postgres: LocalPostgres,
        database: str,
        valkey: LocalValkey,
        hub: LocalHub,
        **settings: str,
    ) -> None:
        """settings: further environment variables of all processes."""
        self.folder, self.postgres, self.valkey, self.hub = folder, postgres, valkey, hub
        self.data, self.failpoints = folder / "data", folder / "failpoints"
        for directory in (self.data, self.failpoints, folder / "logs"):
            directory.mkdir()
        self.database = database
        self.port = free_port()
        self.mark = secrets.token_hex(8)
        self.environment = {
            **os.environ,
            **TENTH,
            MARK: self.mark,
            "DATABASE_URL": postgres.url(database),
            "REDIS_URL": valkey.url(),
            "HF_ENDPOINT": hub.endpoint,
            "MISTUDIO_DATA_DIR": str(self.data),
            "MISTUDIO_FAILPOINTS": str(self.failpoints),
            "MISTUDIO_PORT": str(self.port),
            "MISTUDIO_FREE_DISK_BYTES": "10000000",
            "MISTUDIO_TOKENIZE_THREADS": "1",
            **settings,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.statuses: list[tuple[int, str]] = []  # of every answer, with what was asked
        self.client = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=30, event_hooks={"response": [self._note]}
        )

    def _note(self, answer: httpx2.Response) -> None:
        self.statuses.append((answer.status_code, f"{answer.request.method} {answer.request.url.path}"))

    # --- processes ------------------------------------------------------------------------------------------

    def start_api(self) -> None:
        self._start("api", "api")
        eventually(self._answers, 120)

    def start_worker(self, name: str = "worker", queues: Collection[str] = QUEUES, concurrency: int = 2) -> None:
        """Returns at once; `wait_ready` waits for the first one."""
        self._start(name, "worker", "-Q", ",".join(queues), "-c", str(concurrency), "--name", name)

    def wait_ready(self, workers: int = 1) -> None:
        """Until the API answers and so many workers take messages."""
        eventually(self._answers, 120)
        with redis.Redis.from_url(self.valkey.url()) as broker:
            for key in broker.keys(f"{PREFIX}*"):
                broker.delete(key)  # those of dead workers would stand for a while yet
            eventually(lambda: self._seen(broker) >= workers, 120)

    def _seen(self, broker: redis.Redis) -> int:
        for name, process in self.processes.items():
            assert process.poll() in (None, 0, -9), f"{name} ended:\n{self.log(name)[-3000:]}"
        return len(broker.keys(f"{PREFIX}*"))

    def _start(self, name: str, *command: str) -> None:
        assert not self.running(name), f"{name} runs already"
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, parented.__file__, sys.executable, "-m", "mistudio.cli", *command],
                env=self.environment,
                cwd=self.folder,  # no `.env` file of the checkout is read
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _answers(self) -> bool:
        assert self.running("api"), self.log("api")
        try:
            return self.client.get("/health").status_code == 200
        except httpx2.TransportError:
            return False

    def running(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def tree(self, name: str) -> list[psutil.Process]:
        """A process and all below it, parents first."""
        root = psutil.Process(self.processes[name].pid)
        return [root, *root.children(recursive=True)]

    def kill(self, name: str) -> None:
        """kill -9 of the process alone: what is below it must end by itself."""
        self.processes[name].kill()
        self.processes[name].wait(10)

    def terminate(self, name: str, timeout_s: float = 30) -> None:
        """SIGTERM, and wait for the end."""
        if self.running(name):
            self.processes[name].terminate()
            self.processes[name].wait(timeout_s)

    def stop(self) -> None:
        """Stop every process: the workers first."""
        names = sorted(filter(self.running, self.processes), key="api".__eq__)
        for name in names:
            if name != "api":
                self.processes[name].terminate()
        for name in names:
            self.terminate(name)

    def marked(self) -> list[psutil.Process]:
        """Every living process that descends from this stack, also one that was orphaned."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == self.mark:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def log(self, name: str) -> str:
        """What a process has logged so far, over all its starts."""
        path = self.folder / "logs" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def sql(self, statement: str) -> list[list[str]]:
        """Rows of a query, as texts."""
        return [line.split("|") for line in self.postgres.sql(statement, self.database).splitlines()]

    # --- requests -------------------------------------------------------------------------------------------

    def post(self, path: str, status: int = 202, **request: Any) -> Json:
        answer = self.client.post(path, **request)
        assert answer.status_code == status, answer.text
        body: Json = answer.json()
        return body

    def get(self, path: str) -> Json:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def upload(self, data: bytes, filename: str = "texts.txt") -> str:
        """Send a file. Returns the upload's id."""
        answer = self.post("/uploads", 201, content=data, headers={"Upload-Filename": filename})
        return str(answer["id"])

    def ingest(self, data: bytes, filename: str = "texts.jsonl", name: str | None = None, **options: Any) -> Json:
        """Ask for a dataset of these bytes. Returns the 202's body."""
        body = {"upload_id": self.upload(data, filename), "name": name or f"set-{secrets.token_hex(4)}", **options}
        return self.post("/datasets/ingest", json=body)

    def download(self, name: str, **options: Any) -> Json:
        return self.post("/datasets/download", json={"name": name, **options})

    def tokenize(self, dataset_id: str, tokenizer: str = "acme/bpe", status: int = 202, **options: Any) -> Json:
        body = {"tokenizer_name": tokenizer, "max_length": 64, **options}
        return self.post(f"/datasets/{dataset_id}/tokenize", status, json=body)

    def job(self, job_id: str) -> Json:
        return self.get(f"/jobs/{job_id}")

    def wait_for(self, job_id: str, *states: str, timeout_s: float = 60) -> Json:
        """The job once it is in one of the states ("succeeded" unless given). Fails when it ends otherwise."""
        wanted = states or ("succeeded",)

        def there() -> Json | None:
            job = self.job(job_id)
            assert job["state"] in wanted or job["state"] not in TERMINAL, job
            return job if job["state"] in wanted else None

        return eventually(there, timeout_s) or {}

    def dataset(self, data: bytes = b'{"text": "a cat sat on a hill"}\n' * 100, **options: Any) -> str:
        """A finished dataset. Returns its id."""
        accepted = self.ingest(data, **options)
        self.wait_for(accepted["task_id"])
        return str(accepted["dataset"]["id"])


@contextmanager
def new_stack(
    postgres: LocalPostgres, template: str, hub: LocalHub, service_dir: Path, folder: Path, **settings: str
) -> Iterator[Stack]:
    """A stack without any process yet. settings: further environment variables."""
    postgres.start()
    database = f"stack_{secrets.token_hex(6)}"
    postgres.sql(f"CREATE DATABASE {database} TEMPLATE {template} OWNER mistudio")
    with LocalValkey(service_dir / f"valkey-{database}") as valkey:
        stack = Stack(folder, postgres, database, valkey, hub, **settings)
        try:
            yield stack
        finally:
            valkey.resume()
            valkey.start()
            postgres.start()
            stack.stop()
            stack.client.close()
            postgres.sql(f"DROP DATABASE {database} WITH (FORCE)")


MakeStack = Callable[..., Stack]


@pytest.fixture(scope="module")
def make_stack(
    postgres: LocalPostgres,
    template_database: str,
    hub_server: LocalHub,
    service_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MakeStack]:
    """Makes stacks without any process yet. Keywords are further environment variables."""
    with ExitStack() as made:

        def make(**settings: str) -> Stack:
            folder = tmp_path_factory.mktemp("stack")
            return made.enter_context(
                new_stack(postgres, template_database, hub_server, service_dir, folder, **settings)
            )

        yield make


@pytest.fixture(scope="module")
def stack(make_stack: MakeStack) -> Stack:
    """The API and one worker on all queues, ready."""
    made = make_stack()
    made.start_api()
    made.start_worker()
    made.wait_ready()
    return made
