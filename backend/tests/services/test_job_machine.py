"""Random requests, claims, ends, crashes and returns of the dead, against a model of the state machine."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.errors import Conflict, DiskFull, WorkerLost
from mistudio.db.models import Job
from mistudio.db.session import make_engine, make_sessions
from mistudio.schemas.job import ACTIVE_STATES, TERMINAL_STATES, JobKind, JobState
from mistudio.services import job_lifecycle, job_service
from mistudio.services.job_lifecycle import Lease, seconds

T = TypeVar("T")
LEASE_S, LOST_LIMIT = 60.0, 5
HELD = (JobState.RUNNING, JobState.CANCELLING)
WAITING = (JobState.QUEUED, JobState.RETRYING)


@dataclass
class Model:
    """What a job should be. lapsed: its worker died or hangs, and the lease has run out."""

    subject: str
    params: str
    state: JobState = JobState.QUEUED
    fence: int = 0
    lost: int = 0
    lapsed: bool = False


def test_the_database_does_what_the_model_says(settings: Settings) -> None:
    class Machine(Protocol):
        configured = settings

    limits = hypothesis_settings(
        max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Machine, settings=limits)


class Protocol(RuleBasedStateMachine):
    configured: Settings
    jobs: Bundle[UUID] = Bundle("jobs")
    leases: Bundle[Lease] = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.engine = make_engine(self.configured, pool_size=1)
        self.sessions = make_sessions(self.engine)
        self.models: dict[UUID, Model] = {}
        self.ended: dict[UUID, tuple[Any, ...]] = {}
        self.do(lambda session: session.execute(text("TRUNCATE jobs CASCADE")))

    def teardown(self) -> None:
        self.runner.run(self.engine.dispose())
        self.runner.close()

    def do(self, change: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def transaction() -> T:
            async with self.sessions.begin() as session:
                return await change(session)

        return self.runner.run(transaction())

    def holds(self, lease: Lease) -> Model | None:
        """The job's model, when this lease is the one that counts."""
        model = self.models[lease.job_id]
        return model if model.fence == lease.fence and model.state in HELD else None

    @rule(target=jobs, subject=st.sampled_from("abc"), params=st.sampled_from("xy"))
    def request(self, subject: str, params: str) -> Any:
        active = {id_: m for id_, m in self.models.items() if m.subject == subject and m.state in ACTIVE_STATES}

        def enqueue() -> tuple[Job, bool]:
            return self.do(
                lambda session: job_service.enqueue(
                    session, kind=JobKind.INGEST, queue="datasets", subject=subject, params={}, params_hash=params
                )
            )

        if any(model.params != params for model in active.values()):
            with pytest.raises(Conflict) as refused:
                enqueue()
            (holder,) = active
            assert refused.value.extra["job_id"] == str(holder)
            return holder
        job, new = enqueue()
        assert new == (not active)
        assert new or job.id in active
        if new:
            self.models[job.id] = Model(subject, params)
        return job.id

    @rule(target=leases, job_id=jobs)
    def message_arrives(self, job_id: UUID) -> Lease:
        """The first, a doubled or a late one."""
        model = self.models[job_id]
        job = self.do(lambda session: job_lifecycle.claim(session, job_id, "worker", LEASE_S))
        assert (job is not None) == (model.state in WAITING)
        if job is not None:
            model.state, model.fence, model.lapsed = JobState.RUNNING, model.fence + 1, False
        return Lease(job_id, model.fence, "worker")

    @rule(lease=leases)
    def heartbeat(self, lease: Lease) -> None:
        model = self.holds(lease)
        job = self.do(lambda session: job_lifecycle.renew(session, lease, LEASE_S))
        assert (job is not None) == (model is not None)
        if model is not None:
            model.lapsed = False

    @rule(lease=leases)
    def finish(self, lease: Lease) -> None:
        model = self.holds(lease)
        job = self.do(lambda session: job_lifecycle.succeed(session, lease, {}))
        assert (job is not None) == (model is not None)
        if model is not None:
            model.state = JobState.SUCCEEDED

    @rule(lease=leases)
    def fail(self, lease: Lease) -> None:
        model = self.holds(lease)
        job = self.do(lambda session: job_lifecycle.fail(session, lease, DiskFull()))
        assert (job is not None) == (model is not None)
        if model is not None:
            model.state = JobState.FAILED

    @rule(lease=leases)
    def hand_back(self, lease: Lease) -> None:
        model = self.holds(lease)
        job = self.do(lambda session: job_lifecycle.put_back(session, lease, 0, "again"))
        assert (job is not None) == (model is not None and model.state == JobState.RUNNING)
        if model is not None and job is not None:
            model.state = JobState.RETRYING

    @rule(lease=leases)
    def notice_the_cancel(self, lease: Lease) -> None:
        model = self.holds(lease)
        job = self.do(lambda session: job_lifecycle.cancelled(session, lease))
        assert (job is not None) == (model is not None and model.state == JobState.CANCELLING)
        if model is not None and job is not None:
            model.state = JobState.CANCELLED

    @rule(job_id=jobs)
    def cancel(self, job_id: UUID) -> None:
        model = self.models[job_id]
        job = self.do(lambda session: job_lifecycle.request_cancel(session, job_id))
        assert (job is not None) == (model.state in ACTIVE_STATES)
        if model.state in ACTIVE_STATES:
            model.state = JobState.CANCELLED if model.state in WAITING else JobState.CANCELLING

    @rule(lease=leases)
    def worker_dies(self, lease: Lease) -> None:
        """Or hangs: it may come back with any of the writes above."""
        model = self.holds(lease)
        if model is not None:
            past = update(Job).where(Job.id == lease.job_id).values(lease_until=func.now() - seconds(1))
            self.do(lambda session: session.execute(past))
            model.lapsed = True

    @rule()
    def reconcile(self) -> None:
        lapsed = {job_id for job_id, model in self.models.items() if model.lapsed and model.state in HELD}
        assert set(self.do(job_lifecycle.expired)) == lapsed
        for job_id in lapsed:
            model = self.models[job_id]
            ended = self.do(
                lambda session, job_id=job_id: job_lifecycle.expire_lease(session, job_id, LOST_LIMIT, WorkerLost())
            )
            assert ended is not None
            if model.state == JobState.CANCELLING:
                model.state = JobState.CANCELLED
            elif model.lost + 1 >= LOST_LIMIT:
                model.state = JobState.FAILED
            else:
                model.state, model.lost = JobState.RETRYING, model.lost + 1

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        columns = select(Job.id, Job.state, Job.fence, Job.lost_leases, Job.seq, Job.finished_at, Job.error_code)
        rows = self.do(lambda session: session.execute(columns)).all()
        assert {row.id: (row.state, row.fence, row.lost_leases) for row in rows} == {
            job_id: (model.state, model.fence, model.lost) for job_id, model in self.models.items()
        }
        for row in rows:  # the end is the end, to the last column
            if row.state in TERMINAL_STATES:
                assert self.ended.setdefault(row.id, tuple(row)) == tuple(row)
