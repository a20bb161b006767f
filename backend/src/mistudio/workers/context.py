"""What a job's parts are given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mistudio.core.config import Settings
from mistudio.core.storage import Storage
from mistudio.db.models import Job
from mistudio.db.session import Sessions
from mistudio.services.job_lifecycle import Lease
from mistudio.workers.child import Message, Work


@dataclass(frozen=True)
class Context:
    """One attempt at a job, in the process that holds its lease."""

    settings: Settings
    storage: Storage
    sessions: Sessions
    job: Job
    lease: Lease


@dataclass(frozen=True)
class Plan:
    """How one attempt goes.

    work: runs in the child; returns the facts of what it made. publish: makes them true and ends the job, or
    returns None when the lease was lost. find_same: looks up an equal finished result by its identity.
    forecast_bytes: what the work will put on the disk.
    """

    work: Work
    publish: Callable[[Context, Message], Awaitable[Job | None]]
    forecast_bytes: int = 0
    find_same: Callable[[Context, Message], Awaitable[str | None]] | None = None
    use_same: Callable[[Context, str], Awaitable[Job | None]] | None = None
    memory_bytes: int | None = field(default=None)


Prepare = Callable[[Context], Awaitable[Plan]]
