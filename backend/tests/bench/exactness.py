"""Every token of the benchmark texts, and every option, against `tokenizers` and transformers themselves.

    python -m tests.bench.exactness [--megabytes 260] [--share 1.0] [--tokenizers …]

The long form of what the test suite samples: minutes, or hours with all of it. Ends with 1 if anything differs.
"""

import argparse
import sys

import numpy as np
import pyarrow as pa

from mistudio.pipeline.arrow_read import open_split
from mistudio.pipeline.tokenize.engines.base import Engine, EngineRefused
from mistudio.pipeline.tokenize.engines.choose import fast_engines
from mistudio.pipeline.tokenize.engines.reference import ReferenceEngine
from tests.bench.corpus import corpus
from tests.pipeline.tokenize.test_options import SHORT, TEXTS, assert_equal, combinations
from tests.strings import adversarial, every_character
from tests.tokenizers import REAL, loaded

BATCH = 1000


def differing(name: str, texts: pa.ChunkedArray, reference: ReferenceEngine, engine: Engine) -> int:
    """How many texts get other ids from the engine than from the reference."""
    count = 0
    for chunk in texts.chunks:
        for start in range(0, len(chunk), BATCH):
            part = chunk.slice(start, BATCH)
            ours, theirs = engine.encode(part), reference.encode(part)
            if np.array_equal(ours.offsets, theirs.offsets) and np.array_equal(ours.ids, theirs.ids):
                continue
            count += sum(not np.array_equal(ours.row(i), theirs.row(i)) for i in range(len(part)))
    return count


def engines_of(name: str) -> list[Engine]:
    """All fast engines that take this tokenizer, the one that a run would use first."""
    tokenizer = loaded(name)
    assert tokenizer.backend_json is not None
    made = []
    for make in fast_engines(tokenizer):
        try:
            made.append(make(tokenizer.backend_json))
        except EngineRefused as error:
            print(f"{name}: refused: {error}")
    return made


def check_tokens(name: str, megabytes: float) -> int:
    sets = {
        "adversarial": pa.chunked_array([adversarial(20_000)]),
        "characters": pa.chunked_array([every_character()]),
    }
    for kind in ("short", "long", "multilingual") if megabytes else ():
        sets[kind] = open_split(corpus(kind, megabytes), "train").column("text")
    reference, total = ReferenceEngine(loaded(name).backend_json or ""), 0
    for position, engine in enumerate(engines_of(name)):
        for kind, texts in sets.items():
            found = differing(name, texts, reference, engine)
            print(f"{name} {engine.name} {kind}: {found} of {len(texts)} texts differ", flush=True)
            total += found if position == 0 else 0
    return total


def check_options(name: str, share: float) -> int:
    tried = failed = 0
    for chosen in combinations(share):
        tried += 1
        try:
            assert_equal(name, chosen, TEXTS if chosen["texts"] == "all" else SHORT)
        except AssertionError:
            failed += 1
            print(f"{name}: differs under {chosen}")
    print(f"{name}: {failed} of {tried} combinations of options differ", flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=260, help="of each set of documents; 0 for none")
    parser.add_argument("--share", type=float, default=1.0, help="of all combinations of options")
    parser.add_argument("--tokenizers", nargs="+", default=list(REAL), choices=list(REAL))
    given = parser.parse_args()
    wrong = 0
    for name in given.tokenizers:
        wrong += check_tokens(name, given.megabytes) + check_options(name, given.share)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
