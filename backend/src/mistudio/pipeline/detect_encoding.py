"""Which encoding a text is in."""

import codecs

import numpy as np

from mistudio.core.errors import UnknownEncoding, UnsupportedMedia
from mistudio.pipeline.readers.source import is_utf8

MARKS = (  # the longer marks first: that of UTF-16 begins that of UTF-32
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUESSED = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "iso8859_2"),
    *("iso8859_5", "iso8859_7", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
ACCEPTED = {
    *("ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"),
    *("iso8859-1", "koi8-u", "mac-roman", "cp437", "cp850", "cp852", "cp866", "cp874", "cp1258", "shift_jis"),
    *("gbk", "gb2312", "euc_kr", "iso2022_jp", "johab", "tis-620", "big5hkscs"),
    *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
    *(codecs.lookup(name).name for name in GUESSED),
}
GUESSING_BYTES = 2**18
MOST_CONTROLS, MOST_CONTROLS_ELSE = 0.3, 0.02  # share of control characters in UTF-8, and in other encodings


def check_encoding(name: str) -> str:
    """The codec's own name. Raises UnknownEncoding for what is no encoding of plain text."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if codec not in ACCEPTED:
        raise UnknownEncoding(f"There is no text encoding {name!r} here.", encoding=name)
    return {"utf-8-sig": "utf-8", "ascii": "utf-8"}.get(codec, codec)


def detect_encoding(sample: bytes, whole: bool) -> str:
    """The encoding of a text by its first bytes. `whole`: they are all of it.

    By its mark; by zero bytes on one side of each pair (UTF-16); UTF-8 where it is valid; else by the frequency of
    letters, the Western encoding winning ties. Raises UnknownEncoding, and UnsupportedMedia for binary data.
    """
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    if (wide := _wide(sample)) is not None:
        return wide
    tail = 0 if whole else 3  # the sample may end within a character
    valid = any(is_utf8(sample[: len(sample) - cut]) for cut in range(tail + 1))
    if _share_of_controls(sample) > (MOST_CONTROLS if valid else MOST_CONTROLS_ELSE):
        raise UnsupportedMedia("The file is binary data of an unknown kind, not text.")
    return "utf-8" if valid else _guessed(sample[:GUESSING_BYTES])


def _wide(sample: bytes) -> str | None:
    data = np.frombuffer(sample[: len(sample) // 2 * 2], np.uint8).reshape(-1, 2)
    if not len(data):
        return None
    first, second = (data == 0).mean(axis=0)
    if second > 0.3 and first < 0.05:
        return "utf-16-le"
    if first > 0.3 and second < 0.05:
        return "utf-16-be"
    return None


def _share_of_controls(sample: bytes) -> float:
    data = np.frombuffer(sample, np.uint8)
    allowed = (data >= 32) | (data == 9) | (data == 10) | (data == 13) | (data == 12) | (data == 27)
    return float(1 - allowed.mean()) if len(data) else 0.0


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # only where it is needed: most files are UTF-8

    found = list(from_bytes(sample, cp_isolation=list(GUESSED)))
    names = [name for match in found for name in (match.encoding, *match.could_be_from_charset)]
    if not names:
        raise UnknownEncoding("The text is not UTF-8, and its encoding could not be recognised. Name it.")
    return codecs.lookup("cp1252" if "cp1252" in names else names[0]).name
