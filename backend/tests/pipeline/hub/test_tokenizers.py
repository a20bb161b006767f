import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from mistudio.core.errors import (
    AppError,
    HubFileBroken,
    HubGated,
    HubNameInvalid,
    HubNotFound,
    HubRevisionNotFound,
    HubUnreachable,
    TokenizerInvalid,
    TokenizerNeedsCode,
    TokenizerNotFound,
)
from mistudio.pipeline.hub.tokenizer_info import read_facts
from mistudio.pipeline.hub.tokenizers import KeptTokenizer, fetch, find, known_commits
from tests.hub.fixtures import LocalHub
from tests.hub.samples import tokenizer_files
from tests.hub.state import GOOD_TOKEN


def get(
    hub: LocalHub, store: Path, name: str, revision: str | None = None, token: str | None = None
) -> KeptTokenizer:
    return fetch(name, revision, store, hub.endpoint, token)


def test_only_the_tokenizer_s_files_are_fetched(hub: LocalHub, tmp_path: Path) -> None:
    kept = get(hub, tmp_path, "acme/bpe")
    names = sorted(path.name for path in kept.directory.iterdir())
    assert names == ["config.json", "tokenizer.json", "tokenizer_config.json"]
    assert not hub.state.requests("safetensors")
    assert kept.sha == hub.state.repositories["models", "acme/bpe"].branches["main"]
    for name in names:
        assert (kept.directory / name).read_bytes() == tokenizer_files()[name]


def test_transformers_loads_what_was_kept(hub: LocalHub, tmp_path: Path) -> None:
    kept = get(hub, tmp_path, "acme/bpe")
    tokenizer = AutoTokenizer.from_pretrained(str(kept.directory), local_files_only=True)
    assert tokenizer.decode(tokenizer("the cat")["input_ids"]) == "the cat"
    assert read_facts(kept.directory).vocab_size == len(tokenizer)


def test_one_content_is_kept_once(hub: LocalHub, tmp_path: Path) -> None:
    first, second = get(hub, tmp_path, "acme/bpe"), get(hub, tmp_path, "gpt2")
    assert first.directory == second.directory
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.fingerprint, "names"])


def test_another_commit_of_the_same_files_costs_no_second_copy(hub: LocalHub, tmp_path: Path) -> None:
    first = get(hub, tmp_path, "acme/bpe")
    hub.state.repositories["models", "acme/bpe"].commit({"model.safetensors": bytes(5)})
    second = get(hub, tmp_path, "acme/bpe")
    assert (first.fingerprint, first.directory) == (second.fingerprint, second.directory)
    assert first.sha != second.sha
    assert set(known_commits("acme/bpe", tmp_path)) == {first.sha, second.sha}


def test_a_changed_tokenizer_is_another_one(hub: LocalHub, tmp_path: Path) -> None:
    first = get(hub, tmp_path, "acme/bpe")
    config = json.loads(tokenizer_files()["tokenizer_config.json"]) | {"model_max_length": 99}
    hub.state.repositories["models", "acme/bpe"].commit({"tokenizer_config.json": json.dumps(config)})
    second = get(hub, tmp_path, "acme/bpe")
    assert second.fingerprint != first.fingerprint
    assert (read_facts(first.directory).model_max_length, read_facts(second.directory).model_max_length) == (
        1024,
        99,
    )
    assert get(hub, tmp_path, "acme/bpe", first.sha).fingerprint == first.fingerprint


def test_a_kept_commit_needs_no_hub(hub: LocalHub, tmp_path: Path) -> None:
    kept = get(hub, tmp_path, "acme/bpe")
    hub.state.log.clear()
    assert get(hub, tmp_path, "acme/bpe", kept.sha) == kept
    assert not hub.state.log
    assert fetch("acme/bpe", kept.sha, tmp_path, "http://127.0.0.1:9", None) == kept


def test_without_the_hub_the_newest_is_not_guessed(hub: LocalHub, tmp_path: Path) -> None:
    kept = get(hub, tmp_path, "acme/bpe")
    with pytest.raises(HubUnreachable) as raised:
        fetch("acme/bpe", None, tmp_path, "http://127.0.0.1:9", None)
    assert raised.value.extra["kept"] == [kept.sha]
    assert kept.sha[:12] in raised.value.detail
    with pytest.raises(HubUnreachable) as never_seen:
        fetch("acme/other", None, tmp_path, "http://127.0.0.1:9", None)
    assert "kept" not in never_seen.value.extra


def test_a_kept_commit_whose_files_were_lost_is_fetched_again(hub: LocalHub, tmp_path: Path) -> None:
    kept = get(hub, tmp_path, "acme/bpe")
    kept.directory.rename(tmp_path / "elsewhere")
    assert find("acme/bpe", kept.sha, tmp_path) is None
    assert get(hub, tmp_path, "acme/bpe", kept.sha) == kept
    assert (kept.directory / "tokenizer.json").is_file()


def test_gated_tokenizers_need_a_token(hub: LocalHub, tmp_path: Path) -> None:
    with pytest.raises(HubGated) as raised:
        get(hub, tmp_path, "acme/gated-bpe")
    assert raised.value.extra["url"] == f"{hub.endpoint}/acme/gated-bpe"
    assert not list(tmp_path.iterdir())
    assert get(hub, tmp_path, "acme/gated-bpe", token=GOOD_TOKEN).directory.is_dir()


@pytest.mark.parametrize(
    ("name", "revision", "error"),
    [
        ("acme/weights", None, TokenizerNotFound),
        ("acme/own-code", None, TokenizerNeedsCode),
        ("acme/absent", None, HubNotFound),
        ("acme/bpe", "v9", HubRevisionNotFound),
        ("acme/bpe", "../../x", HubRevisionNotFound),
        ("../x", None, HubNameInvalid),
        ("local:x", None, HubNameInvalid),
    ],
)
def test_what_cannot_be_had_says_why(
    hub: LocalHub, tmp_path: Path, name: str, revision: str | None, error: type[AppError]
) -> None:
    with pytest.raises(error):
        get(hub, tmp_path, name, revision)
    assert not list(tmp_path.iterdir())


def test_code_beside_a_vocabulary_is_neither_fetched_nor_needed(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.model("acme/both", tokenizer_files() | {"tokenization_own.py": b"raise SystemExit"})
    assert not list(get(hub, tmp_path, "acme/both").directory.glob("*.py"))


def test_a_vocabulary_that_only_code_can_read_is_refused(hub: LocalHub, tmp_path: Path) -> None:
    config = json.dumps({"auto_map": {"AutoTokenizer": ["tokenization_own.Own", None]}})
    files = {"tokenizer_config.json": config, "own.tiktoken": "AA== 0", "tokenization_own.py": "raise SystemExit"}
    hub.state.model("acme/hidden", files)
    with pytest.raises(TokenizerNeedsCode):
        get(hub, tmp_path, "acme/hidden")
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_not_kept(hub: LocalHub, tmp_path: Path) -> None:
    hub.state.fault("resolve/.*tokenizer.json", "corrupt", after=50)
    with pytest.raises(HubFileBroken):
        get(hub, tmp_path, "acme/bpe")
    assert not list(tmp_path.iterdir())


def write(folder: Path, **files: object) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_facts_of_a_slow_tokenizer(tmp_path: Path) -> None:
    write(tmp_path, vocab__txt="[PAD]\n[UNK]\nthe\n", tokenizer_config__json={"unk_token": "[UNK]"})
    facts = read_facts(tmp_path)
    assert (facts.is_fast, facts.vocab_size, facts.model_max_length) == (False, 3, None)
    assert facts.special_tokens == {"unk_token": "[UNK]"}


def test_facts_of_unigram_and_templates(tmp_path: Path) -> None:
    fast = {
        "model": {"type": "Unigram", "vocab": [["a", -1.0], ["b", -2.0]]},
        "added_tokens": [{"id": 2}, {"id": 0}],
    }
    config = {"eos_token": {"content": "</s>"}, "model_max_length": 1e30, "add_bos_token": True}
    write(tmp_path, tokenizer__json=fast, tokenizer_config__json=config, chat_template__jinja="{{ messages }}")
    facts = read_facts(tmp_path)
    assert (facts.model_type, facts.vocab_size, facts.model_max_length) == ("Unigram", 3, None)
    assert facts.special_tokens == {"eos_token": "</s>"}
    assert facts.has_chat_template


@pytest.mark.parametrize("text", ["{", "[1]", "[" * 100_000, "\x00"])
def test_malformed_files_are_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, tokenizer__json=text)
    with pytest.raises(TokenizerInvalid, match=r"tokenizer\.json"):
        read_facts(tmp_path)
