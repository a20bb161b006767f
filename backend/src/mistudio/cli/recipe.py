"""`mistudio run`: a result made again by its recipe."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mistudio.cli.client import open_client
from mistudio.cli.progress import shown
from mistudio.cli.tables import out
from mistudio.client import recipes

MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "–"}


def run(
    recipe: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="mistudio.json of a result, or the same as YAML.")
    ],
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The raw data, where they came from a file."),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Use this dataset, by name or id, instead of fetching it.")
    ] = None,
) -> None:
    """Make a result again, from the source on, and compare. Exit status 1 when it came out different."""
    wanted = recipes.read(recipe)
    with open_client() as client, shown() as show:
        used = client.datasets.get(dataset) if dataset is not None else None
        made = recipes.run(client.datasets, wanted, file, used, show)
    table = Table("", "hash of", "expected", "found", box=None)
    for c in made.comparisons:
        table.add_row(MARKS[c.same], c.name, c.expected or "–", c.found or "–")
    out.print(table)
    out.print(f"{made.tokenization.id}  {made.tokenization.info.path}", markup=False)
    if made.same is False:
        out.print("The result is not the same.")
        sys.exit(1)
    out.print("The result is the same." if made.same else "The recipe names no content hash to compare with.")
