"""The identity of a tokenization: what data, which tokenizer's content, which effective options."""

import json

import xxhash

from mistudio.schemas.metadata import JsonObject, TokenizationConfig


def canonical(config: TokenizationConfig, text_columns: list[str], separator: str) -> JsonObject:
    """The options that have an effect. Two configurations that give the same bytes have the same canonical form.

    For single texts longest_first and only_first are the same cut.
    """
    options: JsonObject = {"text_columns": text_columns, "separator": separator if len(text_columns) > 1 else ""}
    if config.chat_template is not None:
        options = {"chat_template": config.chat_template.model_dump()}
    else:
        options["add_special_tokens"] = config.add_special_tokens
    if config.packing is not None:
        packing = config.packing.model_dump()
        if not config.packing.shuffle:
            del packing["seed"]
        return options | {"packing": packing}
    truncates = config.truncation != "do_not_truncate"
    options |= {
        "padding": config.padding,
        "truncation": "longest_first" if config.truncation == "only_first" else config.truncation,
        "return_attention_mask": config.return_attention_mask,
    }
    if truncates or config.padding == "max_length":
        options["max_length"] = config.max_length
    if truncates and config.stride is not None:
        options["stride"] = config.stride
    if config.padding != "do_not_pad" and (config.pad_to_multiple_of or 1) > 1:
        options["pad_to_multiple_of"] = config.pad_to_multiple_of
    return options


def fingerprint(
    raw_fingerprint: str,
    tokenizer_fingerprint: str,
    config: TokenizationConfig,
    text_columns: list[str],
    separator: str = "\n",
) -> str:
    """32 hexadecimal digits. The tokenizer's name and revision play no part, its content does."""
    parts = [raw_fingerprint, tokenizer_fingerprint, canonical(config, text_columns, separator)]
    return xxhash.xxh3_128(json.dumps(parts, sort_keys=True).encode()).hexdigest()
