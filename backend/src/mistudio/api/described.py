"""The OpenAPI document, with the schemas that no route names as its body: problems, events, raw JSON bodies."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from mistudio.schemas.common import FieldError, Problem
from mistudio.schemas.dataset import IngestRequest
from mistudio.schemas.job import DatasetProgress

REFERENCE = "#/components/schemas/{model}"


def complete(api: FastAPI) -> None:
    """Make `api.openapi()` answer with every schema that the document refers to or that clients need."""
    bare = api.openapi

    def openapi() -> dict[str, Any]:
        document = bare()
        schemas: dict[str, Any] = document["components"]["schemas"]
        for name, schema in _further_schemas().items():
            schemas.setdefault(name, schema)
        return document

    api.openapi = openapi  # type: ignore[method-assign]


def _further_schemas() -> dict[str, Any]:
    _, answers = models_json_schema(
        [(Problem, "serialization"), (FieldError, "serialization"), (DatasetProgress, "serialization")],
        ref_template=REFERENCE,
    )
    _, bodies = models_json_schema([(IngestRequest, "validation")], ref_template=REFERENCE)
    return {**answers["$defs"], **bodies["$defs"]}
