"""The special tokens that a tokenizer puts around one sequence, and how it types them."""

from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

PROBES = ("a", "hello world", "1, 2; 3")


@dataclass(frozen=True)
class Affixes:
    """Ids before and after the tokens of a sequence, and the token types of the three parts."""

    prefix: tuple[int, ...] = ()
    suffix: tuple[int, ...] = ()
    prefix_types: tuple[int, ...] = ()
    suffix_types: tuple[int, ...] = ()
    content_type: int = 0

    @property
    def size(self) -> int:
        return len(self.prefix) + len(self.suffix)


def find_affixes(tokenizer: PreTrainedTokenizerBase) -> Affixes | None:
    """What transformers adds around a single text; None where it is not one fixed prefix and suffix."""
    found = {_around(tokenizer, probe) for probe in PROBES}
    affixes = found.pop()
    if found or affixes is None or affixes.size != tokenizer.num_special_tokens_to_add(False):
        return None
    empty = tokenizer("", add_special_tokens=False)["input_ids"]
    if tokenizer("")["input_ids"] != [*affixes.prefix, *empty, *affixes.suffix]:
        return None
    return affixes


def _around(tokenizer: PreTrainedTokenizerBase, probe: str) -> Affixes | None:
    inside = list(tokenizer(probe, add_special_tokens=False)["input_ids"])
    whole = tokenizer(probe, add_special_tokens=True, return_token_type_ids=True)
    ids = list(whole["input_ids"])
    types = list(whole.get("token_type_ids", [0] * len(ids)))
    for start in range(len(ids) - len(inside) + 1):
        stop = start + len(inside)
        if inside and ids[start:stop] == inside and len(set(types[start:stop])) == 1:
            return Affixes(
                tuple(ids[:start]), tuple(ids[stop:]), tuple(types[:start]), tuple(types[stop:]), types[start]
            )
    return None
