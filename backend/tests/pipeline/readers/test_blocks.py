"""Blocks of whole lines, and parsing beside each other in order."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import RowTooLong
from mistudio.pipeline.readers.blocks import line_blocks, parsed_in_order

CHUNKS = st.lists(st.text("ab\n", min_size=1, max_size=6).map(str.encode), max_size=12)


@given(CHUNKS, st.integers(1, 10))
def test_blocks_are_the_text_cut_after_line_feeds(chunks: list[bytes], block_bytes: int) -> None:
    blocks = list(line_blocks(chunks, 10**6, block_bytes))
    assert b"".join(block.data for block in blocks) == b"".join(chunks)
    assert all(block.data.endswith(b"\n") for block in blocks[:-1])
    assert all(block.data and block.stop is None for block in blocks)


@given(CHUNKS, st.integers(1, 10), st.integers(1, 5))
def test_stops_before_a_line_that_is_too_long(chunks: list[bytes], block_bytes: int, limit: int) -> None:
    blocks = list(line_blocks(chunks, limit, block_bytes))
    text = b"".join(chunks)
    longest_chunk = max(map(len, chunks), default=0)
    stopped = bool(blocks) and blocks[-1].stop is not None
    if all(len(line) <= limit for line in text.split(b"\n")):
        assert not stopped
    if any(len(line) > limit + longest_chunk for line in text.split(b"\n")):
        assert stopped
    if stopped:
        seen = b"".join(block.data for block in blocks)
        assert text.startswith(seen)
        assert not seen or seen.endswith(b"\n")
        assert len(text[len(seen) :].split(b"\n")[0]) > limit
        assert blocks[-1].stop is not None
        assert blocks[-1].stop[0] is RowTooLong


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_keeps_the_order(threads: int) -> None:
    pairs = list(parsed_in_order(iter(range(50)), lambda item: item * item, threads))
    assert pairs == [(i, i * i) for i in range(50)]


@pytest.mark.parametrize("threads", [0, 2])
def test_errors_of_parsing_come_at_their_place(threads: int) -> None:
    def parse(item: int) -> float:
        return 1 / (item - 3)

    found = parsed_in_order(iter(range(9)), parse, threads)
    assert [item for item, _ in (next(found), next(found), next(found))] == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        next(found)


@pytest.mark.parametrize("threads", [0, 2])
def test_errors_of_drawing_come_after_what_was_drawn(threads: int) -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise OSError("the disk is gone")

    found = parsed_in_order(items(), str, threads)
    assert [next(found)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OSError, match="gone"):
        next(found)


def test_draws_no_further_than_it_may_hold() -> None:
    drawn = []

    def items() -> Iterator[int]:
        for i in range(1000):
            drawn.append(i)
            yield i

    found = parsed_in_order(items(), lambda item: item, 2)
    assert next(found) == (0, 0)
    found.close()  # type: ignore[attr-defined]
    assert len(drawn) < 10


def test_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    found = parsed_in_order(iter(range(1000)), str, 2)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
