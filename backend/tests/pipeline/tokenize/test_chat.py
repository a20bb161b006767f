import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from datasets import load_from_disk

from mistudio.core.errors import ChatTemplateFailed, ColumnNotFound, ColumnNotText, OptionNotSupported
from tests.pipeline.tokenize.conftest import MakeRaw
from tests.pipeline.tokenize.running import run
from tests.tokenizers import folder, loaded

CHATS: list[list[dict[str, str | None]]] = [
    [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello there, 日本 😀."}],
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "  Two  spaces "}],
    [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}] * 3,
]
MARKING = (
    "{{ bos_token }}{% for message in messages %}<{{ message.role }}>"
    "{% if message.role == 'assistant' %}{% generation %}{{ message.content }}\n{% endgeneration %}"
    "{% else %}{{ message.content }}\n{% endif %}{% endfor %}"
    "{% if messages[0].role == 'nobody' %}{{ raise_exception('nobody may not speak') }}{% endif %}"
)


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The demo tokenizer with a template that marks what the assistant wrote; gives its loaded form."""
    from mistudio.pipeline.tokenize.loading import load
    from tests.pipeline.tokenize import running

    shutil.copytree(folder("demo"), tmp_path / "chat")
    (tmp_path / "chat" / "chat_template.jinja").write_text(MARKING)
    monkeypatch.setattr(running, "folder", lambda name: tmp_path / "chat" if name == "chat" else folder(name))
    return load(tmp_path / "chat", "chat", None).tokenizer


def chat(**options: Any) -> dict[str, Any]:
    return {"padding": "do_not_pad", "truncation": "do_not_truncate", "chat_template": options}


@pytest.mark.parametrize("name", ["llama3_1", "qwen3", "gemma3"])
def test_tokens_are_those_of_the_tokenizers_own_template(name: str, make_raw: MakeRaw, tmp_path: Path) -> None:
    chats = [CHATS[0], CHATS[2]]
    raw = make_raw({"train": {"messages": chats}})
    run(raw, tmp_path / "out", name, **chat())
    found = load_from_disk(str(tmp_path / "out"))["train"]["input_ids"][:]
    assert found == loaded(name).tokenizer.apply_chat_template(chats)["input_ids"]
    bos = loaded(name).tokenizer.bos_token_id
    assert all(ids.count(bos) == 1 for ids in found) or bos is None


def test_a_generation_prompt_and_another_column(make_raw: MakeRaw, tmp_path: Path) -> None:
    raw = make_raw({"train": {"chat": CHATS[:2]}})
    run(raw, tmp_path / "out", "qwen3", **chat(messages_column="chat", add_generation_prompt=True))
    found = load_from_disk(str(tmp_path / "out"))["train"]["input_ids"][:]
    expected = loaded("qwen3").tokenizer.apply_chat_template(CHATS[:2], add_generation_prompt=True)
    assert found == expected["input_ids"]


@pytest.mark.parametrize("limit", [None, 30])
def test_the_assistants_tokens_are_marked(
    marking: Any, limit: int | None, make_raw: MakeRaw, tmp_path: Path
) -> None:
    raw = make_raw({"train": {"messages": CHATS}})
    options = chat(return_assistant_mask=True)
    if limit:
        options |= {"truncation": "longest_first", "max_length": limit, "padding": "max_length"}
    run(raw, tmp_path / "out", "chat", **options)
    made = load_from_disk(str(tmp_path / "out"))["train"]
    cut: dict[str, Any] = {"truncation": True, "max_length": limit, "padding": "max_length"} if limit else {}
    expected = marking.apply_chat_template(CHATS, return_assistant_tokens_mask=True, return_dict=True, **cut)
    assert made["input_ids"][:] == expected["input_ids"]
    assert made["assistant_masks"][:] == expected["assistant_masks"]
    assert any(1 in mask for mask in made["assistant_masks"])


def test_no_messages_are_an_empty_sample(marking: Any, make_raw: MakeRaw, tmp_path: Path) -> None:
    kind = pa.list_(pa.struct({"role": pa.string(), "content": pa.string()}))
    table = pa.table({"messages": pa.array([CHATS[0], [], None], kind)})
    result = run(make_raw({"train": table}), tmp_path / "out", "chat", **chat())
    assert [len(ids) for ids in load_from_disk(str(tmp_path / "out"))["train"]["input_ids"]][1:] == [0, 0]
    assert result.statistics.total.empty_samples == 2


def test_what_the_template_refuses_names_the_row(marking: Any, make_raw: MakeRaw, tmp_path: Path) -> None:
    raw = make_raw({"train": {"messages": [*CHATS, [{"role": "nobody", "content": "x"}]]}})
    with pytest.raises(ChatTemplateFailed, match=r"Row 3.*nobody may not speak") as failure:
        run(raw, tmp_path / "out", "chat", **chat())
    assert failure.value.extra == {"row": 3}


def test_templates_run_in_a_sandbox(make_raw: MakeRaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.pipeline.tokenize import running

    shutil.copytree(folder("demo"), tmp_path / "evil")
    (tmp_path / "evil" / "chat_template.jinja").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    monkeypatch.setattr(running, "folder", lambda name: tmp_path / "evil")
    with pytest.raises(ChatTemplateFailed):
        run(make_raw({"train": {"messages": CHATS[:1]}}), tmp_path / "out", "evil", **chat())


def test_columns_and_tokenizers_without_chats_are_refused(make_raw: MakeRaw, tmp_path: Path) -> None:
    raw = make_raw({"train": {"messages": CHATS, "text": ["a"] * 3}})
    with pytest.raises(OptionNotSupported, match="no chat template"):
        run(raw, tmp_path / "out", "gpt2", **chat())
    with pytest.raises(OptionNotSupported, match="does not mark"):
        run(raw, tmp_path / "out", "llama3_1", **chat(return_assistant_mask=True))
    with pytest.raises(ColumnNotFound):
        run(raw, tmp_path / "out", "qwen3", **chat(messages_column="chat"))
    with pytest.raises(ColumnNotText):
        run(raw, tmp_path / "out", "qwen3", **chat(messages_column="text"))
