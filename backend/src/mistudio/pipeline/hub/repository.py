"""A repository pinned to a commit, with the list of its files."""

import re
from dataclasses import dataclass

from huggingface_hub import get_session
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, RepoFile
from huggingface_hub.utils._http import hf_raise_for_status

from mistudio.core.errors import HubFileBroken, HubNotFound, HubRevisionNotFound
from mistudio.pipeline.hub.checksums import checksum
from mistudio.pipeline.hub.client import FIRST_ANSWER_S, Commit, Kind, Origin, headers
from mistudio.pipeline.hub.errors import gone_as_moved, hub_errors_as_ours
from mistudio.pipeline.hub.names import check_dataset_name, check_model_name, check_revision
from mistudio.pipeline.hub.search import near_names
from mistudio.pipeline.hub.shapes import HubFile

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SMALL_FILE_BYTES = 50_000_000


@dataclass(frozen=True)
class Repository(Commit):
    """A commit with its files: path → file, in the Hub's order."""

    info: DatasetInfo | ModelInfo
    files: dict[str, HubFile]


def pin(kind: Kind, name: str, revision: str | None, origin: Origin) -> Repository:
    """Resolve a name and revision to a commit and list its files.

    The first request is short, so that an unreachable Hub is known within five seconds.
    Raises HubNameInvalid, HubNotFound (extra: suggestions), HubRevisionNotFound, HubTokenInvalid, HubGated,
    HubRateLimited (extra: retry_after), HubUnreachable.
    """
    name = check_dataset_name(name) if kind == "dataset" else check_model_name(name)
    revision = check_revision(revision) if revision is not None else None
    api, address = origin.api(), origin.page(kind, name)
    try:
        with hub_errors_as_ours(name, address):
            ask = api.dataset_info if kind == "dataset" else api.model_info
            info = ask(name, revision=revision, timeout=FIRST_ANSWER_S)
    except HubNotFound as error:
        if isinstance(error, HubRevisionNotFound):
            raise
        if error.extra:
            raise  # it is there, but the Hub has closed it
        raise HubNotFound(error.detail, suggestions=near_names(kind, name, origin)) from None
    sha = info.sha
    if sha is None or not _OID.fullmatch(sha):
        raise HubNotFound(f"{name} has no commit yet.", url=address)
    with hub_errors_as_ours(name, address), gone_as_moved(name):
        tree = api.list_repo_tree(name, repo_type=kind, revision=sha, recursive=True)
        files = [_file(entry) for entry in tree if isinstance(entry, RepoFile)]
    return Repository(origin, kind, info.id, sha, info, {file.path: file for file in files})


def read_file(repository: Repository, path: str) -> bytes:
    """The content of a small file: a card, a vocabulary. Raises HubGated, HubFileBroken and the like."""
    file = repository.files[path]
    if file.size > SMALL_FILE_BYTES:
        raise HubFileBroken(f"{path} of {repository.name} has {file.size} bytes, far more than such a file needs.")
    repository.origin.api()  # the session below is ours once this was called
    with hub_errors_as_ours(repository.name, repository.page), gone_as_moved(repository.name):
        response = get_session().get(repository.url(path), headers=headers(repository.origin.token))
        hf_raise_for_status(response)
    digest = checksum(file)
    digest.update(response.content)
    if digest.hexdigest() != file.oid:
        raise HubFileBroken(f"{path} arrived with another content than the Hub lists.", path=path)
    return response.content


def _file(entry: RepoFile) -> HubFile:
    oid = entry.lfs.sha256 if entry.lfs is not None else entry.blob_id
    if not _OID.fullmatch(oid):
        raise HubFileBroken(f"The Hub lists {entry.path} without a checksum.")
    return HubFile(path=entry.path, size=entry.size, oid=oid)
