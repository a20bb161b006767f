"""All commands in one place."""

import typer

from mistudio.cli import datasets, demo, jobs, recipe, results, stack

app = typer.Typer(
    name="mistudio",
    help="Token datasets that language-model and interpretability researchers can trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(stack.app)
for command in (demo.demo, datasets.tokenize, results.verify, results.export, recipe.run):
    app.command()(command)
app.add_typer(datasets.app, name="datasets")
app.add_typer(jobs.app, name="jobs")
