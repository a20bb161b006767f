"""Raw datasets made on the spot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import settings

from mistudio.pipeline.arrow_store import SplitWriter, finish_dataset

# Tokenizers take their time when they are first loaded, and the machine may be busy with other things.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

MakeRaw = Callable[[dict[str, Any]], Path]


@pytest.fixture
def make_raw(tmp_path: Path) -> MakeRaw:
    """Writes {split: {column: values}} as a raw dataset and returns its directory."""

    def make(splits: dict[str, Any], name: str = "raw") -> Path:
        root = tmp_path / name
        for split, columns in splits.items():
            table = columns if isinstance(columns, pa.Table) else pa.table(columns)
            writer = SplitWriter(root, split, table.schema)
            for batch in table.to_batches(max_chunksize=100):
                writer.write(batch)
            writer.close()
        finish_dataset(root, list(splits))
        return root

    return make
