"""The Hub's own Parquet copy of a dataset, on a branch beside it: config/split/0000.parquet."""

from collections.abc import Iterable

from mistudio.pipeline.hub.forecast import estimated_arrow
from mistudio.pipeline.hub.names import check_split_name
from mistudio.pipeline.hub.shapes import HubConfig, HubFile, HubSplit

CONVERTED = "refs/convert/parquet"
_PARTIAL = "partial-"


def converted_configs(files: Iterable[HubFile]) -> tuple[list[HubConfig], list[str]]:
    """Configs by the branch's folders, and warnings about splits the Hub has copied only in part."""
    tree: dict[str, dict[str, list[HubFile]]] = {}
    warnings = []
    for file in files:
        parts = file.path.split("/")
        if len(parts) != 3 or not parts[2].endswith(".parquet"):
            continue
        config, split, _ = parts
        if split.startswith(_PARTIAL):
            split = split.removeprefix(_PARTIAL)
            warnings.append(f"The Hub's copy of {config}/{split} holds its beginning only.")
        tree.setdefault(config, {}).setdefault(split, []).append(file)
    only = len(tree) == 1
    configs = [
        HubConfig(
            name=config,
            is_default=only or config == "default",
            format="parquet",
            splits=tuple(_split(split, kept) for split, kept in splits.items()),
        )
        for config, splits in tree.items()
    ]
    return configs, list(dict.fromkeys(warnings))


def _split(name: str, files: list[HubFile]) -> HubSplit:
    return HubSplit(
        name=check_split_name(name),
        num_files=len(files),
        num_bytes=sum(file.size for file in files),
        num_bytes_arrow=estimated_arrow(files),
        files=tuple(files),
    )
