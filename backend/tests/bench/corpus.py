"""Real text that never repeats, out of Debian's documentation packages.

    python -m tests.bench.corpus [--megabytes 260]

Needs apt-get and dpkg-deb. Everything is kept in MISTUDIO_BENCH_DIR (by default a folder among the temporary
files), so that it is made once. Packages that this release lacks are left out.
"""

import argparse
import gzip
import hashlib
import html
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

import pyarrow as pa

from mistudio.pipeline.arrow_read import open_split
from mistudio.pipeline.arrow_store import SplitWriter, finish_dataset

# fmt: off
ENGLISH = [
    "linux-doc-6.1", "postgresql-doc-15", "libreoffice-help-en-us", "python3.11-doc",
    "cppreference-doc-en-html", "rust-doc", "openjdk-17-doc", "libboost1.81-doc", "qtbase5-doc-html",
    "debian-handbook", "debian-reference-en", "emacs-common", "gimp-help-en", "erlang-doc", "octave-doc",
    "libgtk-4-doc", "kicad-doc-en", "linuxcnc-doc-en", "manpages", "manpages-dev", "freebsd-manpages",
    "dict-gcide", "dict-foldoc", "perl-doc", "lilypond-doc-html", "mariadb-server", "aptitude-doc-en",
    "apache2-doc", "ghc-doc", "r-doc-html", "maxima-doc", "libvtk9-doc",
]
# fmt: on
OTHER_LANGUAGES = [f"libreoffice-help-{code}" for code in ("ja", "zh-cn", "ru", "de", "fr", "hi", "ko")]

_DROPPED = re.compile(r"(?is)<(script|style|head|nav)\b.*?</\1>|<!--.*?-->")
_BLOCK = re.compile(r"(?is)</?(p|div|li|ul|ol|dl|dd|dt|table|tr|td|th|h[1-6]|section|pre|br|blockquote)\b[^>]*>")
_TAG = re.compile(r"(?s)<[^>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_SENTENCES = re.compile(r"(?s).{600,1200}?(?:[.!?。]\s|\n|$)|.{1,1200}")
_TEXT_NAMES = {"", "txt", "rst", "pod", "text", "html", "htm", "xhtml"}


def folder() -> Path:
    return Path(os.environ.get("MISTUDIO_BENCH_DIR") or Path(tempfile.gettempdir(), "mistudio-bench"))


def corpus(name: str, megabytes: float) -> Path:
    """A raw dataset: `short` (documents of about 1 kB), `long` (2.5 kB and more) or `multilingual`.

    The first `megabytes` of all there is, in random order; that is made once, which takes minutes.
    """
    whole, made = folder() / f"{name}-all", folder() / f"{name}-{megabytes:g}"
    if not (whole / "dataset_dict.json").exists():
        packages = OTHER_LANGUAGES if name == "multilingual" else ENGLISH
        _write(whole, _documents(packages, long=name == "long"), float("inf"))
    if not (made / "dataset_dict.json").exists():
        texts = open_split(whole, "train").column("text")
        _write(made, (text for chunk in texts.chunks for text in chunk.to_pylist()), megabytes)
    return made


def repeated(dataset: Path, times: int) -> Path:
    """The same files, each read several times: for memory alone, since the words repeat."""
    made = dataset.with_name(f"{dataset.name}-x{times}")
    if not made.exists():
        (made / "train").mkdir(parents=True)
        state = json.loads((dataset / "train" / "state.json").read_text())
        names = [entry["filename"] for entry in state["_data_files"]]
        for name in names:
            os.link(dataset / "train" / name, made / "train" / name)
        state["_data_files"] = [{"filename": name} for name in names * times]
        (made / "train" / "state.json").write_text(json.dumps(state))
        (made / "dataset_dict.json").write_text('{"splits": ["train"]}')
    return made


def _write(out: Path, documents: Iterator[str], megabytes: float) -> None:
    schema = pa.schema({"text": pa.string()})
    shutil.rmtree(out, ignore_errors=True)  # what an interrupted run left
    writer = SplitWriter(out, "train", schema)
    size, batch = 0.0, list[str]()
    for text in documents:
        batch.append(text)
        size += len(text.encode()) / 1e6
        if len(batch) == 1000 or size >= megabytes:
            writer.write(pa.record_batch([pa.array(batch)], schema=schema))
            batch = []
        if size >= megabytes:
            break
    if batch:
        writer.write(pa.record_batch([pa.array(batch)], schema=schema))
    writer.close()
    finish_dataset(out, ["train"])


def _documents(packages: list[str], long: bool) -> Iterator[str]:
    """Paragraphs that were not seen before: whole files, or pieces of 0.5 to 1.4 kB in random order."""
    texts: list[str] = []
    for paragraphs in _new_paragraphs(packages):
        if not long:
            texts += _pieces(paragraphs)
        elif sum(map(len, paragraphs)) > 2500:
            texts.append("\n\n".join(paragraphs))
    random.Random(1).shuffle(texts)
    yield from texts


def _pieces(paragraphs: list[str]) -> Iterator[str]:
    rng = random.Random(len(paragraphs))
    current: list[str] = []
    target = rng.randint(450, 1400)
    for paragraph in paragraphs:
        for part in [paragraph] if len(paragraph) < 1800 else _SENTENCES.findall(paragraph):
            current.append(part)
            if sum(map(len, current)) >= target:
                yield "\n".join(current)
                current, target = [], rng.randint(450, 1400)
    if sum(map(len, current)) > 100:
        yield "\n".join(current)


def _new_paragraphs(packages: list[str]) -> Iterator[list[str]]:
    seen: set[bytes] = set()
    with Pool() as pool:
        for package in packages:
            for paragraphs in pool.imap(_paragraphs, sorted(_files(package)), chunksize=16):
                fresh = []
                for paragraph in paragraphs:
                    key = hashlib.blake2b(_SPACE.sub(" ", paragraph).encode(), digest_size=8).digest()
                    if key not in seen:
                        seen.add(key)
                        fresh.append(paragraph)
                if fresh:
                    yield fresh


def _files(package: str) -> Iterator[Path]:
    """The text files of a package, which is downloaded and unpacked when it is not there."""
    unpacked = folder() / "packages" / package
    if not unpacked.exists():
        with tempfile.TemporaryDirectory() as download:
            fetched = subprocess.run(["apt-get", "download", package], cwd=download, capture_output=True)
            if fetched.returncode:
                return
            (deb,) = Path(download).glob("*.deb")
            unpacked.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["dpkg-deb", "-x", str(deb), str(unpacked)], check=True)
    for path in unpacked.rglob("*"):
        suffix = path.name.removesuffix(".gz").rpartition(".")[2].lower() if "." in path.name else ""
        is_text = suffix in _TEXT_NAMES or "/man/" in str(path)
        if is_text and path.is_file() and not path.is_symlink() and path.stat().st_size >= 200:
            yield path


def _paragraphs(path: Path) -> list[str]:
    """The paragraphs of a file that are prose."""
    data = path.read_bytes()[:8_000_000]
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error):
            return []
    if b"\x00" in data:
        return []
    text = data.decode("utf-8", "replace")
    if text.lstrip()[:200].lower().startswith(("<!doctype html", "<html", "<?xml")):
        text = html.unescape(_TAG.sub("", _BLOCK.sub("\x00", _DROPPED.sub(" ", text))))
        found = [_SPACE.sub(" ", part).strip() for part in text.split("\x00")]
    else:
        found = [part.strip("\n") for part in re.split(r"\n\s*\n", text)]
    return [part for part in found if len(part) >= 40 and _is_prose(part[:400])]


def _is_prose(start: str) -> bool:
    return sum(char.isalpha() or char == " " for char in start) >= 0.6 * len(start)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--megabytes", type=float, default=260)
    for kind in ("short", "long", "multilingual"):
        print(corpus(kind, arguments.parse_args().megabytes))
