"""A dataset's configs, splits and files, before anything is downloaded."""

from collections.abc import Iterable
from typing import Any, Literal

from datasets.load import infer_module_for_data_files_list
from datasets.packaged_modules import _MODULE_TO_EXTENSIONS

from mistudio.core.errors import HubConfigNotFound, HubNeedsScript, HubNoData, HubNotFound, HubSplitNotFound
from mistudio.pipeline.hub.card import Card, read_card, read_options
from mistudio.pipeline.hub.client import Origin
from mistudio.pipeline.hub.converted import CONVERTED, converted_configs
from mistudio.pipeline.hub.forecast import estimated_arrow
from mistudio.pipeline.hub.names import check_split_name
from mistudio.pipeline.hub.patterns import Listing
from mistudio.pipeline.hub.repository import Repository, pin
from mistudio.pipeline.hub.shapes import HubConfig, HubDataset, HubFile, HubSplit
from mistudio.schemas.metadata import Format, ReadOptions

_FORMATS: dict[str, Format] = {"csv": "csv", "parquet": "parquet", "text": "text"}
_READABLE = {*_FORMATS, "json"}
_COMPRESSED = (".zip", ".xz", ".bz2", ".7z", ".rar", ".tar", ".lz4")


def describe(name: str, endpoint: str, token: str | None, revision: str | None = None) -> HubDataset:
    """What the dataset holds at a revision (default: the main branch), resolved to a commit.

    A config that cannot be read is listed with its problem. Raises the errors of `pin`; HubNeedsScript for a
    dataset made by a script of which the Hub has no Parquet copy; HubNoData when no config can be read.
    """
    origin = Origin(endpoint, token)
    repository = pin("dataset", name, revision, origin)
    card: Card | None = None
    warnings: list[str] = []
    files_sha = repository.sha
    if needs_script(repository):
        configs, warnings, files_sha = _converted(repository, revision)
        card_summary = ""
    else:
        card = read_card(repository)
        configs, card_summary = card_configs(repository, card), card.summary
    if configs and all(config.problem for config in configs):
        raise HubNoData(str(configs[0].problem), url=repository.page)
    info = repository.info
    return HubDataset(
        name=repository.name,
        sha=repository.sha,
        url=repository.page,
        files_sha=files_sha,
        converted=card is None,
        private=bool(info.private),
        gated=_gate(info.gated),
        license=_license(info),
        last_modified=info.last_modified,
        downloads=info.downloads,
        likes=info.likes,
        tags=tuple(info.tags or ()),
        summary=card_summary,
        default_config=_default(configs),
        configs=tuple(configs),
        warnings=tuple(warnings),
    )


def choose_config(dataset: HubDataset, config: str | None) -> HubConfig:
    """The named config, or the default one. Raises HubConfigNotFound (extra: configs), HubNoData."""
    names = [one.name for one in dataset.configs]
    wanted = config or dataset.default_config
    if wanted is None:
        raise HubConfigNotFound(f"{dataset.name} has several configs: choose one.", configs=names[:200])
    found = next((one for one in dataset.configs if one.name == wanted), None)
    if found is None:
        raise HubConfigNotFound(f"{dataset.name} has no config {wanted!r}.", configs=names[:200])
    if found.problem:
        raise HubNoData(f"Config {found.name!r}: {found.problem}", url=dataset.url)
    return found


def choose_splits(config: HubConfig, split: str | None) -> list[HubSplit]:
    """The named split, or all of them for None and "all". Raises HubSplitNotFound (extra: splits)."""
    if split in (None, "all"):
        return list(config.splits)
    found = [one for one in config.splits if one.name == split]
    if not found:
        names = [one.name for one in config.splits]
        raise HubSplitNotFound(f"Config {config.name!r} has no split {split!r}.", splits=names)
    return found


def needs_script(repository: Repository) -> bool:
    """A file named like the repository is its loading script; `datasets` no longer runs those, and we never do."""
    return f"{repository.name.rpartition('/')[2]}.py" in repository.files


def card_configs(repository: Repository, card: Card) -> list[HubConfig]:
    """The configs by the card, or the one that the files' names make."""
    listing = Listing(repository.files)
    given = card.configs or {"default": {}}
    configs = []
    for name, parameters in given.items():
        is_default = name == card.default_config or len(given) == 1
        try:
            read = read_options(parameters)
            folder = parameters.get("data_dir") or ""
            if "data_files" in parameters:
                patterns = listing.given_patterns(parameters["data_files"])
                folder = ""
            else:
                patterns = listing.default_patterns(folder)
            found = {str(split): listing.files(several, folder) for split, several in patterns.items()}
            configs.append(_config(name, is_default, repository, found, read, card.info(name)))
        except HubNoData as problem:
            configs.append(HubConfig(name=name, is_default=is_default, problem=problem.detail))
    return configs


def _config(
    name: str,
    is_default: bool,
    repository: Repository,
    found: dict[str, list[str]],
    read: ReadOptions,
    info: Any,
) -> HubConfig:
    splits, formats = [], []
    for split, paths in found.items():
        module, kept = _readable(paths)
        formats.append(_format(module, kept))
        claimed = (info.splits or {}).get(split) if info is not None else None
        splits.append(_split(split, [repository.files[path] for path in kept], claimed))
    features = info.features if info is not None else None
    return HubConfig(
        name=name,
        is_default=is_default,
        format=formats[0] if len(set(formats)) == 1 else None,
        splits=tuple(splits),
        features={column: _type(feature) for column, feature in features.items()} if features else None,
        read=read,
    )


def _readable(paths: list[str]) -> tuple[str, list[str]]:
    """The reader most of the files are for, and the files it reads. Raises HubNoData when there is none."""
    plain = [path for path in paths if not path.lower().endswith(_COMPRESSED)]
    module = infer_module_for_data_files_list(plain)[0] if plain else None
    if module is None or module not in _READABLE:
        kinds = sorted({path.rpartition(".")[2][:20] for path in paths})[:5]
        raise HubNoData(f"Its files are in no format that can be read here ({', '.join(kinds) or 'none at all'}).")
    endings = set(_MODULE_TO_EXTENSIONS[module])
    return module, [
        path for path in plain if any(f".{part}" in endings for part in path.rpartition("/")[2].split(".")[1:])
    ]


def _format(module: str, paths: list[str]) -> Format | None:
    """csv, parquet and text by the reader; tsv and jsonl by the ending; None: the content tells."""
    if module == "csv":
        return "tsv" if all(".tsv" in path.lower() for path in paths) else "csv"
    if module == "json":
        return "jsonl" if all(".jsonl" in path.lower() or ".ndjson" in path.lower() for path in paths) else None
    return _FORMATS[module]


def _split(name: str, files: Iterable[HubFile], claimed: Any) -> HubSplit:
    kept = tuple(files)
    exact = claimed is not None and bool(claimed.num_bytes)
    return HubSplit(
        name=check_split_name(name),
        num_files=len(kept),
        num_bytes=sum(file.size for file in kept),
        num_rows=claimed.num_examples if claimed is not None else None,
        num_bytes_arrow=claimed.num_bytes if exact else estimated_arrow(kept),
        is_exact=exact,
        files=kept,
    )


def _converted(repository: Repository, revision: str | None) -> tuple[list[HubConfig], list[str], str]:
    if revision is not None and revision not in ("main", repository.sha):
        raise HubNeedsScript("Only the newest revision of it has a Parquet copy on the Hub.", url=repository.page)
    try:
        branch = pin("dataset", repository.name, CONVERTED, repository.origin)
    except HubNotFound:
        raise HubNeedsScript(
            f"{repository.name} is made by a script of its own, which miStudio never runs, and the Hub has no "
            "Parquet copy of it.",
            url=repository.page,
        ) from None
    configs, warnings = converted_configs(branch.files.values())
    if not configs:
        raise HubNeedsScript("The Hub's Parquet copy of it is empty.", url=repository.page)
    return configs, warnings, branch.sha


def _default(configs: list[HubConfig]) -> str | None:
    return next((config.name for config in configs if config.is_default), None)


def _gate(said: Any) -> Literal["auto", "manual"] | None:
    if not said:
        return None
    return "auto" if said == "auto" else "manual"


def _license(info: Any) -> str | None:
    said = info.card_data.to_dict().get("license") if info.card_data else None
    if isinstance(said, list):
        return ", ".join(str(one) for one in said)
    return str(said) if said else None


def _type(feature: Any) -> str:
    return str(getattr(feature, "dtype", None) or type(feature).__name__.lower())
