"""Following a job from a terminal: a bar, then the outcome as the exit status."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from mistudio.cli.client import Api, Json
from mistudio.cli.speech import amount, duration
from mistudio.schemas.job import JobView

ENDED = ("succeeded", "failed", "cancelled")
POLL_S = 0.3
console = Console(stderr=True)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
    return Progress(*columns, console=console, transient=True)


@contextmanager
def shown() -> Iterator[Callable[[JobView], None]]:
    """A bar that shows whichever job it was given last."""
    with _bar() as bar:
        task = bar.add_task("", total=100, said="")

        def show(job: JobView) -> None:
            bar.update(task, description=job.kind)
            _show(bar, task, job.model_dump(mode="json"))

        yield show


def follow(api: Api, job: Json) -> Json:
    """Show a job until it has ended; returns it as it ended."""
    with _bar() as bar:
        task = bar.add_task(job["kind"], total=100, said="")
        while job["state"] not in ENDED:
            _show(bar, task, job)
            time.sleep(POLL_S)
            job = api.call("GET", f"/jobs/{job['id']}")
    return job


def _show(bar: Progress, task: TaskID, job: Json) -> None:
    said = [job["state"] if job["state"] != "running" else job["stage"] or "starting"]
    if job["done"] is not None:
        total = f" of {amount(job['total'], job['unit'])}" if job["total"] else ""
        said.append(f"{amount(job['done'], job['unit'])}{total}")
    if job["rate"]:
        said.append(f"{amount(job['rate'], job['unit'])}/s")
    if job["eta_s"]:
        said.append(f"{duration(job['eta_s'])} left")
    if job["state"] == "retrying" and job["message"]:
        said.append(job["message"])
    bar.update(task, completed=job["progress"] or 0, said=" · ".join(said))


def finish(job: Json) -> None:
    """Leave with exit status 1, saying why, unless the job succeeded."""
    if job["state"] == "succeeded":
        return
    error = job["error"]
    why = f"{error['title']} {error['detail']} [{error['code']}]" if error else ""
    console.print(f"The {job['kind']} job {job['state']}. {why}", markup=False)
    sys.exit(1)
