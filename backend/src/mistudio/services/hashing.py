"""Hashes that name requests."""

import hashlib
from typing import Any

import orjson


def params_hash(**params: Any) -> str:
    """sha256 of a request's meaning: equal requests, in whatever order of keys, have equal hashes."""
    return hashlib.sha256(orjson.dumps(params, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()
