"""Datasets: made from the Hub or a file, tokenized, looked at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from mistudio.client.api import Api, Json
from mistudio.client.pending import Pending
from mistudio.client.tokenizations import Tokenization
from mistudio.schemas.dataset import DatasetSummary, DatasetView, SamplePage
from mistudio.schemas.job import JobView
from mistudio.schemas.metadata import DatasetMetadata


class ReadOptions(TypedDict, total=False):
    """How a file is read. What is left out is detected."""

    text_columns: list[str] | None
    separator: str
    format: Literal["csv", "tsv", "json", "jsonl", "parquet", "text"] | None
    compression: Literal["gzip", "zstd"] | None
    delimiter: str | None
    encoding: str | None
    header: bool | None
    split: str
    split_column: str | None
    on_bad_rows: Literal["refuse", "set_aside"]


class DownloadOptions(TypedDict, total=False):
    """Which part of a dataset of the Hub. What is left out: the default config, every split, all rows of main."""

    config: str | None
    split: str | None
    revision: str | None
    max_samples: int | None
    max_bytes: int | None
    text_columns: list[str] | None
    display_name: str | None


class TokenizeOptions(TypedDict, total=False):
    """As in the API. packing: {"context_size": …} and SAELens' names for the tokens between documents."""

    tokenizer_revision: str | None
    max_length: int
    padding: Literal["longest", "max_length", "do_not_pad"]
    truncation: Literal["longest_first", "only_first", "only_second", "do_not_truncate"]
    add_special_tokens: bool
    return_attention_mask: bool
    stride: int | None
    pad_to_multiple_of: int | None
    text_columns: list[str] | None
    text_separator: str | None
    packing: dict[str, Any] | None
    chat_template: dict[str, Any] | None


class Dataset:
    """A dataset. info: as it stood when it was asked for."""

    def __init__(self, api: Api, info: Json) -> None:
        self._api = api
        self.info = DatasetSummary.model_validate(info)

    @property
    def id(self) -> str:
        return str(self.info.id)

    @property
    def name(self) -> str:
        return self.info.name

    def metadata(self) -> DatasetMetadata:
        """Columns, splits, source, fingerprint, as they are now."""
        return DatasetView.model_validate(self._api.call("GET", f"/datasets/{self.id}")).metadata

    def tokenize(self, tokenizer: str, **options: Unpack[TokenizeOptions]) -> Pending[Tokenization]:
        """tokenizer: a Hub id, or local:{folder}. The same request again finds the result that is there."""
        body = {"tokenizer_name": tokenizer, **options}
        answer = self._api.call("POST", f"/datasets/{self.id}/tokenize", json=body)
        asked = answer["tokenization"]["id"]

        def made(job: JobView | None) -> Tokenization:
            # An equal result may have been there under another request.
            found = (job.result or {}).get("tokenization_id", asked) if job is not None else asked
            return Tokenization(self._api, self._api.call("GET", f"/tokenizations/{found}"))

        return Pending(self._api, answer["job"], made)

    def tokenizations(self) -> list[Tokenization]:
        """Oldest first, unfinished ones too."""
        found = self._api.call("GET", f"/datasets/{self.id}/tokenizations")["items"]
        return [Tokenization(self._api, item) for item in found]

    def samples(
        self, split: str | None = None, offset: int = 0, limit: int = 50, q: str | None = None
    ) -> SamplePage:
        """Rows of a split (default: the first); with q those whose text holds it."""
        params = {"split": split, "offset": offset, "limit": limit, "q": q}
        given = {name: value for name, value in params.items() if value is not None}
        return SamplePage.model_validate(self._api.call("GET", f"/datasets/{self.id}/samples", params=given))

    def sql(self, query: str, split: str | None = None, limit: int = 100) -> SamplePage:
        """The first rows of one SELECT over the table `data`: a split's raw rows (default: the first split)."""
        body = {"query": query, "split": split, "limit": limit}
        return SamplePage.model_validate(self._api.call("POST", f"/datasets/{self.id}/sql", json=body))

    def delete(self) -> Pending[None]:
        """Delete the dataset and everything made of it."""
        answer = self._api.call("DELETE", f"/datasets/{self.id}")
        return Pending(self._api, answer["job"], lambda job: None)

    def __repr__(self) -> str:
        return f"<Dataset {self.name!r} {self.info.status} {self.id}>"


class Datasets:
    """The datasets of a server."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def get(self, name: str) -> Dataset:
        """By id or whole name. Raises DatasetNotFound."""
        return Dataset(self._api, self._api.find_dataset(name))

    def list(self, q: str | None = None) -> "list[Dataset]":
        """All datasets, newest first; with q those whose name holds it."""
        found: list[Dataset] = []
        params: Json = {"limit": 100, **({"q": q} if q else {})}
        while True:
            page = self._api.call("GET", "/datasets", params=params)
            found += [Dataset(self._api, item) for item in page["items"]]
            if page["next_cursor"] is None:
                return found
            params["cursor"] = page["next_cursor"]

    def download(self, name: str, **options: Unpack[DownloadOptions]) -> Pending[Dataset]:
        """A dataset of the Hugging Face Hub."""
        return self._pending(self._api.call("POST", "/datasets/download", json={"name": name, **options}))

    def add(
        self,
        path: Path | str,
        name: str | None = None,
        sent: Callable[[int], object] = lambda n: None,
        **options: Unpack[ReadOptions],
    ) -> Pending[Dataset]:
        """A dataset of a file. name: default is the file's, up to the first dot. sent(n): after every n bytes."""
        file = Path(path)
        upload = self._api.upload(file, sent)
        body = {"upload_id": upload["id"], "name": name or file.name.split(".")[0], **options}
        return self._pending(self._api.call("POST", "/datasets/ingest", json=body))

    def demo(self) -> Pending[Dataset]:
        """The built-in sample text, which needs no internet; its tokenizer is local:demo."""
        return self._pending(self._api.call("POST", "/datasets/demo"))

    def _pending(self, answer: Json) -> Pending[Dataset]:
        def made(job: JobView | None) -> Dataset:
            # A download may turn out to be the commit of a dataset that is there.
            found = (job.result or {}).get("dataset_id") if job is not None else None
            return Dataset(self._api, self._api.call("GET", f"/datasets/{found or answer['dataset']['id']}"))

        return Pending(self._api, answer["job"], made)
