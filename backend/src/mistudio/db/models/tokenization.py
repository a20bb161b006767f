"""Tokenizations: results of tokenizing a dataset under one configuration."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from mistudio.db.models.base import Base, CreatedAt


class Tokenization(CreatedAt, Base):
    """`config`: TokenizationConfig; `result`: TokenizationResult without its statistics; `statistics`: those."""

    __tablename__ = "tokenizations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    dataset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(String(20))
    config: Mapped[dict[str, Any]]
    params_hash: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    path: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    num_samples: Mapped[int | None] = mapped_column(BigInteger)
    num_tokens: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[dict[str, Any] | None]
    statistics: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_tokenizations_dataset_id_params_hash",
            "dataset_id",
            "params_hash",
            unique=True,
            postgresql_where=text("status <> 'DELETING'"),
        ),
        Index(
            "uq_tokenizations_fingerprint",
            "dataset_id",
            "fingerprint",
            unique=True,
            postgresql_where=text("status = 'READY'"),
        ),
    )
