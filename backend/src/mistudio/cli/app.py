"""All commands in one place. Each imports what it needs when it runs, so that none waits for the others."""

import typer

from mistudio.cli import datasets, demo, jobs, stack

app = typer.Typer(
    name="mistudio",
    help="Token datasets that language-model and interpretability researchers can trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (stack.up, stack.api, stack.worker, stack.migrate, stack.doctor, demo.demo, datasets.tokenize):
    app.command()(command)
app.add_typer(datasets.app, name="datasets")
app.add_typer(jobs.app, name="jobs")
