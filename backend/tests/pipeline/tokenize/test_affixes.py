import pytest

from mistudio.pipeline.tokenize.affixes import Affixes, find_affixes
from tests.tokenizers import loaded


@pytest.mark.parametrize(
    ("name", "affixes"),
    [
        ("gpt2", Affixes()),
        ("llama3_1", Affixes(prefix=(128000,), prefix_types=(0,))),
        ("minilm", Affixes(prefix=(101,), suffix=(102,), prefix_types=(0,), suffix_types=(0,))),
        ("unigram", Affixes(suffix=(1,), suffix_types=(0,))),
        ("word_level", Affixes(prefix=(2, 2), suffix=(3,), prefix_types=(1, 1), suffix_types=(0,))),
        ("byt5", Affixes(suffix=(1,), suffix_types=(0,))),
        ("doubled", None),
    ],
)
def test_what_is_put_around_a_text(name: str, affixes: Affixes | None) -> None:
    assert find_affixes(loaded(name).tokenizer) == affixes
