from pathlib import Path

import pytest

from mistudio.core.errors import DiskFull
from mistudio.pipeline.hub.forecast import check_disk, estimated_arrow, forecast
from mistudio.pipeline.hub.shapes import HubFile, HubSplit


def split(rows: int | None = 1000, exact: bool = True) -> HubSplit:
    return HubSplit(
        name="train", num_files=1, num_bytes=1_000, num_rows=rows, num_bytes_arrow=4_000, is_exact=exact
    )


def test_a_whole_download_needs_both_copies() -> None:
    expected = forecast([split(), split()])
    assert (expected.download_bytes, expected.arrow_bytes, expected.disk_bytes) == (2_000, 8_000, 10_000)
    assert (expected.num_rows, expected.exact) == (2000, True)


def test_what_the_card_does_not_say_is_an_estimate() -> None:
    expected = forecast([split(), split(rows=None, exact=False)])
    assert (expected.num_rows, expected.exact) == (None, False)


def test_a_sample_needs_its_share() -> None:
    expected = forecast([split()], max_samples=100)
    assert (expected.download_bytes, expected.arrow_bytes, expected.disk_bytes) == (100, 400, 400)
    assert (expected.num_rows, expected.exact) == (100, False)
    assert forecast([split()], max_samples=5000).num_rows == 1000


def test_max_bytes_bounds_each_split() -> None:
    expected = forecast([split(), split()], max_bytes=1_000)
    assert (expected.download_bytes, expected.arrow_bytes, expected.num_rows) == (500, 2_000, None)


def test_rows_of_unknown_size_are_taken_to_be_large() -> None:
    assert forecast([split(rows=None)], max_samples=1).arrow_bytes == 4_000
    large = split(rows=None).model_copy(update={"num_bytes_arrow": 10**9})
    assert forecast([large], max_samples=10).arrow_bytes == 40_960


def test_compressed_files_grow() -> None:
    files = [HubFile(path=name, size=1000, oid="0" * 40) for name in ("a.parquet", "a.jsonl.gz", "a.csv")]
    assert [estimated_arrow([file]) for file in files] == [2500, 4000, 1100]


def test_a_full_disk_is_told_with_numbers(tmp_path: Path) -> None:
    check_disk(tmp_path, 1, 0)
    with pytest.raises(DiskFull, match="GB") as raised:
        check_disk(tmp_path, 2**60, 0)
    assert raised.value.extra["needed"] == 2**60
    assert raised.value.extra["free"] < 2**60
