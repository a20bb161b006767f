import os
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mistudio.core.errors import HubNameInvalid, HubNoData, HubRevisionNotFound
from mistudio.pipeline.hub.names import check_dataset_name, check_model_name, check_revision, check_split_name

GOOD = ["squad", "acme/tiny", "roneneldan/TinyStories", "a/b", "0x/1", "A_b/c.d-e", "_x/y_", "x" * 96]

BAD = [
    "",
    " ",
    ".",
    "..",
    "/",
    "/etc",
    "/etc/passwd",
    "etc/",
    "../x",
    "x/..",
    "a/b/c",
    "a//b",
    "./a",
    "~/a",
    "a/b ",
    "a/b\n",
    "a/b\0",
    "a\\b",
    "C:\\a",
    "hf://datasets/a/b",
    "https://huggingface.co/datasets/a/b",
    "file:///etc/passwd",
    "a/%2e%2e",
    "%2fetc",
    "a/b?x=1",
    "a/b#x",
    "a/b@main",
    "a:b",
    "zip://x::y",
    "text",
    "csv",
    "json",
    "parquet",
    "imagefolder",
    "webdataset",
    "datasets/squad",
    "models/gpt2",
    "api/x",
    "a--b/c",
    "a/b--c",
    "a/b..c",
    "a/b.git",
    "-a/b",
    "a/b-",
    ".a/b",
    "a/b.",
    "x" * 97,
    "a/" + "x" * 97,
    "a/\u202eb",
    "a/\u200bb",
    "café/x",
    "a/文",
    "$(id)/x",
    "a/b;c",
    "a/*",
    "nul\x00l/x",
]


@pytest.mark.parametrize("name", GOOD)
def test_names_of_repositories_pass(name: str) -> None:
    assert check_dataset_name(name) == check_model_name(name) == name


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused(name: str) -> None:
    with pytest.raises(HubNameInvalid) as raised:
        check_dataset_name(name)
    assert not name.strip(" .") or len(name) < 3 or name not in raised.value.detail
    with pytest.raises(HubNameInvalid):
        check_model_name(name)


ODD = st.text(st.sampled_from(string.ascii_letters + "/.-_~:%@\\ \0\n\u202e文"), max_size=12)


@given(ODD | st.text(max_size=200))
def test_what_passes_can_only_be_a_repository(name: str) -> None:
    try:
        check_dataset_name(name)
    except HubNameInvalid:
        return
    assert name.isascii()
    assert name.count("/") <= 1
    assert not name.startswith("/")
    assert os.path.normpath(name) == name
    assert ".." not in name
    assert set(name) <= set(string.ascii_letters + string.digits + "_-./")
    assert name not in ("text", "csv", "json", "parquet")


@pytest.mark.parametrize("split", ["train", "train_sft", "validation.matched", "été"])
def test_names_of_splits_pass(split: str) -> None:
    assert check_split_name(split) == split


@pytest.mark.parametrize("split", ["", ".", "..", "a/b", "a b", "a-b", ".a", "a.", "a\0", "x" * 101])
def test_what_cannot_be_a_split_is_refused(split: str) -> None:
    with pytest.raises(HubNoData):
        check_split_name(split)


@pytest.mark.parametrize("revision", ["main", "refs/convert/parquet", "v1.0", "a" * 40, "refs/pr/1"])
def test_revisions_pass(revision: str) -> None:
    assert check_revision(revision) == revision


@pytest.mark.parametrize("revision", ["", "..", "a/../b", "/x", "a b", "a?b", "a\0", "-x", "a//b", "%2e"])
def test_malformed_revisions_are_not_found(revision: str) -> None:
    with pytest.raises(HubRevisionNotFound):
        check_revision(revision)
