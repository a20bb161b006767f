"""Which piece of the text each token stands for."""

from dataclasses import dataclass, replace
from itertools import accumulate

from mistudio.pipeline.tokenize.affixes import find_affixes
from mistudio.pipeline.tokenize.loading import LoadedTokenizer


@dataclass(frozen=True)
class Located:
    """A token and its place. Offsets half-open, in code points and bytes; None where it stands for no text.

    added: put there by the tokenizer's template. partial: some bytes of a character that goes on in the next token.
    """

    id: int
    token: str
    text: str
    start: int | None = None
    end: int | None = None
    byte_start: int | None = None
    byte_end: int | None = None
    added: bool = False
    partial: bool = False


def locate(loaded: LoadedTokenizer, text: str, add_special_tokens: bool) -> list[Located]:
    """All tokens of a text, without truncation and padding."""
    if loaded.backend_json is None:
        return _locate_python(loaded, text, add_special_tokens)
    backend = loaded.tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    encoding = backend.encode(text, add_special_tokens=add_special_tokens)
    byte_at = list(accumulate((len(char.encode()) for char in text), initial=0))
    tokens = []
    for token_id, token, (start, end), added in zip(
        encoding.ids, encoding.tokens, encoding.offsets, encoding.special_tokens_mask, strict=True
    ):
        if added:
            tokens.append(Located(token_id, token, "", added=True))
        else:
            tokens.append(Located(token_id, token, text[start:end], start, end, byte_at[start], byte_at[end]))
    return _split_characters(tokens, text.encode())


def _split_characters(tokens: list[Located], data: bytes) -> list[Located]:
    """Tokens that share characters get their own bytes, where their spelling tells them."""
    result: list[Located] = []
    group: list[Located] = []
    for token in tokens:
        shares = group and token.byte_start is not None and token.byte_start < (group[-1].byte_end or 0)
        if not shares:
            result += _divide(group, data)
            group = []
        group.append(token)
    return result + _divide(group, data)


def _divide(group: list[Located], data: bytes) -> list[Located]:
    if len(group) < 2:
        return group
    first, last = group[0].byte_start or 0, group[-1].byte_end or 0
    spelled = [_bytes_of(token.token) for token in group]
    joined = b"".join(part or b"" for part in spelled)
    if None in spelled or joined != data[first:last]:
        # Several tokens for the same characters after a normalization: each shows its own spelling.
        return [replace(token, text=token.token, partial=token is not group[-1]) for token in group]
    ends = list(accumulate((len(part or b"") for part in spelled), initial=first))
    return [
        replace(
            token,
            text=(part or b"").decode(errors="backslashreplace"),
            byte_start=start,
            byte_end=end,
            partial=_is_inside_character(data, end),
        )
        for token, part, start, end in zip(group, spelled, ends, ends[1:], strict=False)
    ]


def _is_inside_character(data: bytes, position: int) -> bool:
    return position < len(data) and 0x80 <= data[position] < 0xC0


def _byte_alphabet() -> dict[str, int]:
    """The characters that stand for bytes in byte-level vocabularies: printable ones for themselves."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + i): byte for i, byte in enumerate(others)}


_BYTE_OF = _byte_alphabet()


def _bytes_of(token: str) -> bytes | None:
    """The bytes that a byte-level or byte-fallback token stands for; None for any other."""
    if len(token) == 6 and token.startswith("<0x") and token.endswith(">"):
        return bytes([int(token[3:5], 16)])
    if all(char in _BYTE_OF for char in token):
        return bytes(_BYTE_OF[char] for char in token)
    return None


def _locate_python(loaded: LoadedTokenizer, text: str, add_special_tokens: bool) -> list[Located]:
    """A tokenizer written in Python gives no offsets: each token's spelling is looked for after the one before."""
    tokenizer = loaded.tokenizer
    ids = list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])
    byte_at = list(accumulate((len(char.encode()) for char in text), initial=0))
    tokens, cursor = [], 0
    for token_id, token in zip(ids, tokenizer.convert_ids_to_tokens(ids), strict=True):
        spelled = tokenizer.convert_tokens_to_string([token]).strip()
        start = text.find(spelled, cursor) if spelled else -1
        if start < 0 or text[cursor:start].strip():
            tokens.append(Located(token_id, token, spelled or token))
            continue
        cursor = start + len(spelled)
        tokens.append(Located(token_id, token, spelled, start, cursor, byte_at[start], byte_at[cursor]))
    around = find_affixes(tokenizer) if add_special_tokens else None
    if around is None:
        return tokens
    before, after = (
        [Located(i, tokenizer.convert_ids_to_tokens([i])[0], "", added=True) for i in part]
        for part in (around.prefix, around.suffix)
    )
    return [*before, *tokens, *after]
