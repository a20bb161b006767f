"""Searching the Hub's listings: for the autocomplete, and for names near one that does not exist."""

import difflib
from typing import Any

from huggingface_hub.hf_api import DatasetInfo, ModelInfo

from mistudio.core.errors import AppError
from mistudio.pipeline.hub.client import Kind, Origin
from mistudio.pipeline.hub.errors import hub_errors_as_ours
from mistudio.pipeline.hub.shapes import HubHit

WANTED_TAGS = ("language:", "license:", "size_categories:", "task_categories:")


def search_datasets(query: str, origin: Origin, limit: int = 20) -> list[HubHit]:
    """Datasets whose name holds the query, the most downloaded first. Raises the Hub's errors."""
    return [_hit(info) for info in _search("dataset", origin, search=query, limit=limit)]


def search_tokenizers(query: str, origin: Origin, limit: int = 20) -> list[HubHit]:
    """Model repositories whose name holds the query. Whether one has a tokenizer is seen when it is opened."""
    return [_hit(info) for info in _search("model", origin, search=query, limit=limit)]


def near_names(kind: Kind, name: str, origin: Origin, limit: int = 5) -> list[str]:
    """Existing names near one that does not exist, the nearest first; none when the Hub does not answer."""
    namespace, _, last = name.rpartition("/")
    questions: list[dict[str, Any]] = [{"search": word} for word in dict.fromkeys((last, last[:4]))]
    if namespace:
        questions.append({"author": namespace})
    found: dict[str, None] = {}
    try:
        for question in questions:
            found |= dict.fromkeys(info.id for info in _search(kind, origin, limit=50, **question))
    except AppError:
        return []
    found.pop(name, None)
    scored = [(_likeness(other, name), other) for other in found]
    return [other for score, other in sorted(scored, reverse=True)[:limit] if score > 0.6]


def _search(kind: Kind, origin: Origin, **question: Any) -> list[DatasetInfo | ModelInfo]:
    api = origin.api()
    with hub_errors_as_ours("listing", origin.endpoint):
        if kind == "dataset":
            return list(api.list_datasets(sort="downloads", **question))
        return list(api.list_models(sort="downloads", **question))


def _likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1, by the part after the slash."""
    one, other = one.rpartition("/")[2].lower(), other.rpartition("/")[2].lower()
    return difflib.SequenceMatcher(None, one, other).ratio()


def _hit(info: DatasetInfo | ModelInfo) -> HubHit:
    return HubHit(
        name=info.id,
        downloads=info.downloads,
        likes=info.likes,
        gated=bool(info.gated),
        private=bool(info.private),
        last_modified=info.last_modified,
        tags=tuple(tag for tag in info.tags or () if tag.startswith(WANTED_TAGS)),
    )
