"""Where a tokenizer's files are, by the name in a configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mistudio.core.config import Settings
from mistudio.core.errors import TokenizerNotFound
from mistudio.core.storage import Storage
from mistudio.pipeline.hub.tokenizers import fetch
from mistudio.pipeline.sample_name import SAMPLE_FOLDER
from mistudio.schemas.metadata import TokenizationConfig
from mistudio.services.tokenization_service import LOCAL_PREFIX, check_tokenizer_name


@dataclass(frozen=True)
class Located:
    """A tokenizer's files. revision: the commit they came from; None for a local folder."""

    directory: Path
    revision: str | None


def locator(
    config: TokenizationConfig, storage: Storage, settings: Settings, token: str | None
) -> Callable[[], Located]:
    """A function for the child: it fetches a Hub tokenizer when the store does not have it."""
    name, revision = config.tokenizer_name, config.tokenizer_revision
    check_tokenizer_name(name)
    if name.startswith(LOCAL_PREFIX):
        folder = local_folder(name.removeprefix(LOCAL_PREFIX), storage, settings)
        return lambda: Located(folder, None)
    store, endpoint = storage.tokenizer_store(), settings.hf_endpoint

    def from_hub() -> Located:
        kept = fetch(name, revision, store, endpoint, token)
        return Located(kept.directory, kept.sha)

    return from_hub


def local_folder(folder: str, storage: Storage, settings: Settings) -> Path:
    """The operator's folder of that name, or the demo tokenizer's."""
    if folder == SAMPLE_FOLDER:
        demo_folder = storage.tokenizer_store() / SAMPLE_FOLDER
        if demo_folder.is_dir():
            return demo_folder
        raise TokenizerNotFound("The demo tokenizer is made with the demo dataset: make that first.")
    root = settings.tokenizer_dir
    if root is None:
        raise TokenizerNotFound("This installation has no folder of local tokenizers (MISTUDIO_TOKENIZER_DIR).")
    path = (root / folder).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_dir():
        raise TokenizerNotFound(f"There is no folder {folder!r} below MISTUDIO_TOKENIZER_DIR.")
    return path
