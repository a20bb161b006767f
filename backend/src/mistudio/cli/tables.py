"""What the command line prints to standard output."""

import sys

from rich.console import Console
from rich.table import Table

from mistudio.cli.client import Json
from mistudio.cli.speech import count, size

# Into a file or a pipe, lines are as long as they need to be.
out = Console() if sys.stdout.isatty() else Console(width=500)
BAR = 40


def print_statistics(tokenization: Json) -> None:
    """A tokenization's numbers, per split and in total, and its length histogram."""
    config, statistics = tokenization["config"], tokenization["statistics"]
    length = f"context {tokenization['context_size']}" if tokenization["context_size"] else config["max_length"]
    out.print(f"\n{config['tokenizer_name']} · {length} · {tokenization['status']}", markup=False)
    if statistics is None:
        return
    columns = ("", "tokens", "samples", "average", "median", "max", "unique", "padding", "lost to truncation")
    table = Table(*columns, box=None)
    rows = [*statistics["splits"].items(), ("total", statistics["total"])]
    for name, s in rows:
        table.add_row(
            name,
            f"{s['num_tokens']:,}",
            f"{s['num_samples']:,}",
            f"{s['avg_seq_length']:.1f}",
            f"{s['median_seq_length']:g}",
            f"{s['max_seq_length']:,}",
            f"{s['unique_tokens']:,}",
            f"{s['padding_share']:.1%}",
            f"{s['tokens_lost']:,}",
        )
    out.print(table)
    _histogram(statistics["total"]["length_distribution"])
    out.print(f"{tokenization['path']}  {size(tokenization['size_bytes'])}", markup=False)


def _histogram(bins: dict[str, int]) -> None:
    most = max(bins.values(), default=0)
    for name, samples in bins.items():
        bar = "█" * round(BAR * samples / most) if most else ""
        out.print(f"{name:>10} {bar} {count(samples)}", markup=False, highlight=False)
