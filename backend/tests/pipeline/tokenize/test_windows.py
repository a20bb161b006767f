import itertools

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from mistudio.pipeline.tokenize.flat import offsets_of
from mistudio.pipeline.tokenize.windows import cut_windows, gather


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("limit", "stride"), [(1, 0), (2, 0), (2, 1), (3, 1), (5, 3), (7, 6), (40, 3)])
def test_windows_are_those_of_tokenizers(side: str, limit: int, stride: int) -> None:
    backend = Tokenizer(WordLevel({str(i): i for i in range(40)}, unk_token="0"))
    backend.pre_tokenizer = Whitespace()
    backend.enable_truncation(limit, stride=stride, direction=side)
    expected, sources = [], []
    for length in range(40):
        first = backend.encode(" ".join(str(i) for i in range(length)))
        expected += [encoding.ids for encoding in (first, *first.overflowing)]
        sources += [length] * (1 + len(first.overflowing))

    values = np.concatenate([np.arange(length, dtype=np.int32) for length in range(40)])
    windows = cut_windows(offsets_of(np.arange(40)), limit, stride, side)
    ids, offsets = gather(values, windows)

    assert windows.source.tolist() == sources
    assert [ids[a:b].tolist() for a, b in itertools.pairwise(offsets)] == expected
