"""Rows of published data, read by memory map in a thread: the API process never loads a dataset."""

import asyncio
from dataclasses import asdict
from typing import Any

from mistudio.core.errors import ColumnNotFound, DatasetNotReady, SplitNotFound, TokenizationNotFound
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Tokenization
from mistudio.pipeline import sample_texts, samples
from mistudio.pipeline.arrow_read import split_names
from mistudio.schemas.dataset import CellView, SamplePage
from mistudio.schemas.metadata import DatasetMetadata
from mistudio.schemas.tokenization import TokenizationStatus


async def rows(
    storage: Storage, dataset: Dataset, split: str | None, offset: int, limit: int, q: str | None
) -> SamplePage:
    """A page of rows; with q, of the rows whose text columns hold it."""
    if dataset.raw_path is None:
        raise DatasetNotReady(f"The dataset is {dataset.status}; its samples can be seen once its data are there.")
    root = storage.inside(dataset.raw_path)
    name = _split(root, split)
    if q:
        meta = DatasetMetadata.model_validate(dataset.meta)
        columns = meta.schema_.text_columns if meta.schema_ else []
        return _page(await asyncio.to_thread(samples.search, root, name, q, columns, offset, limit), limit)
    return _page(await asyncio.to_thread(samples.read_rows, root, name, offset, limit), limit)


def _page(rows: samples.Rows, limit: int) -> SamplePage:
    return SamplePage.model_validate({**asdict(rows), "num_rows_per_page": limit})


def _split(root: Any, split: str | None) -> str:
    names = split_names(root)
    if split is None:
        return names[0]
    if split not in names:
        raise SplitNotFound(f"There is no split {split!r}. The splits are: {', '.join(names)}.", splits=names)
    return split


async def cell(storage: Storage, dataset: Dataset, split: str | None, row: int, column: str) -> CellView:
    if dataset.raw_path is None:
        raise DatasetNotReady
    root = storage.inside(dataset.raw_path)
    name = _split(root, split)
    value = await asyncio.to_thread(samples.cell, root, name, row, column)
    return CellView(split=name, row_idx=row, column=column, value=value)


async def texts(
    storage: Storage,
    dataset: Dataset,
    split: str | None,
    numbers: list[int],
    columns: list[str] | None,
    separator: str | None,
) -> list[str]:
    """The joined text of some rows, as tokenizing reads them."""
    if dataset.raw_path is None:
        raise DatasetNotReady
    schema = DatasetMetadata.model_validate(dataset.meta).schema_
    chosen = columns or (schema.text_columns if schema else [])
    for column in chosen:
        if schema is None or column not in schema.all_columns:
            raise ColumnNotFound(f"There is no column {column!r}.", column=column)
    joined = separator if separator is not None else (schema.separator if schema else "\n")
    root = storage.inside(dataset.raw_path)
    return await asyncio.to_thread(sample_texts.row_texts, root, _split(root, split), numbers, chosen, joined)


async def token_rows(
    storage: Storage, tokenization: Tokenization, split: str | None, offset: int, limit: int
) -> SamplePage:
    if tokenization.status != TokenizationStatus.READY or tokenization.path is None:
        raise TokenizationNotFound("This tokenization has no result yet.")
    root = storage.inside(tokenization.path)
    return _page(await asyncio.to_thread(sample_texts.token_rows, root, _split(root, split), offset, limit), limit)
