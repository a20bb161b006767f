"""Database connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from mistudio.core.config import Settings

Sessions = async_sessionmaker[AsyncSession]


IDLE_S = 60.0


def make_engine(settings: Settings, pool_size: int | None = None, idle_s: float = IDLE_S) -> AsyncEngine:
    """An engine on DATABASE_URL. Lost connections are noticed before use; a query may take a minute.

    idle_s: PostgreSQL ends a transaction that does nothing for so long, and with it its locks: its process hangs
    or its machine is out of reach.
    """
    return create_async_engine(
        settings.database_url.get_secret_value(),
        pool_size=pool_size or settings.database_pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,  # errors go to logs, and values may be users' texts
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": 5,
            "command_timeout": 60,
            "server_settings": {"idle_in_transaction_session_timeout": str(round(idle_s * 1000))},
        },
    )


def make_sessions(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def worker_sessions(settings: Settings) -> AsyncIterator[Sessions]:
    """Sessions for the length of one event loop, on at most two connections."""
    engine = make_engine(settings, pool_size=2, idle_s=settings.lease_s)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()
