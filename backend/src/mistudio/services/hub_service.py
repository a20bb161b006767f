"""What the Hub has, for somebody who is choosing.

The search asks the Hub from here; whatever means reading strangers' files is a question for a worker. Answers are
kept for a minute, apart for each token: an autocomplete asks for the same things again and again.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.errors import HubUnreachable
from mistudio.pipeline.hub.names import check_dataset_name, check_model_name, check_revision
from mistudio.pipeline.hub.shapes import HubDataset, HubHit, HubTokenizer
from mistudio.schemas.metadata import FilePreview
from mistudio.services import preview_service
from mistudio.services.secrets import hub_token

ANSWER_S = 5.0
KEEP_S = 60.0
MOST_KEPT = 500
HITS = 20

_kept: OrderedDict[tuple[str, ...], tuple[float, Any]] = OrderedDict()


async def search(
    session: AsyncSession, settings: Settings, kind: Literal["dataset", "model"], query: str
) -> list[HubHit]:
    """Repositories whose name holds the query, the most downloaded first. Raises the Hub's errors within 5 s."""
    token = await hub_token(session, settings)
    await session.commit()  # the connection goes back to the pool while the Hub is asked
    words = query.strip()

    async def ask() -> list[HubHit]:
        try:
            return await asyncio.wait_for(asyncio.to_thread(_search, kind, words, settings, token), ANSWER_S)
        except TimeoutError:
            raise HubUnreachable("The Hub did not answer in time.") from None

    found: list[HubHit] = await _remembered((kind, words, settings.hf_endpoint, _mark(token)), ask)
    return found


def _search(kind: str, words: str, settings: Settings, token: str | None) -> list[HubHit]:
    # Imported at the first search: the Hub's client takes half a second, and the API's start must not wait for it.
    from mistudio.pipeline.hub.client import Origin
    from mistudio.pipeline.hub.search import search_datasets, search_tokenizers

    find = search_datasets if kind == "dataset" else search_tokenizers
    return find(words, Origin(settings.hf_endpoint, token), HITS)


async def dataset(
    session: AsyncSession, redis: Redis, settings: Settings, name: str, revision: str | None
) -> HubDataset:
    """A dataset's configs, splits and sizes at a revision. Raises HubNameInvalid, the Hub's errors, ServiceBusy."""
    question = {"what": "hub_dataset", "name": check_dataset_name(name), "revision": _revision(revision)}
    return HubDataset.model_validate(await _ask(session, redis, settings, question))


async def rows(
    session: AsyncSession,
    redis: Redis,
    settings: Settings,
    name: str,
    config: str | None,
    split: str | None,
    revision: str | None,
) -> FilePreview:
    """The first rows of a split, without a download. Raises like `dataset`, and the errors of reading a file."""
    question = {"what": "hub_rows", "name": check_dataset_name(name), "revision": _revision(revision)}
    answer = await _ask(session, redis, settings, {**question, "config": config, "split": split})
    return FilePreview.model_validate(answer)


async def tokenizer(
    session: AsyncSession, redis: Redis, settings: Settings, name: str, revision: str | None
) -> HubTokenizer:
    """The tokenizer of a model repository; afterwards its files are kept here. Raises like `dataset`."""
    question = {"what": "hub_tokenizer", "name": check_model_name(name), "revision": _revision(revision)}
    return HubTokenizer.model_validate(await _ask(session, redis, settings, question))


async def _ask(session: AsyncSession, redis: Redis, settings: Settings, question: dict[str, Any]) -> Any:
    token = await hub_token(session, settings)
    key = (*(str(value) for value in question.values()), settings.hf_endpoint, _mark(token))
    return await _remembered(key, lambda: preview_service.ask(session, redis, settings, question, None))


async def _remembered(key: tuple[str, ...], ask: Callable[[], Awaitable[Any]]) -> Any:
    """The kept answer, or a new one. Errors are not kept."""
    now = time.monotonic()
    if key in _kept and now - _kept[key][0] < KEEP_S:
        return _kept[key][1]
    answer = await ask()
    _kept[key] = (now, answer)
    _kept.move_to_end(key)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return answer


def forget() -> None:
    """Ask anew from now on."""
    _kept.clear()


def _revision(revision: str | None) -> str | None:
    return check_revision(revision) if revision else None


def _mark(token: str | None) -> str:
    """Tells tokens apart without keeping them."""
    return hashlib.sha256((token or "").encode()).hexdigest()
