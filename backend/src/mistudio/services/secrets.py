"""The Hub token: from the environment, or kept encrypted in the database. It is never shown again."""

import base64
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.db.models import Installation

KEY_FILE = ".secret-key"  # in the data directory, readable by its owner alone; leave it out of backups
HUB_TOKEN = "hf_token"


def _key(settings: Settings) -> bytes:
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / KEY_FILE
    if not path.exists():
        _write_once(path, Fernet.generate_key())
    return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    """Several processes may try: the first one's key is kept, and nobody reads half of it."""
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        mine.unlink()


def _cipher(settings: Settings) -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"mistudio hub token").derive(_key(settings))
    return Fernet(base64.urlsafe_b64encode(derived))


async def hub_token(session: AsyncSession, settings: Settings) -> str | None:
    """The token kept in the settings, else the environment's, else None."""
    kept = (await session.execute(select(Installation.secrets))).scalars().first() or {}
    if HUB_TOKEN in kept:
        try:
            return _cipher(settings).decrypt(kept[HUB_TOKEN].encode()).decode()
        except InvalidToken:
            return None  # the key was changed: the token must be given again
    return settings.hf_token.get_secret_value() if settings.hf_token else None


async def keep_hub_token(session: AsyncSession, settings: Settings, token: str) -> None:
    """Keep a token, or forget the kept one when it is empty."""
    kept = dict((await session.execute(select(Installation.secrets))).scalars().first() or {})
    kept.pop(HUB_TOKEN, None)
    if token:
        kept[HUB_TOKEN] = _cipher(settings).encrypt(token.encode()).decode()
    await session.execute(update(Installation).values(secrets=kept))


async def token_source(session: AsyncSession, settings: Settings) -> str:
    kept = (await session.execute(select(Installation.secrets))).scalars().first() or {}
    if HUB_TOKEN in kept:
        return "settings"
    return "environment" if settings.hf_token else "none"
