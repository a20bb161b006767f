"""Questions about the Hub that somebody waits for: what a dataset holds, its first rows, what a tokenizer is.

Cards, data files and vocabularies are strangers' work, so they are read in a worker's child and not in the API.
"""

from typing import Any

from mistudio.core.config import Settings
from mistudio.core.errors import AppError
from mistudio.core.storage import Storage
from mistudio.pipeline.hub.client import Commit, Origin
from mistudio.pipeline.hub.resolve import choose_config, choose_splits, describe
from mistudio.pipeline.hub.shapes import DownloadLimits, HubTokenizer
from mistudio.pipeline.hub.stream import first_rows
from mistudio.pipeline.hub.tokenizer_info import read_facts
from mistudio.pipeline.hub.tokenizers import fetch
from mistudio.services.job_views import failure_json
from mistudio.services.upload_service import read_limits
from mistudio.workers.child import Message, Reporter, Work

SILENCE_S = 5.0


def hub_work(params: dict[str, Any], storage: Storage, settings: Settings, token: str | None) -> Work:
    """params: what (hub_dataset, hub_rows or hub_tokenizer), name, revision; config and split for rows."""
    answers = {"hub_dataset": _dataset, "hub_rows": _rows, "hub_tokenizer": _tokenizer}
    answer = answers[params["what"]]

    def work(report: Reporter) -> Message:
        try:
            return {"result": answer(params, storage, settings, Origin(settings.hf_endpoint, token))}
        except AppError as error:
            return {"error": failure_json(error)}

    return work


def _dataset(params: dict[str, Any], storage: Storage, settings: Settings, origin: Origin) -> Message:
    found = describe(params["name"], origin.endpoint, origin.token, params["revision"])
    return found.model_dump(mode="json")


def _rows(params: dict[str, Any], storage: Storage, settings: Settings, origin: Origin) -> Message:
    dataset = describe(params["name"], origin.endpoint, origin.token, params["revision"])
    config = choose_config(dataset, params["config"])
    split = choose_splits(config, params["split"])[0]
    commit = Commit(origin, "dataset", dataset.name, dataset.files_sha)
    limits = DownloadLimits(read=read_limits(settings), silence_s=SILENCE_S)
    return first_rows(commit, config, split, limits).model_dump(mode="json")


def _tokenizer(params: dict[str, Any], storage: Storage, settings: Settings, origin: Origin) -> Message:
    kept = fetch(params["name"], params["revision"], storage.tokenizer_store(), origin.endpoint, origin.token)
    shown = HubTokenizer(
        name=kept.name,
        sha=kept.sha,
        url=origin.page("model", kept.name),
        fingerprint=kept.fingerprint,
        **read_facts(kept.directory).model_dump(),
    )
    return shown.model_dump(mode="json")
