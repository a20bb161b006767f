"""Files of a commit, onto disk: several at once, each from where an earlier attempt left it, each verified.

The client's own download starts a file again after its process was killed, and does not compare checksums; so the
bytes are asked for here, from the addresses the client resolves. A file in the making is named by the checksum of
what it will be, so that any later attempt, of whatever commit, can go on with it.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

from mistudio.core.errors import HubFileBroken
from mistudio.pipeline.hub.checksums import checksum
from mistudio.pipeline.hub.client import Commit
from mistudio.pipeline.hub.errors import disk_full_as_ours
from mistudio.pipeline.hub.remote import CHUNK, chunks
from mistudio.pipeline.hub.shapes import DownloadLimits, HubFile
from mistudio.pipeline.progress import Progress

REPORT_S = 0.2


class _Counter:
    """Bytes so far, over all threads."""

    def __init__(self) -> None:
        self.done = 0
        self._lock = Lock()

    def __call__(self, count: int) -> None:
        with self._lock:
            self.done += count


def fetch_files(
    commit: Commit,
    files: Iterable[HubFile],
    work: Path,
    previous: Sequence[Path],
    limits: DownloadLimits,
    progress: Progress,
) -> dict[str, Path]:
    """Bring the files into `work`; returns oid → path. Reports stage "downloading" in bytes.

    previous: the `work` of earlier attempts; what is there is taken over, checked and completed.
    Raises the errors of `chunks`, DiskFull, and what `progress` raises. Whole and partial files stay for the next
    attempt, damaged ones do not.
    """
    wanted = {file.oid: file for file in files}
    total = sum(file.size for file in wanted.values())
    work.mkdir(parents=True, exist_ok=True)
    for oid in wanted:
        _take_over(work / oid, [folder / oid for folder in previous if folder != work])
    counter, stopped = _Counter(), Event()

    def fetch(file: HubFile) -> None:
        with disk_full_as_ours():
            fetch_file(commit, file, work / file.oid, limits.silence_s, counter, stopped)

    pool = ThreadPoolExecutor(limits.parallel, "hub-file")
    try:
        _watch([pool.submit(fetch, file) for file in wanted.values()], counter, total, progress)
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)  # a silent connection must not hold up a cancellation
    return {oid: work / oid for oid in wanted}


def _watch(pending: list[Future[None]], counter: _Counter, total: int, progress: Progress) -> None:
    waiting = set(pending)
    while waiting:
        finished, waiting = wait(waiting, REPORT_S, FIRST_EXCEPTION)
        for future in finished:
            future.result()
        progress("downloading", counter.done, total, "bytes")


def fetch_file(
    commit: Commit, file: HubFile, path: Path, silence_s: float, count: Callable[[int], None], stopped: Event
) -> None:
    """Complete one file; leaves early when stopped.

    Raises HubFileBroken when what arrived is not what is listed; the file is then removed.
    """
    digest, position = _resume(path, file)
    count(position)
    with path.open("ab", buffering=0) as out:
        for chunk in chunks(commit, file, silence_s, position, stopped=stopped):
            if stopped.is_set():
                break
            out.write(chunk)
            digest.update(chunk)
            count(len(chunk))
    if not stopped.is_set() and digest.hexdigest() != file.oid:
        path.unlink()
        raise HubFileBroken(f"{file.path} arrived with another content than the Hub lists.", path=file.path)


def _take_over(path: Path, earlier: Iterable[Path]) -> None:
    """Move the longest of what earlier attempts left to `path`."""
    for candidate in earlier:
        with suppress(FileNotFoundError):
            if not path.exists() or candidate.stat().st_size > path.stat().st_size:
                candidate.replace(path)


def _resume(path: Path, file: HubFile) -> tuple["hashlib._Hash", int]:
    """The digest and number of the bytes that are there. A file that is too long starts again."""
    digest = checksum(file)
    position = path.stat().st_size if path.exists() else 0
    if position > file.size:
        path.unlink()
        return digest, 0
    missing = position
    with path.open("ab+", buffering=0) as kept:
        kept.seek(0)
        while missing and (chunk := kept.read(min(CHUNK, missing))):
            digest.update(chunk)
            missing -= len(chunk)
    return digest, position
