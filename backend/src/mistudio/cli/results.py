"""`mistudio verify` and `mistudio export`."""

import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from mistudio.cli.client import open_client
from mistudio.cli.progress import shown
from mistudio.cli.speech import size
from mistudio.cli.tables import out
from mistudio.client import Client, Tokenization
from mistudio.core.errors import InvalidRequest, TokenizationNotFound, TokenizationNotReady

Which = Annotated[
    str, typer.Argument(help="A tokenization's id, or a dataset's name or id if it has one tokenization.")
]
MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "skipped": "–"}


def find_tokenization(client: Client, name: str) -> Tokenization:
    """Raises InvalidRequest where a dataset has several, DatasetNotFound, TokenizationNotReady."""
    try:
        return client.tokenization(str(UUID(name)))
    except (ValueError, TokenizationNotFound):
        made = [t for t in client.datasets.get(name).tokenizations() if t.info.status == "READY"]
    if not made:
        raise TokenizationNotReady(f"{name} has no finished tokenization.")
    if len(made) > 1:
        listed = ", ".join(f"{t.id} ({t.info.tokenizer_name})" for t in made)
        raise InvalidRequest(f"{name} has several tokenizations; name one by its id: {listed}.")
    return made[0]


def verify(
    tokenization: Which,
    full: Annotated[bool | None, typer.Option("--full/--sample", help="Hash every row; default: if small.")] = None,
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="Random rows to tokenize again.")] = 64,
) -> None:
    """Prove a result against its recipe. Exit status 1 when a check fails."""
    with open_client() as client:
        said = find_tokenization(client, tokenization).verify(full, rows)
    table = Table("", "check", "what was compared", box=None)
    for check in said.checks:
        table.add_row(MARKS[check.status], check.name, check.detail)
        if check.status == "failed" and check.expected is not None:
            table.add_row("", "", f"expected {check.expected}")
            table.add_row("", "", f"found    {check.found}")
    out.print(table)
    if not said.ok:
        sys.exit(1)


def export(
    tokenization: Which,
    format: Annotated[str, typer.Option(help="parquet, jsonl, saelens or bin.")] = "parquet",
    to: Annotated[Path | None, typer.Option(file_okay=False, help="Fetch the files into this folder.")] = None,
    split: Annotated[str | None, typer.Option(help="Default: every split.")] = None,
    compression: Annotated[str | None, typer.Option(help="parquet, saelens: zstd (default), snappy, none.")] = None,
    pieces: Annotated[bool | None, typer.Option("--pieces", help="jsonl: the text of every token too.")] = None,
    append_eos: Annotated[
        bool | None, typer.Option("--append-eos/--no-append-eos", help="bin: end documents with EOS.")
    ] = None,
) -> None:
    """Write a result's rows as files of another format."""
    options: dict[str, Any] = {
        "split": split, "compression": compression, "pieces": pieces, "append_eos": append_eos
    }  # fmt: skip
    given = {name: value for name, value in options.items() if value is not None}
    with open_client() as client:
        pending = find_tokenization(client, tokenization).export(format, **given)  # type: ignore[arg-type]
        with shown() as show:
            made = pending.wait(progress=show)
        for file in made.info.files or []:
            out.print(f"{size(file.size_bytes):>10}  {file.path}", markup=False, highlight=False)
        out.print(str(made.download(to)) if to is not None else str(made.info.path), markup=False)
