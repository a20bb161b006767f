"""A text and a tokenizer for machines without the internet."""

from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

VOCABULARY = 4096
BOS, EOS, PAD = "<bos>", "<eos>", "<pad>"


def builtin_texts() -> list[dict[str, str]]:
    """The help topics of this Python's library: about 80 documents, 0.7 MB, with keys `topic` and `text`."""
    return [{"topic": topic, "text": topics[topic]} for topic in sorted(topics)]


def train_demo_tokenizer(texts: list[str], out: Path) -> None:
    """Train a byte-level BPE of at most VOCABULARY tokens on the texts and save it as a loadable folder."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[BOS, EOS, PAD],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    backend.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A {BOS} $B", special_tokens=[(BOS, backend.token_to_id(BOS))]
    )
    tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=backend, bos_token=BOS, eos_token=EOS, pad_token=PAD, model_max_length=1024
    )
    tokenizer.save_pretrained(str(out))
