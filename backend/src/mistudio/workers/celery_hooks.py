"""What a Celery worker does beside running tasks: be seen, be stopped cleanly, reconcile."""

import subprocess
import sys
from typing import Any

from celery import bootsteps
from celery.signals import worker_process_init, worker_shutting_down

from mistudio.workers import shutdown
from mistudio.workers.child import die_with_parent

CHECK_S = 2.0


class Reconciler(bootsteps.StartStopStep):  # type: ignore[misc]
    """A process beside the worker; started again when it ends."""

    requires = frozenset({"celery.worker.components:Timer"})

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, worker: Any) -> None:
        self._ensure()
        worker.timer.call_repeatedly(CHECK_S, self._ensure)

    def _ensure(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mistudio.workers.reconciler"], stdin=subprocess.DEVNULL
            )

    def stop(self, worker: Any) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    terminate = stop


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def hand_back(**_: Any) -> None:
    """SIGTERM: running jobs are given back at once instead of being waited for."""
    shutdown.announce()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def end_with_worker(**_: Any) -> None:
    """A killed worker leaves no pool process, and these leave no work."""
    die_with_parent()


def install(app: Any) -> None:
    app.steps["worker"].add(Reconciler)
