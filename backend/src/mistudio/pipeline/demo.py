"""The main job without the internet: a text that every Python has, and a tokenizer trained on it."""

import os
import shutil
from pathlib import Path

import pyarrow as pa

from mistudio.pipeline.ingest import write_raw
from mistudio.pipeline.progress import Progress
from mistudio.pipeline.sample_name import SAMPLE_FILE
from mistudio.pipeline.tokenize.demo import builtin_texts, train_demo_tokenizer
from mistudio.schemas.metadata import RawSummary, SourceMetadata


def write_sample(out: Path, progress: Progress) -> RawSummary:
    """Write the topics of Python's own documentation as a dataset: a row a paragraph, train and test 9 to 1."""
    rows = [
        {"topic": document["topic"], "text": paragraph.strip("\n")}
        for document in builtin_texts()
        for paragraph in document["text"].split("\n\n")
        if paragraph.strip()
    ]
    test = rows[9::10]
    train = [row for i, row in enumerate(rows) if i % 10 != 9]
    parts = (("train", train), ("test", test))
    splits = [(name, iter(pa.Table.from_pylist(part).to_batches())) for name, part in parts]
    summary = write_raw(out, splits, ["text"], "\n", SourceMetadata(filename=SAMPLE_FILE, format="text"))
    progress("reading", summary.num_samples, summary.num_samples, "samples")
    return summary


def make_tokenizer(folder: Path) -> None:
    """Train the demo tokenizer, unless it is there. Two at once: one of them stays."""
    if folder.is_dir():
        return
    partial = folder.with_name(f".{folder.name}-{os.getpid()}")
    partial.mkdir(parents=True, exist_ok=True)
    train_demo_tokenizer([document["text"] for document in builtin_texts()], partial)
    try:
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial)
