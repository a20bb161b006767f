"""One server, as an object."""

from pathlib import Path
from types import TracebackType
from typing import Self

from mistudio.client import recipes
from mistudio.client.api import Api
from mistudio.client.datasets import Dataset, Datasets
from mistudio.client.tokenizations import Tokenization
from mistudio.core.config import get_settings
from mistudio.schemas.recipe import Recipe


class Client:
    """A miStudio server. Raises the server's errors (mistudio.core.errors), and ServerAway without an answer."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        """url: default MISTUDIO_URL, else this machine at MISTUDIO_PORT. token: default MISTUDIO_API_TOKEN."""
        settings = get_settings()
        if token is None and settings.api_token is not None:
            token = settings.api_token.get_secret_value()
        self.api = Api(url or settings.url or f"http://127.0.0.1:{settings.port}", token)
        self.datasets = Datasets(self.api)

    def tokenization(self, tokenization_id: str) -> Tokenization:
        """Raises TokenizationNotFound."""
        return Tokenization(self.api, self.api.call("GET", f"/tokenizations/{tokenization_id}"))

    def run(
        self,
        recipe: Recipe | Path | str,
        *,
        file: Path | str | None = None,
        dataset: Dataset | None = None,
    ) -> recipes.Reproduced:
        """Make a result again by its recipe: a model, or a path to mistudio.json or YAML.

        file: the raw data, where the recipe's came from a file. dataset: use this one as it is.
        """
        wanted = recipe if isinstance(recipe, Recipe) else recipes.read(Path(recipe))
        return recipes.run(self.datasets, wanted, Path(file) if file is not None else None, dataset)

    def close(self) -> None:
        self.api.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client {self.api.url}>"
