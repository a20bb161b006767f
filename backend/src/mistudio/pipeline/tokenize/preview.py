"""What a configuration makes of single texts, token by token, for people to look at."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from mistudio.pipeline.tokenize.chat import ChatRenderer
from mistudio.pipeline.tokenize.flat import padded_lengths
from mistudio.pipeline.tokenize.loading import LoadedTokenizer, load
from mistudio.pipeline.tokenize.options import Options, resolve
from mistudio.pipeline.tokenize.pieces import Located, locate
from mistudio.pipeline.tokenize.rows import refuse_long
from mistudio.pipeline.tokenize.statistics import printable
from mistudio.schemas.metadata import TokenizationConfig, TokenizerInfo, TokenPiece, TokenPreviewRow

# Padding is one piece like the other; after some nobody learns more from it.
SHOWN_PADDING = 64


def preview(
    texts: list[str], tokenizer: Path, config: TokenizationConfig, revision: str | None = None
) -> tuple[TokenizerInfo, list[TokenPreviewRow]]:
    """The tokens of each text, those included that truncation would cut off.

    With a chat template a text is one message of the user, unless it is a JSON list of messages; offsets are then
    those of the rendered text. With stride nothing is cut off. Raises the errors of loading and of options.
    """
    loaded = load(tokenizer, config.tokenizer_name, revision)
    options = resolve(config, loaded)
    if config.chat_template is not None:
        renderer = ChatRenderer(config.chat_template, loaded)
        texts = [renderer.render_messages(_messages(text)) for text in texts]
    located = [locate(loaded, text, options.add_special_tokens) for text in texts]
    kept = [_kept(tokens, options) for tokens in located]
    lengths = np.array([sum(row) for row in kept], np.int64)
    widths = lengths
    if options.padding != "do_not_pad":
        width = options.pad_width if options.padding == "max_length" else int(lengths.max(initial=0))
        widths = padded_lengths(lengths, width, options.pad_multiple)
    rows = [
        _row(loaded, options, text, tokens, keep, int(width) - sum(keep))
        for text, tokens, keep, width in zip(texts, located, kept, widths, strict=True)
    ]
    return loaded.info, rows


def _messages(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, list) and found and all(isinstance(message, dict) for message in found):
        return found
    return [{"role": "user", "content": text}]


def _kept(tokens: list[Located], options: Options) -> list[bool]:
    """Which tokens the result would hold. Special tokens of the template always stay."""
    content = [i for i, token in enumerate(tokens) if not token.added]
    if options.max_length is None or options.stride is not None or len(tokens) <= options.max_length:
        return [True] * len(tokens)
    refuse_long(options, np.array([len(tokens)]))
    room = options.max_length - (len(tokens) - len(content))
    dropped = content[room:] if options.truncation_side == "right" else content[: len(content) - room]
    gone = set(dropped)
    return [i not in gone for i in range(len(tokens))]


def _row(
    loaded: LoadedTokenizer, options: Options, text: str, tokens: list[Located], kept: list[bool], padding: int
) -> TokenPreviewRow:
    special = set(loaded.tokenizer.all_special_ids)
    pieces = [
        TokenPiece(
            id=token.id,
            token=printable(token.token),
            text=printable(token.text),
            start=token.start,
            end=token.end,
            byte_start=token.byte_start,
            byte_end=token.byte_end,
            special=token.added or token.id in special,
            truncated=not keep,
            padding=False,
            partial=token.partial,
        )
        for token, keep in zip(tokens, kept, strict=True)
    ]
    pads = []
    if options.pad_id is not None:
        pads = [_padding_piece(loaded, options.pad_id)] * min(padding, SHOWN_PADDING)
    return TokenPreviewRow(
        pieces=[*pads, *pieces] if options.padding_side == "left" else [*pieces, *pads],
        num_tokens=sum(kept),
        num_truncated=len(kept) - sum(kept),
        num_padding=padding,
        num_characters=len(text),
        num_bytes=len(text.encode()),
    )


def _padding_piece(loaded: LoadedTokenizer, pad_id: int) -> TokenPiece:
    return TokenPiece(
        id=pad_id,
        token=printable(loaded.tokenizer.convert_ids_to_tokens([pad_id])[0]),
        text="",
        start=None,
        end=None,
        byte_start=None,
        byte_end=None,
        special=True,
        truncated=False,
        padding=True,
        partial=False,
    )
