"""Jobs: the truth about background work. Their states are guarded by a trigger, made in the first migration."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from mistudio.db.models.base import Base, CreatedAt

ACTIVE = text("state IN ('queued', 'running', 'retrying', 'cancelling')")


class Job(CreatedAt, Base):
    """`subject` names what an active job holds: at most one active job a subject."""

    __tablename__ = "jobs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(String(20))
    queue: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("7"))
    dataset_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("datasets.id", ondelete="SET NULL"))
    tokenization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tokenizations.id", ondelete="SET NULL"))
    dataset_name: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(150))
    params: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    params_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), server_default=text("'queued'"))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    crashes: Mapped[int] = mapped_column(server_default=text("0"))
    lost_leases: Mapped[int] = mapped_column(server_default=text("0"))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    fence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    run_at: Mapped[datetime] = mapped_column(server_default=func.now())
    dispatched_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(40))
    progress: Mapped[float | None]
    done: Mapped[int | None] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    unit: Mapped[str | None] = mapped_column(String(20))
    rate: Mapped[float | None]
    message: Mapped[str | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None]
    error_extra: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_jobs_active_subject", "subject", unique=True, postgresql_where=ACTIVE),
        Index("ix_jobs_active", "state", "run_at", postgresql_where=ACTIVE),
        Index("ix_jobs_created_at_id", "created_at", "id"),
        Index("ix_jobs_dataset_id_created_at", "dataset_id", "created_at"),
        Index("ix_jobs_tokenization_id", "tokenization_id"),
    )


class JobEvent(Base):
    """A job's history: written by the trigger on every change of state or stage, and by workers."""

    __tablename__ = "job_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    level: Mapped[str] = mapped_column(String(10), server_default=text("'info'"))
    event: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (Index("ix_job_events_job_id_id", "job_id", "id"),)
