"""Rows as tokenizing sees them: joined texts before, tokens after."""

from pathlib import Path

from mistudio.core.errors import InvalidRequest
from mistudio.pipeline import arrow_read, samples, vocabulary
from mistudio.pipeline.tokenize.reading import check_text_columns, join_columns


def row_texts(root: Path, split: str, numbers: list[int], columns: list[str], separator: str) -> list[str]:
    """The joined texts of single rows. Raises SplitNotFound, InvalidRequest, and the errors of the columns."""
    table = arrow_read.open_split(root, split)
    check_text_columns(table.schema, columns)
    texts: list[str] = []
    for number in numbers:
        if not 0 <= number < table.num_rows:
            raise InvalidRequest(f"There is no row {number} in {split!r}.", row=number)
        texts += join_columns(table.slice(number, 1), columns, separator).to_pylist()
    return texts


def token_rows(root: Path, split: str, offset: int, limit: int) -> samples.Rows:
    """Rows of a tokenized split, each with `pieces`: the text of every token, in order."""
    page = samples.read_rows(root, split, offset, limit)
    known = vocabulary.read(root)
    for entry in page.rows:
        ids = entry["row"].get("input_ids", entry["row"].get("tokens", []))
        entry["row"]["pieces"] = [known.text(token_id) for token_id in ids]
    feature = {"feature_idx": len(page.features), "name": "pieces"}
    page.features.append({**feature, "type": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"}})
    return page
