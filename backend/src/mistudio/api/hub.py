"""The Hugging Face Hub: search, what a dataset holds, its first rows, what a tokenizer is."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from mistudio.api.deps import RedisDep, SessionDep, SettingsDep
from mistudio.pipeline.hub.shapes import HubDataset, HubHit, HubTokenizer
from mistudio.schemas.metadata import FilePreview
from mistudio.services import hub_service

router = APIRouter(prefix="/hub", tags=["hub"])

Words = Annotated[str, Query(max_length=200, description="part of a name")]
Name = Annotated[
    str, Path(max_length=200, description="namespace/name, or a single name", examples=["stanfordnlp/imdb"])
]
Revision = Annotated[
    str | None, Query(max_length=200, description="branch, tag or commit; the main branch if absent")
]
Chosen = Annotated[str | None, Query(max_length=200)]


@router.get("/datasets")
async def search_hub_datasets(session: SessionDep, settings: SettingsDep, q: Words = "") -> list[HubHit]:
    """Datasets whose name holds the words, the most downloaded first; at most 20."""
    return await hub_service.search(session, settings, "dataset", q)


@router.get("/datasets/{name:path}")
async def show_hub_dataset(
    name: Name, session: SessionDep, redis: RedisDep, settings: SettingsDep, revision: Revision = None
) -> HubDataset:
    """Configs, splits, rows, sizes and columns, as far as they are known before a download."""
    return await hub_service.dataset(session, redis, settings, name, revision)


@router.get("/rows")
async def show_hub_rows(
    session: SessionDep,
    redis: RedisDep,
    settings: SettingsDep,
    name: Annotated[str, Query(max_length=200)],
    config: Chosen = None,
    split: Chosen = None,
    revision: Revision = None,
) -> FilePreview:
    """The first 20 rows of a split, read from the Hub without downloading it."""
    return await hub_service.rows(session, redis, settings, name, config, split, revision)


@router.get("/tokenizers")
async def search_hub_tokenizers(session: SessionDep, settings: SettingsDep, q: Words = "") -> list[HubHit]:
    """Model repositories whose name holds the words, the most downloaded first; at most 20."""
    return await hub_service.search(session, settings, "model", q)


@router.get("/tokenizers/{name:path}")
async def show_hub_tokenizer(
    name: Name, session: SessionDep, redis: RedisDep, settings: SettingsDep, revision: Revision = None
) -> HubTokenizer:
    """Vocabulary size, special tokens and maximum length. Fetches the tokenizer's files, and keeps them."""
    return await hub_service.tokenizer(session, redis, settings, name, revision)
