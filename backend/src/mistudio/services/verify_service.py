"""Verification of a result: a question to a worker, whose answer is also kept with its job."""

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.config import Settings
from mistudio.core.errors import TokenizationNotReady
from mistudio.db.models import Tokenization
from mistudio.schemas.tokenization import TokenizationStatus
from mistudio.schemas.verification import Verification
from mistudio.services import dataset_service, preview_service

WHOLE_BYTES = 1 << 30  # up to this size every row is hashed without being asked for
LONG_QUEUE = "low_priority"


async def verify(
    session: AsyncSession,
    redis: Redis,
    settings: Settings,
    tokenization: Tokenization,
    full: bool | None,
    num_rows: int,
) -> Verification:
    """full: hash every row; None: where that takes a moment only.

    Raises TokenizationNotReady, and ServiceBusy when it takes long: the answer is then the job's
    `result.verification`.
    """
    if tokenization.status != TokenizationStatus.READY or tokenization.path is None:
        raise TokenizationNotReady
    is_small = (tokenization.size_bytes or 0) <= WHOLE_BYTES
    params = {
        "what": "verify",
        "tokenization_id": str(tokenization.id),
        "whole": is_small if full is None else full,
        "num_rows": num_rows,
    }
    dataset = await dataset_service.get_living(session, tokenization.dataset_id)
    queue = LONG_QUEUE if full and not is_small else preview_service.QUEUE
    return Verification.model_validate(
        await preview_service.ask(session, redis, settings, params, dataset, queue=queue)
    )
