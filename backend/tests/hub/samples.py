"""The repositories every test can count on: one for each way in which people lay out a dataset or a tokenizer."""

import gzip
import io
import json
import random
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from tests.hub.repository import CONVERTED
from tests.hub.state import HubState

TEXT = "the of a cat dog ran over blue hill and then sat quietly near water while stars fell"

TINY_CARD = """---
license: mit
language: [en]
pretty_name: Tiny
configs:
- config_name: plain
  default: true
  data_files:
  - {split: train, path: "plain/train-*.parquet"}
  - {split: test, path: "plain/test-*.parquet"}
- config_name: extra
  data_files:
  - {split: train, path: "extra/train.jsonl"}
  - {split: validation, path: "extra/validation.jsonl"}
dataset_info:
- config_name: plain
  features:
  - {name: text, dtype: string}
  - {name: label, dtype: int64}
  splits:
  - {name: train, num_bytes: 200000, num_examples: 2000}
  - {name: test, num_bytes: 30000, num_examples: 300}
  download_size: 110000
  dataset_size: 230000
---
# Tiny

A handful of sentences about a cat, a dog and a hill.
"""

MIXED_CARD = """---
license: apache-2.0
configs:
- config_name: parquet
  data_files: "parquet/*.parquet"
- config_name: semicolons
  data_files: "tables/semicolons.csv"
  sep: ";"
- config_name: tabs
  data_files: [{split: test, path: "tables/tabs.tsv"}]
- config_name: packed
  data_files: "packed/*.jsonl.gz"
- config_name: lines
  data_dir: lines
---
Every config in a format of its own.
"""

HOSTILE_CARD = """---
configs:
- config_name: absolute
  data_files: /etc/passwd
- config_name: above
  data_files: "../../*"
- config_name: address
  data_files: "http://127.0.0.1:9/data.csv"
- config_name: other
  data_files: "hf://datasets/acme/secret/data.jsonl"
- config_name: chained
  data_files: "zip://*.csv::data.zip"
- config_name: slow
  data_files: "*a*a*a*a*a*a*a*a*a*b"
- config_name: honest
  data_files: "data.csv"
---
"""


def sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(TEXT.split()) for _ in range(words))


def rows(count: int, seed: int = 1) -> list[dict[str, object]]:
    rng = random.Random(seed)
    return [{"text": sentence(rng, rng.randint(3, 30)), "label": i % 2} for i in range(count)]


@cache
def parquet(count: int, seed: int = 1, row_group: int = 500) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows(count, seed)), out, row_group_size=row_group)
    return out.getvalue()


@cache
def jsonl(count: int, seed: int = 1) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows(count, seed))


@cache
def csv(count: int, seed: int = 1, delimiter: str = ",") -> bytes:
    lines = [f"{row['text']}{delimiter}{row['label']}" for row in rows(count, seed)]
    return "\n".join([f"text{delimiter}label", *lines, ""]).encode()


@cache
def tokenizer_files() -> dict[str, bytes]:
    """A byte-level BPE tokenizer trained on the sample sentences."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<unk>", "<pad>", "<bos>", "<eos>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=specials, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([str(row["text"]) for row in rows(300)], trainer)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "model_max_length": 1024,
    }
    return {
        "tokenizer.json": tokenizer.to_str().encode(),
        "tokenizer_config.json": json.dumps(config).encode(),
        "config.json": b'{"model_type": "gpt2"}',
        "model.safetensors": bytes(100_000),
    }


def add_datasets(state: HubState) -> None:
    tiny = {
        "README.md": TINY_CARD,
        "plain/train-00000-of-00002.parquet": parquet(1000, 1),
        "plain/train-00001-of-00002.parquet": parquet(1000, 2),
        "plain/test-00000-of-00001.parquet": parquet(300, 3),
        "extra/train.jsonl": jsonl(120, 4),
        "extra/validation.jsonl": jsonl(30, 5),
    }
    state.dataset("acme/tiny", tiny, downloads=900, likes=7)
    state.dataset("stories", tiny, downloads=50)
    state.dataset("acme/lines", {"train.jsonl": jsonl(120), "validation.jsonl": jsonl(30, 2)})
    state.dataset("acme/tables", {"data/train.csv": csv(50), "data/test.csv": csv(5, 2)})
    mixed = {
        "README.md": MIXED_CARD,
        "parquet/part-0.parquet": parquet(40),
        "tables/semicolons.csv": csv(30, delimiter=";"),
        "tables/tabs.tsv": csv(20, delimiter="\t"),
        "packed/a.jsonl.gz": gzip.compress(jsonl(10, 1), mtime=0),
        "packed/b.jsonl.gz": gzip.compress(jsonl(15, 2), mtime=0),
        "lines/train.txt.zst": zstandard.compress(b"one line\nanother line\n"),
    }
    state.dataset("acme/mixed", mixed)
    state.dataset("acme/gated", {"data.jsonl": jsonl(5)}, gated="auto")
    state.dataset("acme/secret", {"data.jsonl": jsonl(5)}, private=True)
    state.dataset("acme/disabled", {"data.jsonl": jsonl(5)}, disabled=True)
    state.dataset("acme/scripted", {"scripted.py": "raise SystemExit"})
    converted = state.dataset("acme/converted", {"converted.py": "raise SystemExit", "README.md": "A script."})
    exported = {"default/train/0000.parquet": parquet(60), "default/test/0000.parquet": parquet(6, 2)}
    converted.commit(exported, branch=CONVERTED)
    state.dataset("acme/nothing", {"README.md": "Only a promise."})
    state.dataset("acme/images", {"train/cat.png": b"\x89PNG", "train/dog.png": b"\x89PNG"})
    state.dataset("acme/hostile", {"README.md": HOSTILE_CARD, "data.csv": csv(4)})
    state.dataset("acme/broken", {"README.md": "---\nconfigs: [\n---\n", "data.csv": csv(4)})
    state.dataset("acme/large", {"train.parquet": parquet(60_000, row_group=20_000)})


def add_models(state: HubState) -> None:
    files = tokenizer_files()
    state.model("acme/bpe", files, downloads=300)
    state.model("gpt2", files, downloads=1000)
    state.model("acme/gated-bpe", files, gated="manual")
    custom = json.dumps({"auto_map": {"AutoTokenizer": ["tokenization_own.OwnTokenizer", None]}})
    state.model("acme/own-code", {"tokenizer_config.json": custom, "tokenization_own.py": "raise SystemExit"})
    state.model("acme/weights", {"config.json": "{}", "model.safetensors": bytes(1000)})


def add_samples(state: HubState) -> None:
    add_datasets(state)
    add_models(state)
