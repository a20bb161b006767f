from pathlib import Path

from mistudio.pipeline.tokenize.demo import VOCABULARY, builtin_texts, train_demo_tokenizer
from mistudio.pipeline.tokenize.loading import load


def test_the_built_in_texts_are_the_librarys_topics() -> None:
    texts = builtin_texts()
    assert len(texts) > 50
    assert sum(len(document["text"]) for document in texts) > 300_000
    assert all(set(document) == {"topic", "text"} for document in texts)


def test_the_demo_tokenizer_loads_and_gives_the_text_back(tmp_path: Path) -> None:
    train_demo_tokenizer([document["text"] for document in builtin_texts()], tmp_path)
    tokenizer = load(tmp_path, "local:demo", None)
    assert tokenizer.info.vocab_size == VOCABULARY
    assert tokenizer.info.special_tokens["bos_token_id"] == 0
    ids = tokenizer.tokenizer("def f(x): 日本 😀")["input_ids"]
    assert ids[0] == 0
    assert tokenizer.tokenizer.decode(ids, skip_special_tokens=True) == "def f(x): 日本 😀"


def test_training_gives_the_same_tokenizer_each_time(tmp_path: Path) -> None:
    texts = [document["text"] for document in builtin_texts()][:10]
    for name in ("a", "b"):
        train_demo_tokenizer(texts, tmp_path / name)
    assert load(tmp_path / "a", "a", None).info.fingerprint == load(tmp_path / "b", "b", None).info.fingerprint
