"""Rows and artefacts as finished work leaves them."""

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa

from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Job, Tokenization
from mistudio.db.session import Sessions
from mistudio.pipeline import vocabulary
from mistudio.pipeline.demo import make_tokenizer
from mistudio.pipeline.ingest import write_raw
from mistudio.pipeline.progress import silent
from mistudio.pipeline.sample_name import SAMPLE_FOLDER, SAMPLE_TOKENIZER
from mistudio.pipeline.tokenize.loading import load
from mistudio.pipeline.tokenize.run import tokenize
from mistudio.schemas.dataset import DatasetSource, DatasetStatus
from mistudio.schemas.job import JobKind, JobState
from mistudio.schemas.metadata import SourceMetadata, TokenizationConfig
from mistudio.schemas.tokenization import TokenizationStatus
from mistudio.services import dataset_service, job_lifecycle, tokenization_service
from mistudio.services.dataset_status import refresh_status
from mistudio.services.hashing import params_hash
from mistudio.services.job_lifecycle import Lease

ROWS = {
    "train": [{"text": f"a cat sat on hill {i}", "label": i, "note": f"note {i}"} for i in range(30)],
    "test": [{"text": f"a dog ran over water {i}", "label": i, "note": None} for i in range(6)],
}


async def insert_dataset(sessions: Sessions, **values: Any) -> UUID:
    """A dataset's row alone, without data unless the values say otherwise."""
    given = {"name": f"set {uuid4().hex[:8]}", "source": DatasetSource.LOCAL, "status": DatasetStatus.PENDING}
    dataset = Dataset(id=uuid4(), **{**given, **values})
    async with sessions.begin() as session:
        session.add(dataset)
    return dataset.id


async def make_dataset(
    sessions: Sessions, storage: Storage, rows: dict[str, list[dict[str, Any]]] = ROWS, **values: Any
) -> UUID:
    """A dataset with its raw data on the disk. rows: split → rows."""
    dataset_id = await insert_dataset(sessions, **values)
    path = storage.raw(dataset_id, uuid4(), 1)
    splits = [(name, iter(pa.Table.from_pylist(part).to_batches())) for name, part in rows.items()]
    summary = write_raw(path, splits, ["text"], "\n", SourceMetadata(filename="set.jsonl", format="jsonl"))
    async with sessions.begin() as session:
        await dataset_service.record_raw(session, dataset_id, storage.relative(path), summary)
        await refresh_status(session, dataset_id)
    return dataset_id


_sample_tokenizers: list[Path] = []


def make_sample_tokenizer(storage: Storage) -> Path:
    """The demo tokenizer, where the demo would leave it. Trained once, copied from then on."""
    folder = storage.tokenizer_store() / SAMPLE_FOLDER
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if _sample_tokenizers and _sample_tokenizers[0].is_dir():
            shutil.copytree(_sample_tokenizers[0], folder)
        else:
            make_tokenizer(folder)
            _sample_tokenizers[:] = [folder]
    return folder


async def make_tokenization(sessions: Sessions, storage: Storage, dataset_id: UUID, **options: Any) -> UUID:
    """A finished tokenization of a dataset by the demo tokenizer, with its result on the disk."""
    config = TokenizationConfig(**{"tokenizer_name": SAMPLE_TOKENIZER, "max_length": 16, **options})
    folder = make_sample_tokenizer(storage)
    async with sessions.begin() as session:
        dataset = await dataset_service.get(session, dataset_id)
        canonical = tokenization_service.canonical_config(dataset, config)
        row = Tokenization(
            id=uuid4(),
            dataset_id=dataset_id,
            status=TokenizationStatus.QUEUED,
            config=canonical,
            params_hash=params_hash(dataset=str(dataset_id), config=canonical),
        )
        session.add(row)
    assert dataset.raw_path is not None
    out = storage.tokenized(dataset_id, row.id, uuid4(), 1)
    result = tokenize(
        storage.inside(dataset.raw_path),
        folder,
        out,
        TokenizationConfig.model_validate(canonical),
        tokenizer_name=SAMPLE_TOKENIZER,
        tokenizer_revision=None,
        text_columns=canonical["text_columns"],
        separator=canonical["text_separator"],
        previous=[],
        threads=1,
        progress=silent,
    )
    vocabulary.write(out, load(folder, SAMPLE_TOKENIZER, None).tokenizer)
    async with sessions.begin() as session:
        await tokenization_service.record_result(session, row.id, storage.relative(out), uuid4().hex, result)
        await refresh_status(session, dataset_id)
    return row.id


async def make_job(sessions: Sessions, state: JobState = JobState.QUEUED, **values: Any) -> UUID:
    """A job that came to this state by the changes that lead there. `error`: what a failed one failed with."""
    error = values.pop("error", None)
    given = {"kind": JobKind.INGEST, "queue": "datasets", "params_hash": uuid4().hex, "params": {"builtin": True}}
    job = Job(id=uuid4(), **{**given, **values})
    async with sessions.begin() as session:
        session.add(job)
    if state == JobState.QUEUED:
        return job.id
    async with sessions.begin() as session:
        if state == JobState.CANCELLED:
            await job_lifecycle.request_cancel(session, job.id)
            return job.id
        claimed = await job_lifecycle.claim(session, job.id, "test", 60)
        assert claimed is not None
        lease = Lease(job.id, claimed.fence, "test")
        if state == JobState.CANCELLING:
            await job_lifecycle.request_cancel(session, job.id)
        elif state == JobState.SUCCEEDED:
            await job_lifecycle.succeed(session, lease, {"done": True})
        elif state == JobState.FAILED:
            await job_lifecycle.fail(session, lease, error)
        elif state == JobState.RETRYING:
            await job_lifecycle.put_back(session, lease, 60, "again")
    return job.id
