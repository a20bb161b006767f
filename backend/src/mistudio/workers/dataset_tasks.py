"""The one message Celery carries: a job's id."""

from mistudio.core.celery_app import RUN_JOB, app
from mistudio.workers import celery_hooks
from mistudio.workers.job_runner import run_job
from mistudio.workers.kinds import KINDS

celery_hooks.install(app)


@app.task(name=RUN_JOB)  # type: ignore[untyped-decorator]
def run_job_task(job_id: str) -> None:
    """Run one attempt at a job. A doubled or late message finds nothing to claim and does nothing."""
    run_job(job_id, KINDS)
