"""Commands that run miStudio: all of it, or one part of it."""

import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from mistudio.cli.settings import load_settings
from mistudio.core.config import QUEUES, Settings
from mistudio.core.errors import AppError, ConfigurationError

GRACEFUL_S = 3  # what open requests get when the API stops

Wait = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds to wait for the database and its newest tables.")
]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def up() -> None:
    """Start everything on this machine, and stop it again on Ctrl-C.

    PostgreSQL and Valkey are started unless DATABASE_URL and REDIS_URL name others.
    """
    from mistudio.local.console import Console
    from mistudio.local.ready import address
    from mistudio.local.supervisor import Supervisor

    settings, console = load_settings(), Console()
    supervisor, hurry = Supervisor(settings, console=console), threading.Event()
    failed = False
    on_signals(_interrupt)
    try:
        took = supervisor.start()
        console.say(f"ready after {took:.1f} s: {address(settings.host, settings.port)}  (Ctrl-C stops it)")
        supervisor.run()
    except KeyboardInterrupt:
        console.say("stopping")
    except AppError as error:
        console.say(error.detail)
        failed = True
    finally:
        on_signals(lambda *_: hurry.set())
        supervisor.stop(hurry)
    if failed:
        sys.exit(1)


@app.command()
def api(wait: Wait = 0.0) -> None:
    """Serve the API and the page alone. DATABASE_URL and REDIS_URL must be given."""
    import uvicorn

    from mistudio.local.network import bind, require_token

    settings = load_settings()
    require_token(settings)
    bound = bind(settings.host, settings.port)
    with _importing():
        from mistudio import main  # noqa: F401 - uvicorn finds it again
        from mistudio.core.logging import configure_logging
    _check_database(settings, wait)
    configure_logging(settings.log_level, settings.log_format)
    config = uvicorn.Config(
        "mistudio.main:create_app",
        factory=True,
        loop="uvloop",
        log_config=None,
        timeout_graceful_shutdown=GRACEFUL_S,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[bound])


@app.command()
def worker(
    queues: Annotated[
        str, typer.Option("-Q", "--queues", help="The queues to serve, with commas between.")
    ] = ",".join(QUEUES),
    concurrency: Annotated[
        int | None, typer.Option("-c", "--concurrency", min=1, help="Jobs at once; MISTUDIO_WORKER_CONCURRENCY.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name, unique on this machine.")] = None,
    wait: Wait = 0.0,
) -> None:
    """Run a worker. More machines may, with the same DATABASE_URL, REDIS_URL and a shared MISTUDIO_DATA_DIR."""
    settings = load_settings()
    unknown = set(queues.split(",")) - set(QUEUES)
    if unknown:
        raise ConfigurationError(
            f"There is no queue {', '.join(sorted(unknown))}. The queues: {', '.join(QUEUES)}."
        )
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # that there is no PyTorch is as it should be
    with _importing():
        from celery.platforms import SecurityWarning

        from mistudio.core.celery_app import app as celery
        from mistudio.workers import dataset_tasks  # noqa: F401 - Celery finds it again
    _check_database(settings, wait)
    # Celery warns of root for the sake of pickle; messages here are JSON.
    warnings.simplefilter("ignore", SecurityWarning)
    celery.worker_main(
        [
            "--quiet",  # no banner
            "worker",
            f"--queues={queues}",
            f"--concurrency={concurrency or settings.worker_concurrency}",
            f"--hostname={name or f'worker{os.getpid()}'}@%h",
            f"--loglevel={settings.log_level}",
            "--prefetch-multiplier=1",
            "--without-mingle",  # it would wait a second for other workers' news, which we do not use
            "--without-gossip",
        ]
    )


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from alembic.util import CommandError

    from mistudio.db.migrate import upgrade
    from mistudio.local import schema

    url = load_settings().database_url.get_secret_value()
    if schema.is_current(url):
        print("The database is up to date.")
        return
    try:
        upgrade(url)
    except CommandError as error:
        raise ConfigurationError(
            f"The database cannot be brought up to date: {error}. Perhaps a newer version of miStudio has used it."
        ) from None
    print("The database is now up to date.")


@app.command()
def doctor() -> None:
    """Look at this machine and say what is missing and what to do."""
    from mistudio.local.doctor import examine

    problems = False
    for finding in examine(load_settings()):
        problems |= finding.essential and not finding.ok
        print(finding)
    if problems:
        sys.exit(1)


@contextmanager
def _importing() -> Iterator[None]:
    """Around large imports: no collection during them, nor of them later, which would copy pages after forks."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _check_database(settings: Settings, wait_s: float) -> None:
    """Refuse to serve with an old schema or another installation's files."""
    from mistudio.local import installation, schema

    url = settings.database_url.get_secret_value()
    schema.wait_until_current(url, wait_s)
    installation.ensure(url, settings.data_dir)
