"""Numbers in words."""

STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def count(number: float | None) -> str:
    """2 119 719 → "2.12 M"; below 10 000 exact; unknown is "—"."""
    if number is None:
        return "—"
    if abs(number) < 10_000:
        return f"{number:g}" if isinstance(number, int) else f"{number:.4g}"
    for step, letter in STEPS:
        if abs(number) >= step:
            return f"{number / step:.2f} {letter}"
    return f"{number:g}"


def size(number: float | None) -> str:
    """Bytes, decimal: 1 250 000 → "1.25 MB"."""
    if number is None:
        return "—"
    for step, letter in STEPS:
        if number >= step:
            return f"{number / step:.2f} {letter}B"
    return f"{number:.0f} B"


def amount(number: float, unit: str | None) -> str:
    return size(number) if unit == "bytes" else f"{count(int(number))} {unit or ''}".strip()


def duration(seconds: float) -> str:
    """74 → "1 min 14 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
