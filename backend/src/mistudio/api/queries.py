"""/datasets/{id}/filter and /sql: rows by a condition, and any SELECT over the raw data."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from mistudio.api.deps import LivingDatasetDep, RedisDep, SessionDep, SettingsDep
from mistudio.schemas.common import Request
from mistudio.schemas.dataset import SamplePage
from mistudio.services import query_service

router = APIRouter(prefix="/datasets/{dataset_id}", tags=["samples"])

STORABLE = r"^[^\x00]*$"
Split = Annotated[str | None, Query(max_length=100, description="default: the first split")]


class SqlRequest(Request):
    """One SELECT over the table `data`, which holds the rows of a split."""

    query: str = Field(
        min_length=1,
        max_length=10_000,
        pattern=STORABLE,
        examples=["SELECT label, count(*) FROM data GROUP BY label"],
    )
    split: str | None = Field(None, max_length=100, description="default: the first split")
    limit: int = Field(100, ge=1, le=1000)


@router.post("/sql")
async def query_dataset(
    dataset: LivingDatasetDep, request: SqlRequest, session: SessionDep, settings: SettingsDep, redis: RedisDep
) -> SamplePage:
    """The first rows of a query in DuckDB's SQL. It reads the table `data` alone, for a few seconds at most."""
    asked = request.model_dump(include={"query", "limit"})
    return await query_service.ask(session, redis, settings, dataset, request.split, what="sql", **asked)


@router.get("/filter")
async def filter_dataset(
    dataset: LivingDatasetDep,
    session: SessionDep,
    settings: SettingsDep,
    redis: RedisDep,
    where: Annotated[str, Query(min_length=1, max_length=5000, pattern=STORABLE, examples=["label = 1"])],
    orderby: Annotated[str | None, Query(min_length=1, max_length=1000, pattern=STORABLE)] = None,
    split: Split = None,
    offset: Annotated[int, Query(ge=0, lt=2**53)] = 0,
    length: Annotated[int, Query(ge=1, le=100)] = 100,
) -> SamplePage:
    """Rows for which a condition in SQL holds, with their numbers and how many there are."""
    return await query_service.ask(
        session,
        redis,
        settings,
        dataset,
        split,
        what="filter",
        where=where,
        orderby=orderby,
        offset=offset,
        limit=length,
    )
