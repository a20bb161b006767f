"""Every fast engine gives `tokenizers`' own ids on strings made to break it."""

import numpy as np
import pyarrow as pa
import pytest

from mistudio.pipeline.tokenize.engines.base import EngineRefused, text_buffers
from mistudio.pipeline.tokenize.engines.choose import fast_engines
from mistudio.pipeline.tokenize.engines.fast import FastokensEngine
from mistudio.pipeline.tokenize.engines.giga import GigatokenEngine
from mistudio.pipeline.tokenize.engines.nano import NanotokenEngine
from mistudio.pipeline.tokenize.engines.reference import ReferenceEngine
from tests.strings import adversarial
from tests.tokenizers import BYTE_LEVEL, REAL, loaded

TEXTS = pa.array(adversarial(3000), pa.string())


@pytest.mark.parametrize("name", REAL)
def test_the_chosen_engine_equals_the_reference(name: str) -> None:
    tokenizer = loaded(name)
    assert tokenizer.backend_json is not None
    found = fast_engines(tokenizer)[0](tokenizer.backend_json).encode(TEXTS)
    expected = ReferenceEngine(tokenizer.backend_json).encode(TEXTS)
    assert found.ids.dtype == np.int32
    assert found.offsets.dtype == np.int64
    assert found.offsets.tolist() == expected.offsets.tolist()
    assert found.ids.tolist() == expected.ids.tolist()


def test_each_family_has_its_engine() -> None:
    chosen = {name: [make.__name__ for make in fast_engines(loaded(name))] for name in (*REAL, "unigram", "byt5")}
    assert {name: chosen[name][0] for name in BYTE_LEVEL} == dict.fromkeys(BYTE_LEVEL, "FastokensEngine")
    assert chosen["qwen3"] == ["FastokensEngine"], "gigatoken composes unlike tokenizers"
    assert chosen["llama2"][0] == chosen["gemma3"][0] == "GigatokenEngine"
    assert chosen["minilm"] == ["NanotokenEngine"]
    assert chosen["unigram"] == chosen["byt5"] == []


def test_special_tokens_as_plain_text_are_left_to_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = loaded("gpt2")
    monkeypatch.setattr(tokenizer.tokenizer, "split_special_tokens", True)
    assert fast_engines(tokenizer) == []
    assert tokenizer.backend_json is not None
    split = ReferenceEngine(tokenizer.backend_json, split_special_tokens=True)
    assert len(split.encode(pa.array(["<|endoftext|>"])).ids) > 1


@pytest.mark.parametrize("make", [FastokensEngine, GigatokenEngine, NanotokenEngine])
def test_an_engine_refuses_what_it_does_not_know(make: type) -> None:
    unigram = loaded("unigram").backend_json
    with pytest.raises(EngineRefused):
        make(unigram)


def test_engines_read_slices_of_either_string_type() -> None:
    texts = pa.array(["skip", "a b", "", "日本", "end"])
    for name in ("gpt2", "llama2", "minilm"):
        tokenizer = loaded(name)
        assert tokenizer.backend_json is not None
        engine = fast_engines(tokenizer)[0](tokenizer.backend_json)
        whole = engine.encode(texts)
        for part in (texts.slice(1, 3), texts.cast(pa.large_string()).slice(1, 3)):
            found = engine.encode(part)
            assert [found.row(i).tolist() for i in range(3)] == [whole.row(i).tolist() for i in (1, 2, 3)]
        assert engine.encode(texts.slice(0, 0)).offsets.tolist() == [0]


def test_text_buffers_start_at_zero() -> None:
    data, offsets = text_buffers(pa.array(["ab", "é", ""]).slice(1))
    assert (data.tobytes(), offsets.tolist()) == ("é".encode(), [0, 2, 2])


def test_gigatoken_is_made_anew_when_its_cache_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    from mistudio.pipeline.tokenize.engines import giga

    made = []
    build = giga.gigatoken.Tokenizer.from_json
    monkeypatch.setattr(giga.gigatoken.Tokenizer, "from_json", lambda text: made.append(1) or build(text))
    monkeypatch.setattr(giga, "BYTES_PER_ENGINE", 10)
    engine = GigatokenEngine(loaded("llama2").backend_json or "")
    for _ in range(3):
        engine.encode(pa.array(["more than ten bytes"]))
    assert len(made) == 3
