"""Results of tokenizing: their numbers, their rows, their files."""

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mistudio.client.api import Api, Json
from mistudio.client.pending import Pending, follow, look
from mistudio.core.errors import ServiceBusy, TokenizationNotReady
from mistudio.schemas.export import ExportFormat, ExportView
from mistudio.schemas.job import JobView
from mistudio.schemas.metadata import TokenizationStatistics
from mistudio.schemas.tokenization import TokenizationView
from mistudio.schemas.verification import Verification

if TYPE_CHECKING:
    from datasets import DatasetDict


class Export:
    """Files of one format. info: as it stood when it was asked for."""

    def __init__(self, api: Api, info: ExportView) -> None:
        self._api, self.info = api, info

    def download(self, folder: Path | str) -> Path:
        """Fetch all files into a folder, made if missing; files that are there whole are not fetched again."""
        root = Path(folder)
        for file in self.info.files or []:
            relative = PurePosixPath(file.path)
            if relative.is_absolute() or ".." in relative.parts:
                raise ValueError(f"the server names a file outside the folder: {file.path}")
            target = root.joinpath(*relative.parts)
            if not (target.is_file() and target.stat().st_size == file.size_bytes):
                self._api.download(f"/exports/{self.info.id}/files/{file.path}", target)
        return root

    def delete(self) -> None:
        """Remove the files on the server."""
        self._api.call("DELETE", f"/exports/{self.info.id}")

    def __repr__(self) -> str:
        return f"<Export {self.info.format} of {self.info.tokenization_id}, {len(self.info.files or [])} files>"


class Tokenization:
    """A result. info: as it stood when it was asked for."""

    def __init__(self, api: Api, info: Json) -> None:
        self._api = api
        self.info = TokenizationView.model_validate(info)

    @property
    def id(self) -> str:
        return str(self.info.id)

    @property
    def statistics(self) -> TokenizationStatistics:
        """Exact numbers by split and in total. Raises TokenizationNotReady before there is a result."""
        if self.info.statistics is None:
            raise TokenizationNotReady
        return self.info.statistics

    def load(self, cache_dir: Path | str | None = None) -> "DatasetDict":
        """The rows as `datasets.DatasetDict`.

        Opened in place where the server's data directory is on this machine; otherwise a Parquet export is fetched
        into cache_dir (default: below the user's cache directory), once.
        """
        from mistudio.client.loading import load

        return load(self._api, self, cache_dir)

    def export(self, format: ExportFormat, **options: Any) -> Pending[Export]:
        """Have files of another format made. options: split, compression, pieces, append_eos; see the API."""
        body = {"format": format, **options}
        answer = self._api.call("POST", f"/tokenizations/{self.id}/export", json=body)

        def made(job: JobView | None) -> Export:
            shown = self._api.call("GET", f"/exports/{answer['export']['id']}")
            return Export(self._api, ExportView.model_validate(shown))

        return Pending(self._api, answer["job"], made)

    def exports(self) -> list[Export]:
        """The finished exports whose files are there, newest first."""
        found = self._api.call("GET", f"/tokenizations/{self.id}/exports")["items"]
        return [Export(self._api, ExportView.model_validate(item)) for item in found]

    def verify(self, full: bool | None = None, rows: int = 64) -> Verification:
        """Prove the result against its recipe. full: hash every row. rows: how many to tokenize again."""
        params = {"rows": rows, **({"full": full} if full is not None else {})}
        try:
            answer = self._api.call("GET", f"/tokenizations/{self.id}/verify", params=params)
        except ServiceBusy as busy:  # it takes longer than a request may wait
            if "job_id" not in busy.extra:
                raise
            job = follow(self._api, look(self._api, busy.extra["job_id"]), None)
            answer = (job.result or {})["verification"]
        return Verification.model_validate(answer)

    def recipe(self) -> Json:
        """What `Client.run` and `mistudio run` make the same result of elsewhere."""
        return self._api.call("GET", f"/tokenizations/{self.id}/recipe")

    def delete(self) -> Pending[None]:
        answer = self._api.call("DELETE", f"/tokenizations/{self.id}")
        return Pending(self._api, answer["job"], lambda job: None)

    def __repr__(self) -> str:
        return f"<Tokenization {self.info.tokenizer_name} {self.info.status} {self.id}>"
