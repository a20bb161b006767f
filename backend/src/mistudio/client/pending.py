"""Work that a worker does meanwhile."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from mistudio.client.api import Api, Json
from mistudio.core.errors import AppError, Cancelled, all_errors
from mistudio.schemas.job import JobState, JobView

Result = TypeVar("Result")
FIRST_POLL_S, LONGEST_POLL_S = 0.05, 1.0


class Pending(Generic[Result]):
    """A job and what comes of it. job: as it stood when last looked at; None where the result was there already."""

    def __init__(self, api: Api, job: Json | None, result: Callable[[JobView | None], Result]) -> None:
        self._api, self._result = api, result
        self.job = JobView.model_validate(job) if job is not None else None

    def wait(
        self, timeout: float | None = None, progress: Callable[[JobView], object] = lambda job: None
    ) -> Result:
        """The result, once it is there. timeout: seconds. progress: called with the job each time it is looked at.

        Raises the error the job failed with, Cancelled, or TimeoutError; the job goes on after that.
        """
        if self.job is not None:
            self.job = follow(self._api, self.job, timeout, progress)
        return self._result(self.job)

    def cancel(self) -> None:
        """Stop the job, if there is one."""
        if self.job is not None:
            self.job = JobView.model_validate(self._api.call("POST", f"/jobs/{self.job.id}/cancel"))

    def __repr__(self) -> str:
        return f"<Pending {self.job.kind} job {self.job.id}, {self.job.state}>" if self.job else "<Pending, ready>"


def follow(
    api: Api, job: JobView, timeout: float | None, progress: Callable[[JobView], object] = lambda job: None
) -> JobView:
    """Look at a job until it has succeeded."""
    give_up = time.monotonic() + timeout if timeout is not None else None
    pause = FIRST_POLL_S
    while not job.state.is_terminal:
        progress(job)
        if give_up is not None and time.monotonic() > give_up:
            raise TimeoutError(f"The {job.kind} job {job.id} is {job.state} after {timeout:g} s.")
        time.sleep(pause)
        pause = min(LONGEST_POLL_S, pause * 1.5)
        job = look(api, str(job.id))
    progress(job)
    if job.state == JobState.CANCELLED:
        raise Cancelled(f"The {job.kind} job {job.id} was cancelled.")
    if job.error is not None:
        raise all_errors().get(job.error.code, AppError)(job.error.detail, **job.error.extra)
    return job


def look(api: Api, job_id: str) -> JobView:
    return JobView.model_validate(api.call("GET", f"/jobs/{job_id}"))
