"""Datasets: text samples with named splits."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mistudio.db.models.base import Base, CreatedAt


class Dataset(CreatedAt, Base):
    """`metadata` has the shape of schemas.metadata.DatasetMetadata. Paths are below the data directory."""

    __tablename__ = "datasets"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(255))
    source: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    num_samples: Mapped[int | None] = mapped_column(BigInteger)
    num_features: Mapped[int | None] = mapped_column(BigInteger)
    raw_path: Mapped[str | None]
    tokenized_path: Mapped[str | None]
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, server_default=text("'{}'"))
    error: Mapped[dict[str, Any] | None]
    deleted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __table_args__ = (
        # A name is free again as soon as its dataset is being deleted.
        Index("uq_datasets_name", "name", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index("ix_datasets_metadata", "metadata", postgresql_using="gin"),
        Index("ix_datasets_created_at_id", "created_at", "id"),
        Index("ix_datasets_updated_at_id", "updated_at", "id"),
        Index("ix_datasets_num_samples_id", "num_samples", "id"),
        Index("ix_datasets_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    )
