"""The one helper that makes paths: whatever it is given, nothing leaves the data directory."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mistudio.core.errors import DiskFull
from mistudio.core.storage import PathEscapes, Storage, publish, remove_tree, tree_bytes

ODD = st.sampled_from(
    ["..", ".", "", "/", "//", "\0", "~", "link", "out", "loop", "a", "-", "%2e%2e", "\u202e", "\\..\\"]
)
PARTS = st.lists(st.one_of(ODD, st.text(max_size=20), st.lists(ODD, max_size=5).map("/".join)), max_size=6)
SAME = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """With links that lead out, to the root, back in, and in circles."""
    storage = Storage(tmp_path / "data")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "file").write_text("secret")
    (storage.root / "a").mkdir()
    (storage.root / "link").symlink_to(tmp_path / "secret")
    (storage.root / "out").symlink_to("..")
    (storage.root / "a" / "in").symlink_to(storage.root)
    (storage.root / "loop").symlink_to("loop")
    return storage


@SAME
@given(parts=PARTS)
@example(parts=["link", "file"])
@example(parts=["a", "in", "link"])
@example(parts=["a", "..", "..", "secret"])
@example(parts=["loop", "x"])
@example(parts=["x" * 5000])
def test_every_path_is_below_the_root(storage: Storage, parts: list[str]) -> None:
    try:
        path = storage.inside(*parts)
    except PathEscapes:
        return
    assert path != storage.root
    assert Path(os.path.realpath(path)) == path
    assert path.is_relative_to(storage.root)
    assert storage.inside(storage.relative(path)) == path


@pytest.mark.parametrize(
    "parts",
    [
        (), ("",), (".",), ("..",), ("a/../..",), ("/etc",), ("a", "/etc"), ("\0",), ("link",), ("link/file",),
        ("a/in",), ("out", "secret"), ("loop",), ("loop/x",),
    ],
)  # fmt: skip
def test_what_leads_out_is_refused(storage: Storage, parts: tuple[str, ...]) -> None:
    with pytest.raises(PathEscapes):
        storage.inside(*parts)


@SAME
@given(one=st.uuids(), other=st.uuids(), job=st.uuids(), fence=st.integers(0, 2**63))
def test_paths_from_ids(storage: Storage, one: UUID, other: UUID, job: UUID, fence: int) -> None:
    paths = [
        storage.raw(one, job, fence),
        storage.tokenized(one, other, job, fence),
        storage.export(other, job, fence),
        storage.staging(job, fence),
        storage.upload(one),
    ]
    assert len(set(paths)) == len(paths)
    assert all(storage.inside(storage.relative(path)) == path for path in paths)
    assert storage.staging(job, fence).parent == storage.job_staging(job)


def test_a_link_put_in_the_way_is_seen(storage: Storage, tmp_path: Path) -> None:
    ids = UUID(int=1), UUID(int=2)
    assert storage.raw(*ids, 1)
    (storage.root / "datasets").symlink_to(tmp_path / "secret")
    with pytest.raises(PathEscapes):
        storage.raw(*ids, 1)


def test_the_root_itself_may_be_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to("disk")
    storage = Storage(tmp_path / "data")
    assert storage.upload(UUID(int=1)) == tmp_path / "disk" / "uploads" / str(UUID(int=1))


def test_removing_does_not_follow_links(storage: Storage, tmp_path: Path) -> None:
    remove_tree(storage.root / "link")
    assert (tmp_path / "secret" / "file").read_text() == "secret"
    (storage.root / "b" / "c").mkdir(parents=True)
    (storage.root / "b" / "c" / "link").symlink_to(tmp_path / "secret")
    remove_tree(storage.root / "b" / "c")
    assert not (storage.root / "b").exists()
    assert (tmp_path / "secret" / "file").exists()
    remove_tree(storage.root / "none" / "such")


def test_publishing_never_overwrites(storage: Storage) -> None:
    for name in ("new", "old"):
        (storage.root / "staged" / name).mkdir(parents=True)
        (storage.root / "staged" / name / "data").write_text(name)
    final = storage.root / "datasets" / "x"
    publish(storage.root / "staged" / "old", final)
    with pytest.raises(OSError, match="not empty"):
        publish(storage.root / "staged" / "new", final)
    assert (final / "data").read_text() == "old"


def test_bytes_of_a_tree(storage: Storage, tmp_path: Path) -> None:
    (storage.root / "a" / "x").write_bytes(b"12345")
    assert tree_bytes(storage.root / "a") >= 5
    assert tree_bytes(storage.root / "none") == 0
    (tmp_path / "secret" / "file").write_bytes(b"1" * 10**6)
    assert tree_bytes(storage.root) < 10_000


def test_space_is_asked_for(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Storage, "free_bytes", lambda _: 1000)
    storage.require_free(400, 600)
    with pytest.raises(DiskFull) as refused:
        storage.require_free(401, 600)
    assert refused.value.extra == {"free_bytes": 1000, "needed_bytes": 1001}
