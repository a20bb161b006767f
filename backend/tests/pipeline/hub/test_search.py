import time

import pytest

from mistudio.core.errors import HubUnreachable
from mistudio.pipeline.hub.client import Origin
from mistudio.pipeline.hub.repository import pin
from mistudio.pipeline.hub.search import near_names, search_datasets, search_tokenizers
from tests.hub.fixtures import LocalHub
from tests.hub.server import listen, origin
from tests.hub.state import GOOD_TOKEN


def test_hits_come_by_downloads(hub: LocalHub) -> None:
    hits = search_datasets("t", Origin(hub.endpoint))
    assert [hit.name for hit in hits[:2]] == ["acme/tiny", "stories"]
    assert len(search_datasets("t", Origin(hub.endpoint), limit=2)) == 2
    assert len(hub.state.log) == 2


def test_private_names_are_seen_with_a_token_alone(hub: LocalHub) -> None:
    assert search_datasets("secret", Origin(hub.endpoint)) == []
    assert [hit.name for hit in search_datasets("secret", Origin(hub.endpoint, GOOD_TOKEN))] == ["acme/secret"]


def test_tokenizers_are_model_repositories(hub: LocalHub) -> None:
    assert [hit.name for hit in search_tokenizers("gpt", Origin(hub.endpoint))] == ["gpt2"]


@pytest.mark.parametrize(
    ("wrong", "right"), [("acme/tiiny", "acme/tiny"), ("storeis", "stories"), ("acmee/mixed", "acme/mixed")]
)
def test_near_names(hub: LocalHub, wrong: str, right: str) -> None:
    assert near_names("dataset", wrong, Origin(hub.endpoint))[:1] == [right]


def test_no_near_names_without_the_hub(hub: LocalHub) -> None:
    hub.state.fault("/api/datasets", "status", status=429)
    assert near_names("dataset", "acme/tinny", Origin(hub.endpoint)) == []


def test_a_hub_that_says_nothing_is_unreachable_within_five_seconds() -> None:
    with listen() as silent:
        began = time.monotonic()
        with pytest.raises(HubUnreachable, match="in time"):
            pin("dataset", "acme/tiny", None, Origin(origin(silent)))
        assert time.monotonic() - began < 5


def test_a_token_is_in_no_representation() -> None:
    assert GOOD_TOKEN not in repr(Origin("https://hub.example", GOOD_TOKEN))
