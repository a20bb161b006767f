import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from mistudio.core.errors import TokenizerInvalid, TokenizerNeedsCode
from mistudio.pipeline.tokenize.loading import load
from tests.tokenizers import folder, loaded


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder of one's own with the demo tokenizer."""
    shutil.copytree(folder("demo"), tmp_path / "copy")
    return tmp_path / "copy"


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_facts_of_a_tokenizer() -> None:
    info = load(folder("minilm"), "some/name", "main").info
    assert (info.name, info.revision) == ("some/name", "main")
    assert (info.tokenizer_class, info.model_type, info.is_fast) == ("BertTokenizer", "WordPiece", True)
    assert (info.vocab_size, info.model_max_length) == (30522, 512)
    assert info.special_tokens["cls_token"] == "[CLS]"
    assert info.special_tokens["cls_token_id"] == 101
    assert not info.has_chat_template
    assert loaded("llama2").info.padding_side == "left"
    assert loaded("llama2").info.model_max_length is None
    assert loaded("qwen3").info.has_chat_template
    assert loaded("byt5").info.model_type == "Python"


def test_vocabularies_with_gaps_are_as_large_as_their_largest_id() -> None:
    assert loaded("gpt4o").info.vocab_size == 200019


def test_padding_and_truncation_of_the_file_are_removed(copy: Path) -> None:
    backend = Tokenizer.from_file(str(copy / "tokenizer.json"))
    backend.enable_truncation(4)
    backend.enable_padding(length=8)
    backend.save(str(copy / "tokenizer.json"))
    tokenizer = load(copy, "copy", None)
    assert len(tokenizer.tokenizer("one two three four five six")["input_ids"]) > 4
    assert json.loads(tokenizer.backend_json or "")["truncation"] is None


def test_the_fingerprint_is_of_the_content_and_not_of_the_name(copy: Path) -> None:
    assert load(copy, "other", "v2").info.fingerprint == loaded("demo").info.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"eos_token": "<pad>"},
        {"padding_side": "left"},
        {"model_max_length": 7},
        {"chat_template": "{{ messages }}"},
    ],
)
def test_whatever_decides_the_tokens_changes_the_fingerprint(copy: Path, changes: dict[str, Any]) -> None:
    change(copy / "tokenizer_config.json", **changes)
    assert load(copy, "copy", None).info.fingerprint != loaded("demo").info.fingerprint


def test_one_other_merge_changes_the_fingerprint(copy: Path) -> None:
    content = json.loads((copy / "tokenizer.json").read_text())
    content["model"]["merges"][5], content["model"]["merges"][6] = content["model"]["merges"][6:4:-1]
    (copy / "tokenizer.json").write_text(json.dumps(content))
    assert load(copy, "copy", None).info.fingerprint != loaded("demo").info.fingerprint


def test_a_tokenizer_with_code_of_its_own_is_refused_and_its_code_not_run(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    config = {"tokenizer_class": "OwnTokenizer", "auto_map": {"AutoTokenizer": ["own.OwnTokenizer", None]}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(TokenizerNeedsCode):
        load(tmp_path, "own", None)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"model": {"type": "BPE"}}', '{"version": "1.0", "model": null}', "\x00"],
)
def test_files_that_are_no_tokenizer_are_refused(copy: Path, content: str) -> None:
    (copy / "tokenizer.json").write_text(content)
    with pytest.raises(TokenizerInvalid):
        load(copy, "copy", None)


@pytest.mark.parametrize("content", ["{", "[]", '{"tokenizer_class": 5}', '{"extra_special_tokens": 3}'])
def test_configurations_that_are_none_are_refused(copy: Path, content: str) -> None:
    (copy / "tokenizer_config.json").write_text(content)
    (copy / "tokenizer.json").unlink()
    with pytest.raises(TokenizerInvalid):
        load(copy, "copy", None)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TokenizerInvalid):
        load(tmp_path, "nothing", None)


def test_dropout_is_refused(copy: Path) -> None:
    content = json.loads((copy / "tokenizer.json").read_text())
    content["model"]["dropout"] = 0.1
    (copy / "tokenizer.json").write_text(json.dumps(content))
    with pytest.raises(TokenizerInvalid, match="dropout"):
        load(copy, "copy", None)
