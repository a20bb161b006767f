"""Tokenizing: the whole run against its engine alone, against `Dataset.map` scripts, and its memory.

    python -m tests.bench.bench_tokenize [--megabytes 260] [--repeat 3] [--slow-megabytes 20]

Prints Markdown. Each measurement runs in a process of its own; the ways by `map` run on a smaller part of the same
data, since their speed does not depend on its size.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.corpus import corpus, repeated
from tests.tokenizers import folder

TOKENIZERS = {
    "gpt2": "GPT-2",
    "llama3_1": "Llama 3.1",
    "qwen3": "Qwen 3",
    "minilm": "MiniLM (WordPiece)",
    "llama2": "Mistral (SentencePiece)",
    "unigram": "Unigram (2 000 tokens)",
}
MAX_LENGTH = 512
Measured = dict[str, Any]


# --- what is measured, each in a process of its own -----------------------------------------------------------


def ours(raw: Path, name: str, out: Path) -> Measured:
    """A whole run. setup: loading, building and proving the engine; run: from the first row to the last byte."""
    from mistudio.pipeline.tokenize import run
    from mistudio.pipeline.tokenize.loading import load
    from mistudio.pipeline.tokenize.prepare import make_plan

    started = time.perf_counter()
    loaded = load(folder(name), name, None)
    plan = make_plan(raw, loaded, _config(name), ["text"], "\n", _cores())
    setup = time.perf_counter() - started
    out.mkdir(parents=True)
    started = time.perf_counter()
    splits = run._run(plan, out, [], _cores(), lambda *done: None)
    spent = time.perf_counter() - started
    size = sum(split.statistics.num_bytes for split in splits)
    return {"setup": setup, "seconds": spent, "bytes": size, "engine": plan.encoder.name}


def engine(raw: Path, name: str, out: Path) -> Measured:
    """Arrow to flat arrays, nothing else, with the same chunks and threads; the second of two passes."""
    from concurrent.futures import ThreadPoolExecutor

    from mistudio.pipeline.tokenize.layout import CHUNK_ROWS
    from mistudio.pipeline.tokenize.loading import load
    from mistudio.pipeline.tokenize.prepare import make_plan
    from mistudio.pipeline.tokenize.reading import Range, cut
    from mistudio.pipeline.tokenize.rows import FlatEncoder

    plan = make_plan(raw, load(folder(name), name, None), _config(name), ["text"], "\n", _cores())
    assert isinstance(plan.encoder, FlatEncoder)
    (source,), encode = plan.sources, plan.encoder.engine.encode
    whole = Range(0, source.num_rows)
    ranges = cut(source.sizes(whole), whole, plan.encoder.chunk_bytes, CHUNK_ROWS)
    started = time.perf_counter()
    with ThreadPoolExecutor(_cores()) as threads:
        sizes = threads.map(
            lambda rows: (texts := source.read(rows)[0]).nbytes + 0 * len(encode(texts).ids), ranges
        )
        size = sum(sizes)
    return {"seconds": time.perf_counter() - started, "bytes": size}


def map_script(raw: Path, name: str, out: Path, processes: int) -> Measured:
    """`Dataset.map` with the tokenizer itself, saved, and counted in Python: what many scripts do."""
    from datasets import load_from_disk
    from transformers import AutoTokenizer

    dataset = load_from_disk(str(raw))["train"]
    tokenizer = AutoTokenizer.from_pretrained(str(folder(name)))
    started = time.perf_counter()
    made = dataset.map(
        lambda batch: tokenizer(batch["text"], truncation=True, max_length=MAX_LENGTH),
        batched=True,
        remove_columns=dataset.column_names,
        num_proc=processes,
    )
    made.save_to_disk(str(out))
    lengths, vocabulary = [], set()
    for row in made:
        lengths.append(len(row["input_ids"]))
        vocabulary.update(row["input_ids"])
    statistics.median(lengths)
    return {"seconds": time.perf_counter() - started, "bytes": _text_bytes(dataset)}


def fast_script(raw: Path, name: str, out: Path, processes: int) -> Measured:
    """`Dataset.map` with `encode_batch_fast` and no statistics: the quickest plain script."""
    from datasets import load_from_disk
    from transformers import AutoTokenizer

    dataset = load_from_disk(str(raw))["train"]
    backend = AutoTokenizer.from_pretrained(str(folder(name))).backend_tokenizer
    backend.no_padding()
    backend.enable_truncation(MAX_LENGTH)
    started = time.perf_counter()
    made = dataset.map(
        lambda batch: {"input_ids": [found.ids for found in backend.encode_batch_fast(batch["text"])]},
        batched=True,
        remove_columns=dataset.column_names,
        num_proc=processes,
    )
    made.save_to_disk(str(out))
    return {"seconds": time.perf_counter() - started, "bytes": _text_bytes(dataset)}


def _config(name: str) -> Any:
    from mistudio.schemas.metadata import TokenizationConfig

    return TokenizationConfig(tokenizer_name=name, max_length=MAX_LENGTH, padding="do_not_pad")


def _text_bytes(dataset: Any) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(pc.binary_length(dataset.data.table.column("text"))).as_py())


def _cores() -> int:
    return os.cpu_count() or 1


WAYS: dict[str, Callable[..., Measured]] = {
    "ours": ours,
    "engine": engine,
    "map_script": map_script,
    "fast_script": fast_script,
}


# --- measuring ------------------------------------------------------------------------------------------------


def child(way: str, raw: str, name: str, processes: str) -> None:
    """One measurement, as JSON on the last line. peak: most memory that no file backs, children included."""
    peak, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            peak[0] = max(peak[0], _anonymous_bytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    with tempfile.TemporaryDirectory() as scratch:
        more = (int(processes),) if way.endswith("script") else ()
        found = WAYS[way](Path(raw), name, Path(scratch, "out"), *more)
    stop.set()
    watcher.join()
    print(json.dumps(found | {"peak": peak[0]}))


def _anonymous_bytes() -> int:
    import psutil

    total = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon"))
    return total


def measure(way: str, raw: Path, name: str, repeat: int, processes: int = 1) -> Measured:
    """The run of median speed out of `repeat`."""
    runs = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as cache:
            environment = os.environ | {"HF_DATASETS_CACHE": cache, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"}
            command = [sys.executable, "-W", "ignore", "-m", __spec__.name if __spec__ else "", "--child"]
            answer = subprocess.run(
                [*command, way, str(raw), name, str(processes)],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        runs.append(json.loads(answer.stdout.splitlines()[-1]))
    return sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]


def speed(run: Measured) -> float:
    return float(run["bytes"]) / 1e6 / float(run["seconds"])


def fastest(way: str, raw: Path, name: str, repeat: int) -> Measured:
    """At the number of processes that suits it best."""
    runs = [measure(way, raw, name, repeat, processes) for processes in sorted({1, 2, _cores()})]
    return max(runs, key=speed)


def table(kind: str, megabytes: float, slow_megabytes: float, repeat: int, names: list[str]) -> None:
    raw, part = corpus(kind, megabytes), corpus(kind, min(megabytes, slow_megabytes))
    print(f"\n### {kind.capitalize()} documents\n")
    print(
        "| tokenizer | engine | whole run MB/s | with set-up | engine alone MB/s | run / engine | "
        "`map` script MB/s | times faster | `encode_batch_fast` script MB/s | times faster |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        whole = measure("ours", raw, name, repeat)
        alone = measure("engine", raw, name, repeat)
        script, fast = (fastest(way, part, name, 1) for way in ("map_script", "fast_script"))
        with_setup = whole["bytes"] / 1e6 / (whole["seconds"] + whole["setup"])
        cells = (
            TOKENIZERS[name],
            whole["engine"],
            f"{speed(whole):.0f}",
            f"{with_setup:.0f}",
            f"{speed(alone):.0f}",
            f"{speed(alone) / speed(whole):.2f}",
            f"{speed(script):.1f}",
            f"{speed(whole) / speed(script):.0f} ×",
            f"{speed(fast):.1f}",
            f"{speed(whole) / speed(fast):.1f} ×",
        )
        print(f"| {' | '.join(cells)} |", flush=True)


def memory(megabytes: float, names: list[str]) -> None:
    print("\n### Memory as the data grow\n\nMost memory that no file backs, engine and its caches included.\n")
    print("| tokenizer | 1 × | 4 × | 16 × |\n|---|---|---|---|")
    for name in names:
        peaks = []
        for times in (1, 4, 16):
            raw = corpus("short", megabytes) if times == 1 else repeated(corpus("short", megabytes), times)
            peaks.append(measure("ours", raw, name, 1)["peak"] / 2**20)
        print(f"| {TOKENIZERS[name]} | {' | '.join(f'{peak:.0f} MiB' for peak in peaks)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=260)
    parser.add_argument("--slow-megabytes", type=float, default=20)
    parser.add_argument("--memory-megabytes", type=float, default=40)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tokenizers", nargs="+", default=list(TOKENIZERS), choices=list(TOKENIZERS))
    parser.add_argument("--kinds", nargs="+", default=["short", "long", "multilingual"])
    given = parser.parse_args()
    for name in given.tokenizers:
        folder(name)  # made before anything is measured
    print(f"{given.megabytes:g} MB of text at most; {_cores()} cores; max_length {MAX_LENGTH}, no padding.")
    for kind in given.kinds:
        table(kind, given.megabytes, given.slow_megabytes, given.repeat, given.tokenizers)
    memory(given.memory_megabytes, [name for name in ("gpt2", "llama2", "minilm") if name in given.tokenizers])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
