"""The recipe beside a result."""

import json
from pathlib import Path

from mistudio.schemas.metadata import JsonObject

RECIPE = "mistudio.json"


def read_recipe(result: Path) -> JsonObject:
    """Raises OSError, ValueError."""
    found = json.loads((result / RECIPE).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError("it holds no object")
    return found
