"""What every export reads: the splits of a result, batch by batch, and the recipe that says what they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from mistudio.core.errors import EmptyDataset, SplitNotFound
from mistudio.pipeline.arrow_read import num_rows, shard_files, split_names
from mistudio.pipeline.progress import Progress
from mistudio.pipeline.result_recipe import read_recipe
from mistudio.schemas.metadata import TokenizerInfo
from mistudio.schemas.recipe import Recipe


@dataclass
class Source:
    """A result that is being exported. rows: split → rows, of the splits that are asked for."""

    root: Path
    rows: dict[str, int]
    recipe: Recipe
    progress: Progress
    _done: int = field(default=0)

    @property
    def tokenizer(self) -> TokenizerInfo:
        assert self.recipe.tokenizer is not None, "a written recipe names its tokenizer"
        return self.recipe.tokenizer

    @property
    def filled(self) -> list[str]:
        """The splits that have rows."""
        return [split for split, rows in self.rows.items() if rows]

    def files(self, split: str) -> list[Path]:
        return shard_files(self.root, split)

    def schema(self, split: str) -> pa.Schema:
        with pa.memory_map(str(self.files(split)[0])) as source, pa.ipc.open_stream(source) as reader:
            return reader.schema

    def batches(self, files: list[Path]) -> Iterator[pa.RecordBatch]:
        """The rows of some of a split's files. What has been handed on and worked on counts as done."""
        for path in files:
            with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
                for batch in reader:
                    yield batch
                    self._done += batch.num_rows
                    self.progress("exporting", self._done, sum(self.rows.values()), "samples")


def open_source(root: Path, split: str | None, progress: Progress) -> Source:
    """split: None for all. Raises SplitNotFound, and EmptyDataset where there is not one row."""
    names = split_names(root)
    if split is not None and split not in names:
        raise SplitNotFound(f"There is no split {split!r}. The splits are: {', '.join(names)}.", splits=names)
    chosen = {name: num_rows(root, name) for name in names if split in (None, name)}
    if not any(chosen.values()):
        raise EmptyDataset("The result has no rows: its texts fill not one row of the context size.")
    progress("exporting", 0, sum(chosen.values()), "samples")
    return Source(root, chosen, Recipe.model_validate(read_recipe(root)), progress)
