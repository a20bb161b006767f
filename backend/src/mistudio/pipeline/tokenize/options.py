"""A configuration resolved for one tokenizer: what to do on the flat arrays, and what cannot be done."""

from dataclasses import dataclass
from typing import Literal

from mistudio.core.errors import MaxLengthTooShort, NoPadToken, OptionNotSupported
from mistudio.pipeline.tokenize.loading import LoadedTokenizer
from mistudio.schemas.metadata import TokenizationConfig

LONGEST_BATCH = 1000  # rows padded to the longest among them, by row index, whatever runs in parallel


@dataclass(frozen=True)
class Options:
    """max_length: None when nothing is cut. stride: None without overflow rows. pad_id: None without padding."""

    max_length: int | None
    stride: int | None
    padding: Literal["longest", "max_length", "do_not_pad"]
    pad_width: int
    pad_id: int | None
    pad_type_id: int
    pad_multiple: int | None
    padding_side: Literal["left", "right"]
    truncation_side: Literal["left", "right"]
    refuses_truncation: bool
    add_special_tokens: bool
    attention_mask: bool
    type_ids: bool

    @property
    def rows_a_batch(self) -> int:
        """Ranges of samples must start at multiples of this."""
        return LONGEST_BATCH if self.padding == "longest" else 1


def resolve(config: TokenizationConfig, loaded: LoadedTokenizer) -> Options:
    """Raises NoPadToken, MaxLengthTooShort, OptionNotSupported."""
    packing, chat = config.packing is not None, config.chat_template is not None
    special = config.add_special_tokens and not chat  # a chat template writes its special tokens itself
    info = loaded.info
    truncates = config.truncation != "do_not_truncate" and not packing
    # With a second text there is nothing to cut from: the Rust tokenizers refuse a text that is too long,
    # the Python ones leave it as it is.
    leaves = config.truncation == "only_second" and not info.is_fast
    padding = "do_not_pad" if packing else config.padding
    multiple = config.pad_to_multiple_of if padding != "do_not_pad" else None
    if padding != "do_not_pad" and loaded.pad_id is None:
        raise NoPadToken
    if truncates and multiple and config.max_length % multiple:
        raise OptionNotSupported(
            f"max_length {config.max_length} must be a multiple of pad_to_multiple_of {multiple} to truncate."
        )
    stride = config.stride if truncates else None
    if truncates:
        _check_room(config, loaded, special, stride)
    return Options(
        max_length=config.max_length if truncates and not leaves else None,
        stride=stride,
        padding=padding,
        pad_width=config.max_length if padding == "max_length" else 0,
        pad_id=loaded.pad_id if padding != "do_not_pad" else None,
        pad_type_id=int(loaded.tokenizer.pad_token_type_id),
        pad_multiple=multiple,
        padding_side=info.padding_side,
        truncation_side=info.truncation_side,
        refuses_truncation=config.truncation == "only_second" and info.is_fast,
        add_special_tokens=special,
        attention_mask=config.return_attention_mask and not packing,
        type_ids=loaded.has_type_ids and not packing,
    )


def _check_room(config: TokenizationConfig, loaded: LoadedTokenizer, special: bool, stride: int | None) -> None:
    most = int(loaded.tokenizer.num_special_tokens_to_add(False))
    added = most if special else 0
    if config.max_length < added:
        raise MaxLengthTooShort(
            f"{loaded.info.name} adds {added} special tokens to every text; max_length is {config.max_length}.",
            special_tokens=added,
        )
    if stride is None:
        return
    if not loaded.info.is_fast:
        raise OptionNotSupported("This tokenizer runs in Python, which knows no stride.")
    # The library counts the special tokens here even where none are added.
    if stride >= config.max_length - (most if stride else added):
        raise OptionNotSupported(
            f"A stride of {stride} fills windows of {config.max_length} tokens, {most} of them special."
        )
