"""`mistudio jobs …`."""

from typing import Annotated

import typer
from rich.table import Table

from mistudio.cli.client import Api
from mistudio.cli.progress import finish, follow
from mistudio.cli.tables import out

app = typer.Typer(help="Jobs: list, show, log, cancel, retry, wait.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="The job's id.")]


@app.command("ls")
def list_jobs(
    state: Annotated[list[str] | None, typer.Option(help="queued, running, retrying, …; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
) -> None:
    """List jobs, newest first."""
    table = Table("id", "kind", "of", "state", "stage", "%", "error", box=None)
    for job in Api().call("GET", "/jobs", params={"limit": limit, "state": state or []})["items"]:
        percent = f"{job['progress']:.0f}" if job["progress"] is not None else "—"
        code = job["error"]["code"] if job["error"] else ""
        name = job["dataset_name"] or "—"
        table.add_row(job["id"], job["kind"], name, job["state"], job["stage"] or "—", percent, code)
    out.print(table)


@app.command()
def show(job_id: JobId) -> None:
    """Everything that is known of a job, as JSON."""
    out.print_json(data=Api().call("GET", f"/jobs/{job_id}"))


@app.command()
def logs(job_id: JobId) -> None:
    """What happened to a job, oldest first."""
    for line in Api().call("GET", f"/jobs/{job_id}/log")["lines"]:
        fields = " ".join(f"{key}={value}" for key, value in line["fields"].items())
        out.print(f"{line['at']}  {line['level']:<8}{line['event']}  {fields}", markup=False, highlight=False)


@app.command()
def cancel(job_id: JobId) -> None:
    """Stop a job."""
    out.print(Api().call("POST", f"/jobs/{job_id}/cancel")["state"])


@app.command()
def retry(job_id: JobId) -> None:
    """Do the same again, after a failure or a cancellation."""
    job = Api().call("POST", f"/jobs/{job_id}/retry")["job"]
    out.print(job["id"] if job else "The result is there already.")


@app.command()
def wait(job_id: JobId) -> None:
    """Follow a job; its outcome is the exit status."""
    api = Api()
    finish(follow(api, api.call("GET", f"/jobs/{job_id}")))
