"""/datasets/{id}/samples: look at the raw rows."""

from typing import Annotated

from fastapi import APIRouter, Query

from mistudio.api.deps import LivingDatasetDep, StorageDep
from mistudio.schemas.dataset import CellView, SamplePage
from mistudio.services import sample_service

router = APIRouter(prefix="/datasets/{dataset_id}/samples", tags=["samples"])

Split = Annotated[str | None, Query(max_length=100, description="default: the first split")]


@router.get("")
async def list_samples(
    dataset: LivingDatasetDep,
    storage: StorageDep,
    split: Split = None,
    offset: Annotated[int, Query(ge=0, lt=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    q: Annotated[str | None, Query(max_length=500, description="only rows with this text, in any case")] = None,
) -> SamplePage:
    """Rows of a split in the shape of the dataset viewer's API. Long cells are cut and named."""
    return await sample_service.rows(storage, dataset, split, offset, limit, q)


@router.get("/cell")
async def show_cell(
    dataset: LivingDatasetDep,
    storage: StorageDep,
    row: Annotated[int, Query(ge=0, lt=2**53)],
    column: Annotated[str, Query(max_length=500)],
    split: Split = None,
) -> CellView:
    """One whole cell."""
    return await sample_service.cell(storage, dataset, split, row, column)
