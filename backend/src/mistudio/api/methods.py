"""Which methods an address takes: a router that refuses one knows those of a single route, the document all."""

from fastapi import FastAPI
from starlette.routing import compile_path


def allowed(api: FastAPI, path: str) -> str | None:
    """The value of `Allow` for a path of the OpenAPI document; None for a path that it does not describe."""
    described = api.openapi()["paths"]
    template = path if path in described else next((t for t in described if compile_path(t)[0].match(path)), None)
    if template is None:
        return None
    methods = {method.upper() for method in described[template]}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def mistaken(api: FastAPI, method: str, path: str) -> bool:
    """Whether the path is one word for word, such as /datasets/demo, that was taken for an id under this method."""
    described = api.openapi()["paths"].get(path)
    return described is not None and method.lower() not in described
