"""What tests of the rules have: sessions on a database of their own."""

from collections.abc import AsyncIterator

import pytest

from mistudio.core.config import Settings
from mistudio.db.session import Sessions, make_engine, make_sessions


@pytest.fixture
async def sessions(settings: Settings) -> AsyncIterator[Sessions]:
    engine = make_engine(settings, pool_size=20)
    yield make_sessions(engine)
    await engine.dispose()
