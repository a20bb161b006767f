"""Watching the child: heartbeat, progress, cancellation, limits. Ends with one outcome and a dead child."""

import asyncio
import contextlib
import json
import logging
import os
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from mistudio.core.config import Settings
from mistudio.core.errors import AppError, DiskFull
from mistudio.core.events import Publisher
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
    publisher: Publisher
    lease: Lease
    job: Job
    find_same: Any = None  # async (identity) → id of an equal finished result, or None


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
        self.last_write = 0.0
        self.last_event = 0.0
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
        elif "identity" in message and self.watch.find_same is not None:
            self.same = await self.watch.find_same(message["identity"])
        elif "result" in message:
            self.result = message["result"]
        elif "error" in message:
            self.error = rebuild(message["error"])

    def _ending(self) -> Outcome:
        status = self.child.status
        if self.error is not None:
            return Outcome(End.ERROR, error=self.error)
        if self.result is not None and status == 0:
            return Outcome(End.RESULT, result=self.result)
        return Outcome(End.CRASH, signal=-status if status is not None and status < 0 else None)

    async def _look_around(self, changed: bool) -> Outcome | None:
        if shutdown.announced():
            return Outcome(End.SHUTDOWN)
        settings, now = self.watch.settings, time.monotonic()
        beat_due = now - self.last_write >= settings.heartbeat_s
        write_due = now - self.last_write >= min(settings.progress_database_s, settings.heartbeat_s)
        if beat_due or write_due:
            outcome = await self._write(beat_due)
            if outcome is not None:
                return outcome
        elif changed and now - self.last_event >= settings.progress_socket_s:
            await self._tell()
        if time.monotonic() - self.last_contact > settings.give_up_s:
            log.error("no heartbeat for %.0f s: the work is stopped", settings.give_up_s)
            return Outcome(End.LEASE_LOST)
        return None

    async def _write(self, beat: bool) -> Outcome | None:
        """Heartbeat, progress and the question whether to go on, in one statement."""
        self.last_write = time.monotonic()
        try:
            job = await asyncio.wait_for(self._renew(), self.watch.settings.heartbeat_s)
        except DATABASE_ERRORS as error:
            log.warning("heartbeat failed: %s", error)
            return None
        if job is None:
            return Outcome(End.LEASE_LOST)
        self.last_contact = time.monotonic()
        self.job = job
        await self._tell()
        if job.state == JobState.CANCELLING:
            return Outcome(End.CANCELLED)
        if beat and self.watch.storage.free_bytes() < self.watch.settings.free_disk_bytes:
            free = self.watch.storage.free_bytes() / 1e9
            return Outcome(
                End.ERROR,
                error=DiskFull(
                    f"Only {free:.1f} GB are left on the data directory's disk. Free some space, then try again."
                ),
            )
        return None

    async def _renew(self) -> Job | None:
        async with self.watch.sessions.begin() as session:
            job = await job_lifecycle.renew(
                session, self.watch.lease, self.watch.settings.lease_s, **self.meter.values()
            )
            if job is not None and self.status is None and job.dataset_id is not None:
                dataset = await session.get(Dataset, job.dataset_id)
                self.status = dataset.status if dataset else None
            return job

    async def _tell(self) -> None:
        """To the sockets, between two writes with the newest numbers."""
        self.last_event = time.monotonic()
        for name, value in self.meter.values().items():
            setattr(self.job, name, value)  # the row is detached: this changes the event, not the database
        await self.watch.publisher.progress(progress_event(self.job, self.status))
