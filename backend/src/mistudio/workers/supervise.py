"""Watching the child: heartbeat, progress, cancellation, limits. Ends with one outcome and a dead child."""

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from sqlalchemy.exc import SQLAlchemyError

from mistudio.core.config import Settings
from mistudio.core.errors import AppError, DiskFull
from mistudio.core.events import Teller
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Job
from mistudio.db.session import Sessions
from mistudio.schemas.job import JobState
from mistudio.services import job_lifecycle
from mistudio.services.job_lifecycle import Lease
from mistudio.services.job_views import progress_event
from mistudio.workers import shutdown
from mistudio.workers.child import Child, Message, rebuild
from mistudio.workers.progress import Meter

TICK_S = 0.05
DATABASE_ERRORS = (SQLAlchemyError, OSError, TimeoutError)

log = logging.getLogger(__name__)


class End(Enum):
    RESULT = auto()
    ERROR = auto()
    CRASH = auto()
    CANCELLED = auto()
    SHUTDOWN = auto()
    LEASE_LOST = auto()
    SAME_RESULT = auto()


@dataclass(frozen=True)
class Outcome:
    """How the work ended. result: of RESULT. same: id of the equal tokenization. signal: of CRASH, if any."""

    end: End
    result: Message = field(default_factory=dict)
    error: AppError | None = None
    signal: int | None = None
    same: str | None = None


@dataclass
class Watch:
    """What one run of a job is supervised with."""

    sessions: Sessions
    settings: Settings
    storage: Storage
    teller: Teller
    lease: Lease
    job: Job
    find_same: Callable[[Message], Awaitable[str | None]] | None = None  # identity → id of an equal finished result


async def supervise(watch: Watch, child: Child) -> Outcome:
    """Follow the child until it ends or must be ended. The child is dead when this returns."""
    try:
        return await _Supervisor(watch, child).run()
    finally:
        child.kill()
        os.close(child.pipe)


class _Supervisor:
    def __init__(self, watch: Watch, child: Child) -> None:
        self.watch, self.child = watch, child
        self.meter = Meter(watch.job.kind)
        self.buffer = b""
        self.result: Message | None = None
        self.error: AppError | None = None
        self.same: str | None = None
        self.last_contact = time.monotonic()
        self.last_beat = self.last_write = self.last_event = 0.0
        self.job = watch.job
        self.status: str | None = None

    async def run(self) -> Outcome:
        while True:
            ended = self.child.ended()
            changed = await self._read()
            if ended:
                return self._ending()
            if self.same is not None:
                return Outcome(End.SAME_RESULT, same=self.same)
            outcome = await self._look_around(changed)
            if outcome is not None:
                return outcome
            await self._wait()

    async def _wait(self) -> None:
        """Until the child says something, or a tick has passed."""
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self.child.pipe, readable.set)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(readable.wait(), TICK_S)
        loop.remove_reader(self.child.pipe)
        if readable.is_set():
            await asyncio.sleep(TICK_S / 5)  # let reports gather: one look for many

    async def _read(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self.child.pipe, 1 << 20):
                self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            await self._take(json.loads(line))
        return bool(lines)

    async def _take(self, message: Message) -> None:
        if "progress" in message:
            self.meter.report(**message["progress"])
        elif "identity" in message:
            await self._find_same(message["identity"])
        elif "result" in message:
            self.result = message["result"]
        elif "error" in message:
            self.error = rebuild(message["error"])

    async def _find_same(self, identity: Message) -> None:
        if self.watch.find_same is None:
            return
        try:
            self.same = await self.watch.find_same(identity)
        except DATABASE_ERRORS as error:
            log.warning("not known whether this was made before: %s", error)  # publishing will find out

    def _ending(self) -> Outcome:
        status = self.child.status
        if self.error is not None:
            return Outcome(End.ERROR, error=self.error)
        if self.result is not None and status == 0:
            return Outcome(End.RESULT, result=self.result)
        if shutdown.announced():
            return Outcome(End.SHUTDOWN)  # the signal that stops the worker was sent to all of its processes
        return Outcome(End.CRASH, signal=-status if status is not None and status < 0 else None)

    async def _look_around(self, changed: bool) -> Outcome | None:
        if shutdown.announced():
            return Outcome(End.SHUTDOWN)
        settings, now = self.watch.settings, time.monotonic()
        if now - self.last_write >= min(settings.progress_database_s, settings.heartbeat_s):
            outcome = await self._write()
            if outcome is not None:
                return outcome
        elif changed and now - self.last_event >= settings.progress_socket_s:
            self._tell()
        if now - self.last_beat >= settings.heartbeat_s:
            self.last_beat = now
            outcome = self._check_disk()
            if outcome is not None:
                return outcome
        if time.monotonic() - self.last_contact > settings.give_up_s:
            log.error("no heartbeat for %.0f s: the work is stopped", settings.give_up_s)
            return Outcome(End.LEASE_LOST)
        return None

    async def _write(self) -> Outcome | None:
        """Heartbeat, progress and the question whether to go on, in one statement."""
        self.last_write = time.monotonic()
        try:
            job = await asyncio.wait_for(self._renew(), self.watch.settings.give_up_s / 2)
        except DATABASE_ERRORS as error:
            log.warning("heartbeat failed: %s", error or type(error).__name__)
            return None
        if job is None:
            return Outcome(End.LEASE_LOST)
        self.last_contact = time.monotonic()
        self.job = job
        self._tell()
        return Outcome(End.CANCELLED) if job.state == JobState.CANCELLING else None

    def _check_disk(self) -> Outcome | None:
        free = self.watch.storage.free_bytes()
        if free >= self.watch.settings.free_disk_bytes:
            return None
        words = f"Only {free / 1e9:.1f} GB are left on the data directory's disk. Free some space, then try again."
        return Outcome(End.ERROR, error=DiskFull(words, free_bytes=free))

    async def _renew(self) -> Job | None:
        async with self.watch.sessions.begin() as session:
            job = await job_lifecycle.renew(
                session, self.watch.lease, self.watch.settings.lease_s, **self.meter.values()
            )
            if job is not None and self.status is None and job.dataset_id is not None:
                dataset = await session.get(Dataset, job.dataset_id)
                self.status = dataset.status if dataset else None
            return job

    def _tell(self) -> None:
        """To the sockets, between two writes with the newest numbers."""
        self.last_event = time.monotonic()
        for name, value in self.meter.values().items():
            setattr(self.job, name, value)  # the row is detached: this changes the event, not the database
        self.watch.teller.tell(progress_event(self.job, self.status))
