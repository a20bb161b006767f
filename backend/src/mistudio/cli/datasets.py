"""`mistudio datasets …` and `mistudio tokenize`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from mistudio.cli.client import Api, Json
from mistudio.cli.progress import console, finish, follow
from mistudio.cli.speech import count, size
from mistudio.cli.tables import out, print_statistics

app = typer.Typer(help="Datasets: add, download, list, show, remove.", no_args_is_help=True)

Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the job; its outcome is the exit status.")]
TextColumns = Annotated[list[str] | None, typer.Option("--text-column", "-t", help="May be given several times.")]


def _given(**options: Any) -> Json:
    return {name: value for name, value in options.items() if value is not None and value != []}


def _after(api: Api, answer: Json, wait: bool) -> None:
    job = answer["job"]
    console.print(f"{answer['dataset']['name']}  {answer['dataset']['id']}", markup=False)
    if job is None:
        console.print("It is there already.")
        return
    if not wait:
        out.print(job["id"])
        return
    finish(follow(api, job))


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV, TSV, JSON, JSONL, Parquet, text.")
    ],
    name: Annotated[str | None, typer.Option(help="Default: the file's name.")] = None,
    text_column: TextColumns = None,
    separator: Annotated[str | None, typer.Option(help="Between joined text columns.")] = None,
    format: Annotated[str | None, typer.Option(help="Default: detected.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Default: detected.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Default: detected.")] = None,
    split: Annotated[str | None, typer.Option(help="Default: train.")] = None,
    split_column: Annotated[str | None, typer.Option(help="A column whose values name splits.")] = None,
    on_bad_rows: Annotated[str | None, typer.Option(help="refuse (default) or set_aside.")] = None,
    wait: Wait = True,
) -> None:
    """Make a dataset of a file."""
    api = Api()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("upload", total=file.stat().st_size)
        upload = api.upload(file, lambda sent: bar.advance(task, sent))
    options = _given(
        text_columns=text_column,
        separator=separator,
        format=format,
        delimiter=delimiter,
        encoding=encoding,
        split=split,
        split_column=split_column,
        on_bad_rows=on_bad_rows,
    )
    body = {"upload_id": upload["id"], "name": name or file.name.split(".")[0], **options}
    _after(api, api.call("POST", "/datasets/ingest", json=body), wait)


@app.command()
def download(
    name: Annotated[str, typer.Argument(help="On the Hub, such as roneneldan/TinyStories.")],
    config: Annotated[str | None, typer.Option()] = None,
    split: Annotated[str | None, typer.Option(help="Default: every split.")] = None,
    revision: Annotated[str | None, typer.Option(help="A branch, tag or commit.")] = None,
    max_samples: Annotated[int | None, typer.Option(min=1, help="Of each split, from its start.")] = None,
    max_bytes: Annotated[int | None, typer.Option(min=1)] = None,
    text_column: TextColumns = None,
    wait: Wait = True,
) -> None:
    """Download a dataset from the Hugging Face Hub."""
    api = Api()
    options = _given(
        config=config,
        split=split,
        revision=revision,
        max_samples=max_samples,
        max_bytes=max_bytes,
        text_columns=text_column,
    )
    _after(api, api.call("POST", "/datasets/download", json={"name": name, **options}), wait)


@app.command("ls")
def list_datasets(q: Annotated[str | None, typer.Argument(help="Part of the name.")] = None) -> None:
    """List datasets, newest first."""
    table = Table("name", "status", "samples", "size", "tokenizations", "id", box=None)
    api, cursor = Api(), None
    while True:
        page = api.call("GET", "/datasets", params=_given(q=q, cursor=cursor, limit=100))
        for d in page["items"]:
            made = ", ".join(_brief(t) for t in d["tokenizations"])
            table.add_row(d["name"], d["status"], count(d["num_samples"]), size(d["size_bytes"]), made, d["id"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    out.print(table)


def _brief(tokenization: Json) -> str:
    length = tokenization["context_size"] or tokenization["max_length"]
    return f"{tokenization['tokenizer_name']}·{length}"


@app.command()
def show(dataset: Annotated[str, typer.Argument(help="Its name or id.")]) -> None:
    """Show a dataset and the statistics of its tokenizations."""
    api = Api()
    found = api.find_dataset(dataset)
    out.print(f"{found['name']}  {found['status']}  {found['id']}", markup=False)
    for split, samples in (found["splits"] or {}).items():
        out.print(f"  {split}: {count(samples)} samples", markup=False)
    for tokenization in api.call("GET", f"/datasets/{found['id']}/tokenizations")["items"]:
        print_statistics(tokenization)


@app.command("rm")
def remove(dataset: Annotated[str, typer.Argument(help="Its name or id.")], wait: Wait = True) -> None:
    """Delete a dataset and everything made of it."""
    api = Api()
    _after(api, api.call("DELETE", f"/datasets/{api.find_dataset(dataset)['id']}"), wait)


def tokenize(
    dataset: Annotated[str, typer.Argument(help="Its name or id.")],
    tokenizer: Annotated[str, typer.Option(help="A Hub id, or local:FOLDER.")],
    max_length: Annotated[int | None, typer.Option(min=1, help="Default: 512.")] = None,
    padding: Annotated[str | None, typer.Option(help="max_length (default), longest, do_not_pad.")] = None,
    truncation: Annotated[
        str | None, typer.Option(help="longest_first (default), only_first, only_second, do_not_truncate.")
    ] = None,
    special_tokens: Annotated[bool, typer.Option("--special-tokens/--no-special-tokens")] = True,
    attention_mask: Annotated[bool, typer.Option("--attention-mask/--no-attention-mask")] = True,
    stride: Annotated[int | None, typer.Option(min=0, help="Overlap of windows, in tokens.")] = None,
    context_size: Annotated[int | None, typer.Option(min=1, help="Pack documents into rows of this size.")] = None,
    text_column: TextColumns = None,
    wait: Wait = True,
) -> None:
    """Tokenize a dataset. The same request again finds the result that is there."""
    api = Api()
    config = _given(
        tokenizer_name=tokenizer,
        max_length=max_length,
        padding=padding,
        truncation=truncation,
        stride=stride,
        text_columns=text_column,
        packing={"context_size": context_size} if context_size else None,
    )
    config |= {"add_special_tokens": special_tokens, "return_attention_mask": attention_mask}
    found = api.find_dataset(dataset)
    answer = api.call("POST", f"/datasets/{found['id']}/tokenize", json=config)
    _after(api, answer, wait)
    if wait:
        result = api.call("GET", f"/jobs/{answer['job']['id']}")["result"] if answer["job"] else None
        made = result["tokenization_id"] if result else answer["tokenization"]["id"]
        print_statistics(api.call("GET", f"/tokenizations/{made}"))
