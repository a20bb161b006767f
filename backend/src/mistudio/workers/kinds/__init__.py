"""What each kind of job does: prepare, work in a child, publish."""

from mistudio.schemas.job import JobKind
from mistudio.workers.context import Prepare
from mistudio.workers.kinds import delete, download, export, ingest, preview, tokenize

KINDS: dict[JobKind, Prepare] = {
    JobKind.INGEST: ingest.prepare,
    JobKind.DOWNLOAD: download.prepare,
    JobKind.TOKENIZE: tokenize.prepare,
    JobKind.DELETE: delete.prepare,
    JobKind.EXPORT: export.prepare,
    JobKind.PREVIEW: preview.prepare,
}
