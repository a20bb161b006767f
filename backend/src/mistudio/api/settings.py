"""/settings: what people may see and change of this installation."""

import platform
from importlib.metadata import version
from typing import Literal, cast

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.api.deps import SessionDep, SettingsDep, StorageDep
from mistudio.core.config import Settings
from mistudio.core.storage import Storage
from mistudio.pipeline.sample_name import SAMPLE_FOLDER, SAMPLE_TOKENIZER
from mistudio.schemas.settings import SettingsChange, SettingsView
from mistudio.services import secrets

router = APIRouter(prefix="/settings", tags=["settings"])
SHOWN_VERSIONS = ("mistudio", "datasets", "transformers", "tokenizers", "huggingface-hub", "pyarrow", "celery")


@router.get("")
async def show_settings(session: SessionDep, settings: SettingsDep, storage: StorageDep) -> SettingsView:
    return await _view(session, settings, storage)


@router.put("")
async def change_settings(
    change: SettingsChange, session: SessionDep, settings: SettingsDep, storage: StorageDep
) -> SettingsView:
    """Keep or forget the Hub token. It is stored encrypted and never shown again."""
    if change.hf_token is not None:
        await secrets.keep_hub_token(session, settings, change.hf_token.get_secret_value())
    return await _view(session, settings, storage)


async def _view(session: AsyncSession, settings: Settings, storage: Storage) -> SettingsView:
    token = await secrets.hub_token(session, settings)
    source = await secrets.token_source(session, settings)
    return SettingsView(
        hf_endpoint=settings.hf_endpoint,
        hf_token_source=cast(Literal["environment", "settings", "none"], source),
        hf_token_hint=token[-4:] if token and len(token) >= 12 else None,
        needs_login=settings.api_token is not None,
        tokenizer_dir=str(settings.tokenizer_dir) if settings.tokenizer_dir else None,
        local_tokenizers=_local_tokenizers(settings, storage),
        max_upload_bytes=settings.max_upload_bytes,
        versions={"python": platform.python_version(), **{name: version(name) for name in SHOWN_VERSIONS}},
    )


def _local_tokenizers(settings: Settings, storage: Storage) -> list[str]:
    names = []
    if (storage.tokenizer_store() / SAMPLE_FOLDER).is_dir():
        names.append(SAMPLE_TOKENIZER)
    root = settings.tokenizer_dir
    if root is not None and root.is_dir():
        names += sorted(f"local:{path.name}" for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    return names
