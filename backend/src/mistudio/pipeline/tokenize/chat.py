"""Conversations rendered by the tokenizer's own chat template, in the sandbox that transformers runs it in."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from jinja2 import TemplateError
from tokenizers import Tokenizer
from transformers.utils.chat_template_utils import render_jinja_template

from mistudio.core.errors import ChatTemplateFailed, ColumnNotFound, ColumnNotText, OptionNotSupported
from mistudio.pipeline.tokenize.engines.base import Flat
from mistudio.pipeline.tokenize.flat import Values
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.schemas.metadata import ChatTemplateConfig

Spans = list[list[tuple[int, int]]]


class ChatRenderer:
    """Turns a column of messages into texts. The special tokens are the template's; none is added afterwards."""

    def __init__(self, config: ChatTemplateConfig, loaded: LoadedTokenizer) -> None:
        """Raises OptionNotSupported without a template, or without one that marks what the assistant wrote."""
        if not loaded.info.has_chat_template:
            raise OptionNotSupported(f"{loaded.info.name} has no chat template.")
        self.column = config.messages_column
        self.masks = config.return_assistant_mask
        self._config = config
        self._tokenizer = loaded.tokenizer
        self._names: dict[str, Any] = dict(loaded.tokenizer.special_tokens_map)
        self._template = loaded.tokenizer.get_chat_template()
        self._offsets = _offset_tokenizer(loaded, self._template) if self.masks else None

    def check(self, schema: pa.Schema) -> None:
        """Raise ColumnNotFound or ColumnNotText where the column holds no messages."""
        if self.column not in schema.names:
            raise ColumnNotFound(f"There is no column “{self.column}”.", column=self.column)
        kind = schema.field(self.column).type
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
        if not (is_list and pa.types.is_struct(kind.value_type)):
            raise ColumnNotText(
                f"Column “{self.column}” holds {kind}, which is no list of messages.", column=self.column
            )

    def render(self, messages: pa.ChunkedArray, numbers: npt.NDArray[np.int64]) -> tuple[pa.Array, Spans | None]:
        """Texts, shape (n,), and where asked for the character spans that the assistant wrote. No messages: "".

        numbers: the rows in the split, for messages to people.
        """
        texts, spans = [], []
        for i, conversation in enumerate(messages.to_pylist()):
            text, marked = self._render_one(conversation, int(numbers[i])) if conversation else ("", [])
            texts.append(text)
            spans.append(marked)
        return pa.array(texts, pa.string()), spans if self.masks else None

    def render_messages(self, messages: list[dict[str, Any]]) -> str:
        """The text of one conversation."""
        return self._render_one(list(messages), 0)[0]

    def _render_one(self, conversation: list[dict[str, Any] | None], row: int) -> tuple[str, list[tuple[int, int]]]:
        # As transformers does: a key without a value is no key.
        said = [{k: v for k, v in message.items() if v is not None} for message in conversation if message]
        try:
            rendered: Any = render_jinja_template(
                conversations=[said],
                chat_template=self._template,
                return_assistant_tokens_mask=self.masks,
                add_generation_prompt=self._config.add_generation_prompt,
                **self._names,
            )
        except (TemplateError, TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise ChatTemplateFailed(
                f"Row {row}: the chat template refuses these messages: {str(error)[:200]}", row=row
            ) from error
        (text,), spans = rendered
        return text, [(int(start), int(stop)) for start, stop in spans[0]] if self.masks else []

    def marker(self, texts: pa.Array, spans: Spans) -> Callable[[Flat], Values]:
        """Makes the function from the texts' tokens to 1 where the assistant wrote any of a token, else 0."""

        def mark(content: Flat) -> Values:
            assert self._offsets is not None
            mask = np.zeros(len(content.ids), np.int8)
            encodings = self._offsets.encode_batch(texts.to_pylist(), add_special_tokens=False)
            for i, (encoding, written) in enumerate(zip(encodings, spans, strict=True)):
                borders = np.array(encoding.offsets, np.int64).reshape(-1, 2)
                row = mask[content.offsets[i] : content.offsets[i + 1]]
                for start, stop in written:
                    row[(borders[:, 0] < stop) & (borders[:, 1] > start)] = 1
            return mask

        return mark


def _offset_tokenizer(loaded: LoadedTokenizer, template: str) -> Tokenizer:
    """A tokenizer of our own that tells where tokens lie: the loaded one carries truncation from call to call."""
    if loaded.backend_json is None or not re.search(r"{%-?\s*generation\s*-?%}", template):
        raise OptionNotSupported(f"The chat template of {loaded.info.name} does not mark the assistant's tokens.")
    return Tokenizer.from_str(loaded.backend_json)
