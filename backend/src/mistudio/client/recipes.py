"""A result made again by its recipe, and whether it came out the same."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from mistudio.client.datasets import Dataset, Datasets
from mistudio.client.pending import Pending
from mistudio.client.tokenizations import Tokenization
from mistudio.core.errors import AppError, InvalidRequest, NameTaken
from mistudio.pipeline.sample_name import SAMPLE_FILE
from mistudio.schemas.job import JobView
from mistudio.schemas.metadata import ROW_OPTIONS
from mistudio.schemas.recipe import Recipe, RecipeSource

CHUNK = 1 << 20
Watch = Callable[[JobView], object]


class RecipeInvalid(InvalidRequest):
    """This is no recipe."""

    code = "RECIPE_INVALID"


class OtherFile(AppError):
    """This is not the file that the recipe was made with."""

    code = "OTHER_FILE"


@dataclass(frozen=True)
class Comparison:
    """expected: None where the recipe does not say."""

    name: str
    expected: str | None
    found: str | None

    @property
    def same(self) -> bool | None:
        return None if self.expected is None else self.expected == self.found


@dataclass(frozen=True)
class Reproduced:
    """comparisons: raw data, tokenizer and content, by their hashes."""

    tokenization: Tokenization
    comparisons: list[Comparison]

    @property
    def same(self) -> bool | None:
        """Whether all rows came out the same; None for a recipe without a content hash."""
        return next(c.same for c in self.comparisons if c.name == "content")


def read(path: Path) -> Recipe:
    """A mistudio.json or the same as YAML. Raises RecipeInvalid, OSError."""
    text = path.read_text(encoding="utf-8")
    try:
        found = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        return Recipe.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecipeInvalid(f"{path.name}: {where}: {first['msg']}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise RecipeInvalid(f"{path.name} is neither JSON nor YAML: {error}") from error


def run(
    datasets: Datasets,
    recipe: Recipe,
    file: Path | None,
    dataset: Dataset | None,
    watch: Watch = lambda job: None,
) -> Reproduced:
    """Fetch or add the raw data unless `dataset` is given, tokenize, compare. watch: called with jobs as they go.

    Raises RecipeInvalid without a source, OtherFile, and the errors of the jobs.
    """
    if dataset is None:
        dataset = _raw_data(datasets, recipe.source, file).wait(progress=watch)
    config = recipe.config
    options = config.model_dump(
        mode="json", exclude={"tokenizer_name", *(ROW_OPTIONS if config.packing else ())}, exclude_none=True
    )
    made = dataset.tokenize(config.tokenizer_name, **options).wait(progress=watch)
    return Reproduced(made, _compare(recipe, dataset, made))


def _raw_data(datasets: Datasets, source: RecipeSource | None, file: Path | None) -> Pending[Dataset]:
    if file is not None:
        return _from_file(datasets, source or RecipeSource(), file)
    if source is None:
        raise RecipeInvalid("The recipe names no source. Give the file, or a dataset that is there.")
    if source.repo_id is not None:
        return datasets.download(
            source.repo_id,
            config=source.config,
            split=source.split,
            revision=source.revision or source.requested_revision,
            max_samples=source.max_samples,
            max_bytes=source.max_bytes,
        )
    if source.filename == SAMPLE_FILE and source.sha256 is None:
        return datasets.demo()
    raise RecipeInvalid(f"The raw data came from a file, {source.filename}: give it with the recipe.")


def _from_file(datasets: Datasets, source: RecipeSource, file: Path) -> Pending[Dataset]:
    if source.sha256 is not None and (found := _sha256(file)) != source.sha256:
        raise OtherFile(
            f"{file.name} is not the file of the recipe: its SHA-256 is {found}, not {source.sha256}.",
            expected=source.sha256,
            found=found,
        )
    asked = source.options.model_dump(mode="json", exclude_none=True) if source.options is not None else {}
    name = file.name.split(".")[0]
    try:
        return datasets.add(file, name, **asked)
    except NameTaken:
        return datasets.add(file, f"{name} {_sha256(file)[:7]}", **asked)


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _compare(recipe: Recipe, dataset: Dataset, made: Tokenization) -> list[Comparison]:
    info = made.info
    return [
        Comparison(
            "raw data", recipe.source.fingerprint if recipe.source else None, dataset.metadata().fingerprint
        ),
        Comparison(
            "tokenizer",
            recipe.tokenizer.fingerprint if recipe.tokenizer else None,
            info.tokenizer.fingerprint if info.tokenizer else None,
        ),
        Comparison("content", recipe.content_hash, info.content_hash),
    ]
