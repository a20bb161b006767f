"""Fixtures: `hub_server` runs for the whole session, `hub` is it with a clean slate for one test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.hub.samples import add_samples
from tests.hub.server import serve
from tests.hub.state import HubState


@dataclass(frozen=True)
class LocalHub:
    endpoint: str
    state: HubState


@pytest.fixture(scope="session")
def hub_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    state = HubState(tmp_path_factory.mktemp("hub"))
    with serve(state) as endpoint:
        yield LocalHub(endpoint, state)


@pytest.fixture
def hub(hub_server: LocalHub) -> LocalHub:
    """The local Hub with the sample repositories as they were made, no faults and an empty log."""
    hub_server.state.repositories.clear()
    add_samples(hub_server.state)
    hub_server.state.reset()
    return hub_server
