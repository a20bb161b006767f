import numpy as np
import pyarrow as pa

from mistudio.pipeline.tokenize.reading import Range
from mistudio.pipeline.tokenize.source import SplitSource

TABLE = pa.concat_tables(
    [pa.table({"text": [f"{i}" * (i % 5) for i in range(start, start + 37)]}) for start in (0, 37, 74)]
)


def source(seed: int | None) -> SplitSource:
    return SplitSource("train", TABLE, ["text"], "\n", None, seed)


def test_rows_are_read_in_order_across_chunks() -> None:
    texts, spans = source(None).read(Range(30, 80))
    assert spans is None
    assert texts.to_pylist() == TABLE.column(0).to_pylist()[30:80]
    assert source(None).numbers(Range(30, 33)).tolist() == [30, 31, 32]


def test_shuffled_rows_are_a_permutation() -> None:
    shuffled = source(5)
    whole = Range(0, 111)
    assert sorted(shuffled.numbers(whole).tolist()) == list(range(111))
    rows = TABLE.column(0).to_pylist()
    for part in (whole, Range(10, 50), Range(7, 7)):
        numbers = shuffled.numbers(part)
        assert shuffled.read(part)[0].to_pylist() == [rows[number] for number in numbers]
        sizes = np.concatenate(list(shuffled.sizes(part)))
        assert sizes.tolist() == [len(rows[number]) for number in numbers]


def test_single_rows_are_read_in_the_order_asked_for() -> None:
    rows = TABLE.column(0).to_pylist()
    assert source(None).read_rows([110, 3, 40]).to_pylist() == [rows[110], rows[3], rows[40]]


def test_the_longest_text_and_the_bytes_are_known() -> None:
    assert source(None).longest() == max(len(text) for text in TABLE.column(0).to_pylist())
    assert source(None).num_bytes > 0
