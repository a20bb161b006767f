"""What a Celery worker does beside running tasks: log, be seen, be stopped cleanly, reconcile."""

import logging
import os
import subprocess
import sys
from typing import Any

from celery import bootsteps
from celery.signals import setup_logging, worker_process_init, worker_ready, worker_shutting_down
from redis import Redis
from redis.exceptions import RedisError

from mistudio.core.config import get_settings
from mistudio.core.logging import configure_logging
from mistudio.core.presence import EXPIRES_S, own_key
from mistudio.workers import shutdown
from mistudio.workers.child import die_with_parent

CHECK_S = 2.0
SEEN_EVERY_S = 3.0

log = logging.getLogger(__name__)


class Reconciler(bootsteps.StartStopStep):  # type: ignore[misc]
    """A process beside the worker; started again when it ends."""

    requires = frozenset({"celery.worker.components:Timer", "celery.worker.components:Pool"})

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def start(self, worker: Any) -> None:
        self._ensure()
        worker.timer.call_repeatedly(CHECK_S, self._ensure)

    def _ensure(self) -> None:
        if not self.stopping and (self.process is None or self.process.poll() is not None):
            command = [sys.executable, "-m", "mistudio.workers.reconciler", str(os.getpid())]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def stop(self, worker: Any) -> None:
        self.stopping = True  # timers go on while the pool stops
        if self.process is not None:
            self.process.kill()  # at any moment: its work is made for that
            self.process.wait()

    terminate = stop


class Presence(bootsteps.StartStopStep):  # type: ignore[misc]
    """While the worker takes messages it has a key in Redis, which expires soon after its death."""

    requires = frozenset({"celery.worker.components:Timer"})

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        # The main process asks Redis between other things and must not hang on it.
        url = get_settings().redis_url.get_secret_value()
        self.redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def start(self, worker: Any) -> None:
        worker_ready.connect(self._ready)
        worker.timer.call_repeatedly(SEEN_EVERY_S, self._be_seen)

    def _ready(self, **_: Any) -> None:
        self._be_seen()

    def _be_seen(self) -> None:
        try:
            self.redis.set(own_key(), "1", ex=EXPIRES_S)
        except (RedisError, OSError) as error:
            log.warning("Redis does not answer: %s", error)

    def stop(self, worker: Any) -> None:
        try:
            self.redis.delete(own_key())
        except (RedisError, OSError):
            return  # it expires

    terminate = stop


@setup_logging.connect  # type: ignore[untyped-decorator]
def log_as_the_rest(**_: Any) -> None:
    settings = get_settings()
    configure_logging(settings.log_level, settings.log_format)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def hand_back(**_: Any) -> None:
    """SIGTERM: running jobs are given back at once instead of being waited for."""
    shutdown.announce()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def end_with_worker(**_: Any) -> None:
    """A killed worker leaves no pool process, and these leave no work."""
    die_with_parent()


def install(app: Any) -> None:
    app.steps["worker"].update((Reconciler, Presence))
