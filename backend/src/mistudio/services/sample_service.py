"""Rows of published data, read by memory map in a thread: the API process never loads a dataset."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from mistudio.core.errors import (
    ColumnNotFound,
    DatasetNotReady,
    NoTextColumn,
    NotFound,
    SplitNotFound,
    TokenizationNotReady,
)
from mistudio.core.storage import Storage
from mistudio.db.models import Dataset, Tokenization
from mistudio.pipeline import sample_texts, samples
from mistudio.pipeline.arrow_read import split_names
from mistudio.schemas.dataset import CellView, SamplePage
from mistudio.schemas.metadata import DatasetMetadata, SchemaMetadata
from mistudio.schemas.tokenization import TokenizationStatus


async def rows(
    storage: Storage, dataset: Dataset, split: str | None, offset: int, limit: int, q: str | None
) -> SamplePage:
    """A page of rows; with q, of the rows whose text columns hold it."""
    root = _raw(storage, dataset)
    with _not_while_deleting():
        name = _split(root, split)
        if q:
            columns = _schema(dataset).text_columns or None
            return _page(await asyncio.to_thread(samples.search, root, name, q, columns, offset, limit), limit)
        return _page(await asyncio.to_thread(samples.read_rows, root, name, offset, limit), limit)


def _raw(storage: Storage, dataset: Dataset) -> Path:
    if dataset.raw_path is None:
        raise DatasetNotReady(f"The dataset is {dataset.status}; its samples can be seen once its data are there.")
    return storage.inside(dataset.raw_path)


def _schema(dataset: Dataset) -> SchemaMetadata:
    schema = DatasetMetadata.model_validate(dataset.meta).schema_
    assert schema is not None, "it is recorded together with the data"
    return schema


@contextmanager
def _not_while_deleting() -> Iterator[None]:
    """Files that vanish under a request belong to what is being deleted."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("The data are being deleted.") from error


def _page(rows: samples.Rows, limit: int) -> SamplePage:
    return SamplePage.model_validate({**asdict(rows), "num_rows_per_page": limit})


def _split(root: Path, split: str | None) -> str:
    names = split_names(root)
    if split is None:
        return names[0]
    if split not in names:
        raise SplitNotFound(f"There is no split {split!r}. The splits are: {', '.join(names)}.", splits=names)
    return split


async def cell(storage: Storage, dataset: Dataset, split: str | None, row: int, column: str) -> CellView:
    root = _raw(storage, dataset)
    with _not_while_deleting():
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
    root, schema = _raw(storage, dataset), _schema(dataset)
    chosen = columns or schema.text_columns
    for column in chosen:
        if column not in schema.all_columns:
            raise ColumnNotFound(f"There is no column {column!r}.", column=column)
    if not chosen:
        raise NoTextColumn("The dataset has no text column. Name one or more in text_columns.")
    joined = schema.separator if separator is None else separator
    with _not_while_deleting():
        name = _split(root, split)
        return await asyncio.to_thread(sample_texts.row_texts, root, name, numbers, chosen, joined)


async def token_rows(
    storage: Storage, tokenization: Tokenization, split: str | None, offset: int, limit: int
) -> SamplePage:
    if tokenization.status != TokenizationStatus.READY or tokenization.path is None:
        raise TokenizationNotReady
    root = storage.inside(tokenization.path)
    with _not_while_deleting():
        name = _split(root, split)
        return _page(await asyncio.to_thread(sample_texts.token_rows, root, name, offset, limit), limit)
