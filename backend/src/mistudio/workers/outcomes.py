"""From how the work ended to the state of its job."""

import logging
import random

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from mistudio.core.errors import AppError, DatabaseUnavailable, Kind, WorkerCrashed
from mistudio.db.models import Job
from mistudio.services import job_lifecycle
from mistudio.workers.child import as_app_error
from mistudio.workers.context import Context, Plan
from mistudio.workers.supervise import End, Outcome

CRASHES = 2
LOOK_AGAIN_S = 1.0

log = logging.getLogger(__name__)


async def record(context: Context, outcome: Outcome, plan: Plan | None) -> Job | None:
    """Write the job's next state, under its fence. None: the lease was lost, and nothing was written."""
    try:
        if outcome.end is End.RESULT and plan is not None:
            return await plan.publish(context, outcome.result)
        if outcome.end is End.SAME_RESULT and plan is not None and plan.use_same and outcome.same:
            return await plan.use_same(context, outcome.same)
    except Exception as error:  # noqa: BLE001 - the outer edge of a job
        outcome = Outcome(End.ERROR, error=as_job_error(error))
    async with context.sessions.begin() as session:
        # A cancel that came meanwhile wins over every end but success.
        job = await job_lifecycle.cancelled(session, context.lease)
        if job is not None:
            return job
        if outcome.end is End.SHUTDOWN:
            words = "The worker was stopped; the job starts again."
            return await job_lifecycle.put_back(session, context.lease, 0, words)
        if outcome.end is End.CRASH:
            return await _after_crash(session, context, outcome.signal)
        return await _after_error(session, context, outcome.error or AppError())


def as_job_error(error: Exception) -> AppError:
    """What a job says about an exception on our side of the pipe."""
    known = as_app_error(error)
    if type(known) is not AppError:
        return known
    if isinstance(error, SQLAlchemyError | TimeoutError | ConnectionError) and not isinstance(
        error, IntegrityError
    ):
        log.warning("the database was lost: %s", error)
        return DatabaseUnavailable()
    log.error("unexpected", exc_info=error)
    return known


async def _after_crash(session: AsyncSession, context: Context, signal: int | None) -> Job | None:
    how = f"signal {signal}" if signal else "an early exit"
    if context.job.crashes + 1 >= CRASHES:
        words = f"The work was ended by {how}, twice. Often memory is short, or a file stops its reader."
        return await job_lifecycle.fail(session, context.lease, WorkerCrashed(words, signal=signal))
    words = f"The work was ended by {how}; one more try."
    return await job_lifecycle.put_back(session, context.lease, 0, words, crashes=1)


async def _after_error(session: AsyncSession, context: Context, error: AppError) -> Job | None:
    failures, settings = context.job.failures, context.settings
    if error.kind is Kind.WAITING:
        return await job_lifecycle.put_back(session, context.lease, LOOK_AGAIN_S, error.detail)
    if error.kind is not Kind.TRANSIENT or failures >= settings.retries:
        return await job_lifecycle.fail(session, context.lease, error)
    longest = min(settings.retry_longest_s, settings.retry_first_s * 2**failures)
    asked = error.extra.get("retry_after")
    if isinstance(asked, int | float):
        # What the other side asks for, a little spread out, so that not all come back at once.
        delay = min(asked, settings.retry_longest_s) + random.uniform(0, min(1.0, settings.retry_first_s))
    else:
        delay = random.uniform(0, longest)  # full jitter
    words = f"{error.detail} Trying again in {delay:.0f} s."
    return await job_lifecycle.put_back(session, context.lease, delay, words, failures=1)
