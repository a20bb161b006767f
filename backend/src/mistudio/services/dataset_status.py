"""A dataset's status, computed from what is there and what runs: the one place that sets it."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LOCK = text("SELECT FROM datasets WHERE id = :id FOR NO KEY UPDATE")
_LOCK_OF = text("""
SELECT FROM datasets WHERE id = (SELECT dataset_id FROM jobs WHERE id = :job_id) FOR NO KEY UPDATE
""")
_REFRESH = text("""
UPDATE datasets SET
    updated_at = now(),
    status = CASE
        WHEN EXISTS (SELECT FROM jobs WHERE dataset_id = :id AND kind = 'download'
                     AND (state IN ('running', 'cancelling') OR (state = 'retrying')))
            THEN 'DOWNLOADING'
        WHEN EXISTS (SELECT FROM jobs WHERE dataset_id = :id AND kind IN ('ingest', 'tokenize')
                     AND state IN ('running', 'cancelling', 'retrying'))
            THEN 'PROCESSING'
        WHEN raw_path IS NULL AND EXISTS (
                SELECT FROM jobs WHERE dataset_id = :id AND kind IN ('download', 'ingest') AND state = 'queued')
            THEN 'PENDING'
        WHEN raw_path IS NULL THEN 'ERROR'
        WHEN EXISTS (SELECT FROM tokenizations WHERE dataset_id = :id AND status = 'READY') THEN 'TOKENIZED'
        ELSE 'DOWNLOADED'
    END,
    (tokenized_path, metadata) = (
        SELECT latest.path, datasets.metadata || jsonb_build_object(
            'tokenization_config', latest.config, 'tokenization_stats', latest.statistics)
        FROM (SELECT 1) AS one
        LEFT JOIN LATERAL (
            SELECT path, config, statistics FROM tokenizations
            WHERE dataset_id = :id AND status = 'READY' ORDER BY finished_at DESC LIMIT 1
        ) AS latest ON true
    )
WHERE id = :id
RETURNING status
""")


async def lock_dataset(session: AsyncSession, dataset_id: UUID) -> None:
    """Until the transaction ends nobody else changes the dataset, its tokenizations, or the states of its jobs.

    Taken before any of these rows, so that transactions queue up here and never wait for each other in a circle.
    """
    await session.execute(_LOCK, {"id": dataset_id})


async def lock_dataset_of(session: AsyncSession, job_id: UUID) -> None:
    """`lock_dataset` for the dataset of a job, if it has one."""
    await session.execute(_LOCK_OF, {"job_id": job_id})


async def refresh_status(session: AsyncSession, dataset_id: UUID) -> str | None:
    """Recompute status, tokenized_path and the mirrored tokenization within the caller's transaction.

    Called after every change of a job's state or of a tokenization. Returns the status.
    """
    await session.flush()
    status: str | None = (await session.execute(_REFRESH, {"id": dataset_id})).scalar_one_or_none()
    return status
