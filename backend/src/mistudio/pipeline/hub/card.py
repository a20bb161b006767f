"""What a dataset's card says: its configs, how their files are read, and what it claims about rows and columns."""

from typing import Any

import yaml
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCardData

from mistudio.core.errors import HubGated, HubNoData
from mistudio.pipeline.hub.repository import Repository, read_file
from mistudio.schemas.metadata import ReadOptions

CARD, CARD_BESIDE, OLD_INFOS = "README.md", ".huggingface.yaml", "dataset_infos.json"
SUMMARY_CHARACTERS = 600
# Parameters of a config that say nothing about reading, or what our readers do anyway.
_HARMLESS = {"data_dir", "data_files", "default", "description", "drop_labels", "features", "lines", "version"}


class Card:
    """The parsed card. Attributes: configs (name → parameters), infos (config → DatasetInfo), summary."""

    def __init__(self, data: DatasetCardData, text: str) -> None:
        try:
            self.configs: dict[str, dict[str, Any]] = dict(MetadataConfigs.from_dataset_card_data(data))
            self.default_config: str | None = MetadataConfigs(self.configs).get_default_config_name()
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise HubNoData(f"The card's configs cannot be read: {str(error)[:300]}") from None
        try:
            self.infos: dict[str, Any] = dict(DatasetInfosDict.from_dataset_card_data(data))
        except (ValueError, TypeError, AttributeError, KeyError):
            self.infos = {}  # claims about columns and rows, of a shape `datasets` does not know: done without
        self.summary = summary(text)

    def info(self, config: str) -> Any:
        """The DatasetInfo of a config, or None."""
        only = next(iter(self.infos.values())) if len(self.infos) == 1 and not self.configs else None
        return self.infos.get(config, only)


def read_card(repository: Repository) -> Card:
    """Read README.md and the YAML beside it. A gate hides the text; the Hub's parsed copy of its head remains.

    Raises HubNoData when the YAML is malformed, and the Hub's errors.
    """
    parsed: Any = repository.info.card_data
    text, head = "", parsed.to_dict() if parsed is not None else {}
    try:
        if CARD in repository.files:
            text, head = split_card(read_file(repository, CARD).decode("utf-8-sig", "replace"))
        if CARD_BESIDE in repository.files:
            head |= yaml.safe_load(read_file(repository, CARD_BESIDE)) or {}
        return Card(DatasetCardData(**head), text)
    except HubGated:
        return Card(DatasetCardData(**head), text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise HubNoData(f"The card's YAML is malformed: {str(error)[:300]}") from None


def split_card(content: str) -> tuple[str, dict[str, Any]]:
    """A card's text and the YAML between the "---" lines at its head. Raises yaml.YAMLError, ValueError."""
    lines = content.splitlines()
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        return content, {}
    end = lines.index("---", 1)
    head = yaml.safe_load("\n".join(lines[1:end])) or {}
    if not isinstance(head, dict):
        raise ValueError("it is not a mapping")
    return "\n".join(lines[end + 1 :]), {str(name): value for name, value in head.items()}


def summary(text: str) -> str:
    """The first paragraphs of the card's text, without headings and markup."""
    lines = (line.strip() for line in text.splitlines())
    joined = " ".join(line for line in lines if line and line[0] not in "#<|![-")
    return joined if len(joined) <= SUMMARY_CHARACTERS else joined[:SUMMARY_CHARACTERS].rsplit(" ", 1)[0] + " …"


def read_options(parameters: dict[str, Any]) -> ReadOptions:
    """How a config's files are read, from its parameters. Raises HubNoData for those that cannot be honoured."""
    given = {name: value for name, value in parameters.items() if name not in _HARMLESS}
    if given.get("sample_by") == "line":
        del given["sample_by"]
    delimiter = given.pop("sep", None) or given.pop("delimiter", None)
    encoding = given.pop("encoding", None)
    header = given.pop("header", "infer")
    if given or header not in ("infer", 0, None):
        names = ", ".join(sorted(given)) or "header"
        raise HubNoData(f"The card asks for reading options that are not supported: {names}.")
    try:
        return ReadOptions(delimiter=delimiter, encoding=encoding, header=False if header is None else None)
    except ValueError:
        raise HubNoData("The card's delimiter or encoding is not valid.") from None
