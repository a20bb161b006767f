"""Strings that break tokenizers."""

import random
import unicodedata

SPECIAL = ("<|endoftext|>", "[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "<s>", "</s>", "<unk>", "<bos>", "<pad>")
SPECIAL += ("<|begin_of_text|>", "<|eot_id|>", "<|im_start|>", "<|im_end|>", "<start_of_turn>", "<|fim_middle|>")
SPECIAL += ("<think>", "<tool_call>", "<0x41>", "<0x0A>", "▁", "##ing", "Ġhello", "Ċ")

KNOWN = (
    "",
    " ",
    "   ",
    "\n\n \n",
    "\t" * 20,
    "\r\n" * 9,
    "a" + " " * 200 + "b",
    "\u00a0\u00a0x\u00a0",
    "\u2003\u3000x\u200b\u200b",
    "\ufeffhello\u2028x\u0085",
    "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "\x00" * 50,
    "\ufffd\ufffe\U0010ffff\ue000\U000e0001",
    "it's I'm you're we'll they'd I've don't IT'S WE'LL",
    "it’s 's't're ''s ſ's K Å ı İ ß ẞ",
    "1 12 123 1234 12345 1,234,567.89 3.14 0x1F 1e-10",
    "٠١٢٣ १२३ ½¼² Ⅷ ①② 1️⃣ 𝟘𝟙 １２",
    "日本語のテキストです。中文文本，测试。한국어 텍스트",
    "ᄒ\u1161\u11ab ｶﾀｶﾅﾃｽﾄ 𠀀𠀁𪜀",
    "日本" * 300,
    "😀😃 👨‍👩‍👧‍👦 🏳️‍🌈🏴‍☠️ 👍🏽👍🏿 🇯🇵🇺🇸",
    "e\u0301 é a\u0300\u0301\u0302" + "\u0303" * 20,
    "Z͑ͫ̓ͪ̂ͫA̴̵̜̰͔L̠ͨͧͩ͘ ﬁ ﬂ ﷺ ㎏ ㍿",
    "العربية עברית हिन्दी ภาษาไทย ქართული Русский ΣΑΣ ς",
    "İstanbul ıI ǅ Tiếng Việt መ ᚠᚢ 𐍈𝔘𝔫 \u202eRTL\u202c soft\u00adhyphen",
    "a" * 999,
    "ab" * 800,
    "!" * 500 + "-" * 500 + "=" * 80,
    "http://example.com/" + "x" * 700,
    "camelCaseHTTPServer snake_case __init__ SHOUTING",
    "$100 €50 50% #1 @user &c *x* ~y^z`q` a/b\\c|d (a)[b]{c}<d>",
    "for(int i=0;i<n;++i){a[i]=b[i]*2;}\n\tint x;\n",
    '    def f(x):\n        return {"a": [1, 2]}\n\n\n',
    "<html><body>&amp;</body></html>",
    "x  \n y\r\r z \n",
    "!\n\n?/\n//...\n\n\n' s",
)

_CLASSES = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789",
    " ",
    "\n\t\r ",
    "'’`\"!?.,;:-_()[]{}<>/\\|@#$%^&*+=~",
    "éèêëàâäîïôöûüçñßøåæœ",
    "日本語中文한국어ひらカナ",
    "😀👍🏽\u200d👩🇯🇵\ufe0f",
    "\u00a0\u2003\u3000\u200b\u2028\u0085\ufeff",
    "\u0301\u0300\u0308\u0327",
    "αβγΣςАБВабвאבגابتثअआकि्ไทย",
    "\x00\x01\x1f\x7f½²Ⅷ①٣ſıİKÅﬁ㎏𝔘𠀀",
)


def adversarial(count: int, seed: int = 7) -> list[str]:
    """KNOWN, special tokens among text, and random mixtures; at least `count` strings."""
    rng = random.Random(seed)
    strings = [*KNOWN, *(f"a{token} {token}{token}b" for token in SPECIAL)]
    while len(strings) < count:
        kind = rng.random()
        length = rng.choice((3, 8, 20, 60, 200))
        if kind < 0.6:
            chosen = rng.sample(_CLASSES, rng.randint(2, 6))
            strings.append("".join(rng.choice(rng.choice(chosen)) for _ in range(length)))
        elif kind < 0.8:
            words = (*SPECIAL, "hello", " world", "\n", "  ", "'s", "123", "日本", "x", "A", "é")
            strings.append("".join(rng.choice(words) for _ in range(rng.randint(1, 8))))
        else:
            strings.append("".join(_code_point(rng) for _ in range(length // 2)))
    return strings


def every_character() -> list[str]:
    """Each assigned code point below U+20000 once among letters and once among its neighbours."""
    assigned = [chr(c) for c in range(0x20000) if unicodedata.category(chr(c)) not in ("Cn", "Cs")]
    groups = [assigned[i : i + 4] for i in range(0, len(assigned), 4)]
    return [f"a{' '.join(group)}1{''.join(group)}b" for group in groups]


def _code_point(rng: random.Random) -> str:
    low, high = rng.choice(((0, 0x7F), (0x80, 0x2FFF), (0x3000, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)))
    return chr(rng.randint(low, high))
