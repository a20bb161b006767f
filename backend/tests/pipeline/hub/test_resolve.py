"""What the Hub's datasets turn into, for every way in which people lay them out."""

import json
import os
import subprocess
import sys

import pytest

from mistudio.core.errors import (
    HubConfigNotFound,
    HubGated,
    HubNeedsScript,
    HubNoData,
    HubNotFound,
    HubRevisionNotFound,
    HubSplitNotFound,
    HubTokenInvalid,
)
from mistudio.pipeline.hub.resolve import choose_config, choose_splits, describe
from tests.hub.fixtures import LocalHub
from tests.hub.samples import jsonl
from tests.hub.state import BAD_TOKEN, GOOD_TOKEN

# Each prints config → split → files of the datasets named, as the real library resolves them.
AS_DATASETS_DOES = """
import json, sys
from datasets import load_dataset_builder
found = {}
for name, configs in json.loads(sys.stdin.read()).items():
    for config in configs:
        splits = load_dataset_builder(name, config).config.data_files.items()
        found[f"{name} {config}"] = {str(split): [file.partition("@")[2].partition("/")[2] for file in files]
                                     for split, files in splits}
print(json.dumps(found))
"""


def test_the_card_names_configs_splits_rows_and_columns(hub: LocalHub) -> None:
    found = describe("acme/tiny", hub.endpoint, None)
    repository = hub.state.repositories["datasets", "acme/tiny"]
    assert found.sha == found.files_sha == repository.branches["main"]
    assert (found.license, found.likes, found.default_config) == ("mit", 7, "plain")
    assert found.summary == "A handful of sentences about a cat, a dog and a hill."
    assert found.url == f"{hub.endpoint}/datasets/acme/tiny"
    plain, extra = found.configs
    assert (plain.format, plain.features) == ("parquet", {"text": "string", "label": "int64"})
    assert [(s.name, s.num_files, s.num_rows) for s in plain.splits] == [("train", 2, 2000), ("test", 1, 300)]
    tree = repository.commits[found.sha]
    assert plain.splits[1].num_bytes == tree["plain/test-00000-of-00001.parquet"].size
    assert (extra.format, [split.name for split in extra.splits]) == ("jsonl", ["train", "validation"])
    assert len(hub.state.log) == 3


def test_every_config_has_its_own_format(hub: LocalHub) -> None:
    configs = {config.name: config for config in describe("acme/mixed", hub.endpoint, None).configs}
    formats = {"parquet": "parquet", "semicolons": "csv", "tabs": "tsv", "packed": "jsonl", "lines": "text"}
    assert {name: config.format for name, config in configs.items()} == formats
    assert configs["semicolons"].read.delimiter == ";"
    assert configs["packed"].splits[0].num_files == 2
    assert [split.name for split in configs["tabs"].splits] == ["test"]


def test_a_repository_without_a_card_is_read_by_its_files_names(hub: LocalHub) -> None:
    config = describe("acme/tables", hub.endpoint, None).configs[0]
    assert (config.name, config.is_default) == ("default", True)
    assert [(s.name, s.files[0].path) for s in config.splits] == [
        ("train", "data/train.csv"),
        ("test", "data/test.csv"),
    ]


def test_a_script_gives_way_to_the_parquet_copy(hub: LocalHub) -> None:
    found = describe("acme/converted", hub.endpoint, None)
    repository = hub.state.repositories["datasets", "acme/converted"]
    assert found.converted
    assert found.sha == repository.branches["main"]
    assert found.files_sha == repository.branches["refs/convert/parquet"]
    assert [(s.name, s.files[0].path) for s in found.configs[0].splits] == [
        ("test", "default/test/0000.parquet"),
        ("train", "default/train/0000.parquet"),
    ]


def test_a_copy_of_the_beginning_is_said_to_be_one(hub: LocalHub) -> None:
    repository = hub.state.repositories["datasets", "acme/converted"]
    part = repository.commits[repository.branches["refs/convert/parquet"]]["default/test/0000.parquet"]
    repository.commit({"default/partial-validation/0000.parquet": part.source}, branch="refs/convert/parquet")
    found = describe("acme/converted", hub.endpoint, None)
    assert "validation" in [split.name for split in found.configs[0].splits]
    assert found.warnings == ("The Hub's copy of default/validation holds its beginning only.",)


def test_a_card_reaches_nothing_outside_its_repository(hub: LocalHub) -> None:
    found = describe("acme/hostile", hub.endpoint, GOOD_TOKEN)
    problems = {config.name: config.problem for config in found.configs}
    assert problems.pop("honest") is None
    assert "wildcards" in str(problems.pop("slow"))
    assert all("outside of the repository" in str(problem) for problem in problems.values())
    assert len(problems) == 5
    assert all("secret" not in str(request) for request in hub.state.log)


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("acme/scripted", HubNeedsScript, "script of its own"),
        ("acme/nothing", HubNoData, "no data files"),
        ("acme/images", HubNoData, "png"),
        ("acme/broken", HubNoData, "YAML"),
        ("acme/secret", HubNotFound, "private"),
        ("acme/disabled", HubNotFound, "disabled"),
        ("acme/absent", HubNotFound, "has no acme/absent"),
    ],
)
def test_what_cannot_be_read_says_why(hub: LocalHub, name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        describe(name, hub.endpoint, None)


@pytest.mark.parametrize(
    "head",
    [
        "a: " + "[" * 20_000,
        "- a list",
        "configs: 3",
        "configs: [{}]",
        "configs: [{config_name: x, data_files: 3}]",
        "configs: [{config_name: x, data_files: [{split: a/b, path: x}]}]",
    ],
)
def test_a_malformed_card_is_refused(hub: LocalHub, head: str) -> None:
    hub.state.dataset("acme/odd", {"README.md": f"---\n{head}\n---\n", "train.jsonl": jsonl(3)})
    with pytest.raises(HubNoData, match="card"):
        describe("acme/odd", hub.endpoint, None)


@pytest.mark.parametrize(
    "head", ["a: &a [*a]", "dataset_info: 3", "dataset_info: {features: [3]}", "license: [a, 3]"]
)
def test_what_a_card_says_beside_is_no_obstacle(hub: LocalHub, head: str) -> None:
    hub.state.dataset("acme/odd", {"README.md": f"---\n{head}\n---\n", "train.jsonl": jsonl(3)})
    assert describe("acme/odd", hub.endpoint, None).configs[0].splits[0].num_files == 1


def test_a_missing_name_comes_with_near_ones(hub: LocalHub) -> None:
    with pytest.raises(HubNotFound) as raised:
        describe("acme/tinny", hub.endpoint, None)
    assert raised.value.extra["suggestions"] == ["acme/tiny"]


def test_private_and_gated_datasets_open_with_a_token(hub: LocalHub) -> None:
    assert describe("acme/secret", hub.endpoint, GOOD_TOKEN).private
    hub.state.dataset("acme/closed", {"README.md": "Words.", "train.jsonl": jsonl(3)}, gated="manual")
    closed = describe("acme/closed", hub.endpoint, None)
    assert (closed.gated, closed.summary, closed.configs[0].splits[0].name) == ("manual", "", "train")
    assert describe("acme/closed", hub.endpoint, GOOD_TOKEN).summary == "Words."
    with pytest.raises(HubTokenInvalid) as raised:
        describe("acme/tiny", hub.endpoint, BAD_TOKEN)
    assert BAD_TOKEN not in repr(raised.value) + str(raised.value.extra)


def test_a_revision_is_resolved_and_pinned(hub: LocalHub) -> None:
    repository = hub.state.repositories["datasets", "acme/lines"]
    old = repository.branches["main"]
    repository.commit({"train.jsonl": jsonl(7, 9)})
    assert describe("acme/lines", hub.endpoint, None, old).sha == old
    assert describe("acme/lines", hub.endpoint, None).sha == repository.branches["main"] != old
    with pytest.raises(HubRevisionNotFound):
        describe("acme/lines", hub.endpoint, None, "v9")


def test_configs_and_splits_are_chosen_by_name(hub: LocalHub) -> None:
    tiny, mixed = (describe(name, hub.endpoint, None) for name in ("acme/tiny", "acme/mixed"))
    assert choose_config(tiny, None).name == "plain"
    with pytest.raises(HubConfigNotFound) as no_default:
        choose_config(mixed, None)
    assert no_default.value.extra["configs"] == [config.name for config in mixed.configs]
    with pytest.raises(HubConfigNotFound, match="'nope'"):
        choose_config(tiny, "nope")
    plain = tiny.configs[0]
    assert [split.name for split in choose_splits(plain, "all")] == ["train", "test"]
    assert [split.name for split in choose_splits(plain, "test")] == ["test"]
    with pytest.raises(HubSplitNotFound) as no_split:
        choose_splits(plain, "validation")
    assert no_split.value.extra["splits"] == ["train", "test"]


def test_a_config_with_a_problem_cannot_be_chosen(hub: LocalHub) -> None:
    with pytest.raises(HubNoData, match="outside of the repository"):
        choose_config(describe("acme/hostile", hub.endpoint, None), "absolute")


def test_a_gate_is_shown_when_files_are_wanted(hub: LocalHub) -> None:
    from mistudio.pipeline.hub.client import Origin
    from mistudio.pipeline.hub.repository import pin, read_file

    repository = pin("dataset", "acme/gated", None, Origin(hub.endpoint))
    with pytest.raises(HubGated) as raised:
        read_file(repository, "data.jsonl")
    assert raised.value.extra["url"] == f"{hub.endpoint}/datasets/acme/gated"


def test_files_are_those_that_datasets_finds(hub: LocalHub, tmp_path: os.PathLike[str]) -> None:
    layouts = {
        "acme/sharded": ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"],
        "acme/folders": ["train/a.jsonl", "train/deep/b.jsonl", "test/a.jsonl", "__pycache__/c.jsonl", ".d.jsonl"],
        "acme/keywords": ["my_train.jsonl", "dev.jsonl", "eval-1.jsonl", "notes.md", "deep/test.jsonl"],
        "acme/flat": ["one.jsonl", "two.jsonl", "deep/three.jsonl"],
    }
    parts = hub.state.repositories["datasets", "acme/tiny"]
    shard = parts.commits[parts.branches["main"]]["plain/test-00000-of-00001.parquet"].source
    for name, paths in layouts.items():
        hub.state.dataset(name, {path: shard if path.endswith("t") else jsonl(2) for path in paths})
    asked = {name: ["default"] for name in (*layouts, "acme/lines", "acme/tables")} | {"acme/tiny": ["plain"]}
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    answer = subprocess.run(
        [sys.executable, "-c", AS_DATASETS_DOES],
        input=json.dumps(asked),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    expected = json.loads(answer.stdout)
    ours = {}
    for name, configs in asked.items():
        found = {config.name: config for config in describe(name, hub.endpoint, None).configs}
        for config in configs:
            ours[f"{name} {config}"] = {
                split.name: [file.path for file in split.files] for split in found[config].splits
            }
    assert ours == expected
