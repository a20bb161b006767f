"""Blocks of whole records: cut from a stream, parsed beside each other, handed on in order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Semaphore
from typing import TypeVar

from mistudio.core.errors import MalformedFile, RowTooLong

BLOCK_BYTES = 2**21

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Block:
    """data: whole records, UTF-8. stop: why the stream cannot be read beyond them, and the error for that."""

    data: bytes
    stop: tuple[type[MalformedFile], str] | None = None


def line_blocks(chunks: Iterable[bytes], max_row_bytes: int, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Blocks that end with a line feed, all but perhaps the last. A line longer than the limit ends the stream."""
    parts: list[bytes] = []
    size = unfinished = 0  # bytes in parts, and of them those after the last line feed
    for chunk in chunks:
        line_end = chunk.rfind(b"\n") + 1
        parts.append(chunk)
        size += len(chunk)
        unfinished = len(chunk) - line_end if line_end else unfinished + len(chunk)
        if unfinished > max_row_bytes:
            yield Block(cut(parts, size - unfinished)[0], too_long(max_row_bytes))
            return
        if size >= block_bytes and size > unfinished:
            data, rest = cut(parts, size - unfinished)
            yield Block(data)
            parts, size = [rest], unfinished
    if size:
        yield Block(b"".join(parts))


def cut(parts: list[bytes], position: int) -> tuple[bytes, bytes]:
    """The parts' bytes before and after `position`, each copied once."""
    before: list[memoryview] = []
    after: list[memoryview] = []
    for part in parts:
        before.append(memoryview(part)[:position])
        after.append(memoryview(part)[position:])
        position = max(position - len(part), 0)
    return b"".join(before), b"".join(after)


def too_long(max_row_bytes: int) -> tuple[type[MalformedFile], str]:
    return RowTooLong, f"it is longer than the {max_row_bytes} bytes that are accepted"


def parsed_in_order(
    items: Iterator[Item], parse: Callable[[Item], Result], threads: int
) -> Iterator[tuple[Item, Result]]:
    """(item, parse(item)) in the order of `items`, which are drawn in one thread and parsed in others.

    threads: 0 does all of it here, item by item. The first exception of either side comes out at its place.
    """
    if threads == 0:
        yield from ((item, parse(item)) for item in items)
        return
    slots, stopped = Semaphore(threads + 2), Event()
    done: SimpleQueue[tuple[Item, Future[Result]] | None] = SimpleQueue()

    def draw() -> None:
        try:
            for item in items:
                slots.acquire()
                if stopped.is_set():
                    return
                done.put((item, pool.submit(parse, item)))
        finally:
            done.put(None)

    with ThreadPoolExecutor(threads + 1) as pool:
        drawing = pool.submit(draw)
        try:
            while pair := done.get():
                item, future = pair
                yield item, future.result()
                slots.release()
            drawing.result()
        finally:
            stopped.set()
            slots.release()
            pool.shutdown(cancel_futures=True)
