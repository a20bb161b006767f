"""Which installation a database belongs to, and what people set while it runs."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from mistudio.db.models.base import Base, CreatedAt


class Installation(CreatedAt, Base):
    """One row. `secrets` holds ciphertext only."""

    __tablename__ = "installation"

    id: Mapped[str] = mapped_column(primary_key=True)
    secrets: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
