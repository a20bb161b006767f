"""The application: routers, errors, sockets, the built page."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import socketio
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from mistudio import __version__
from mistudio.api import (
    datasets,
    described,
    exports,
    heads,
    health,
    hub,
    jobs,
    metrics,
    pages,
    problems,
    queries,
    samples,
    session,
    settings,
    storage,
    tokenizations,
    uploads,
)
from mistudio.core.config import Settings, get_settings
from mistudio.core.events import Publisher, Teller
from mistudio.core.logging import configure_logging
from mistudio.core.login import WrongTokens
from mistudio.core.presence import connect
from mistudio.core.security import Gate
from mistudio.core.storage import Storage
from mistudio.core.websocket import make_socket_server
from mistudio.db.session import make_engine, make_sessions
from mistudio.local.network import require_token
from mistudio.services.dispatch import Dispatcher

API = "/api/v1"
ROUTERS = (
    datasets.router,
    samples.router,
    queries.router,
    tokenizations.router,
    exports.router,
    uploads.router,
    jobs.router,
    hub.router,
    settings.router,
    storage.router,
    session.router,
    health.router,
)


def make_api(configured: Settings) -> FastAPI:
    """The HTTP application alone: what the OpenAPI document describes."""
    api = FastAPI(
        title="miStudio",
        version=__version__,
        description="Token datasets that language-model and interpretability researchers can trust.",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
        responses=problems.PROBLEM_RESPONSES,
    )
    api.state.settings = configured
    api.state.wrong_tokens = WrongTokens()
    api.state.publisher = Publisher.to_redis(configured.redis_url.get_secret_value())
    problems.install(api)
    for router in ROUTERS:
        api.include_router(router, prefix=API)
    api.include_router(health.router, include_in_schema=False)
    api.include_router(metrics.router, prefix=API)
    api.include_router(metrics.router, include_in_schema=False)
    pages.install(api, _static_dir(configured))
    described.complete(api)
    return api


def create_app() -> ASGIApp:
    """For uvicorn: `uvicorn mistudio.main:create_app --factory`."""
    configured = get_settings()
    configure_logging(configured.log_level, configured.log_format)
    require_token(configured)
    api = make_api(configured)
    sockets = make_socket_server(configured.redis_url.get_secret_value())
    api.state.publisher = Publisher(sockets, sockets.manager)
    app = metrics.measured(socketio.ASGIApp(sockets, other_asgi_app=heads.answered(api)))
    return Gate(app, configured, problems.refuse, api.state.wrong_tokens)


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    configured: Settings = api.state.settings
    engine = make_engine(configured)
    api.state.sessions = make_sessions(engine)
    api.state.storage = Storage(configured.data_dir)
    api.state.redis = connect(configured.redis_url.get_secret_value())
    api.state.dispatcher = Dispatcher(api.state.sessions, configured)
    api.state.teller = Teller(api.state.publisher)
    yield
    await api.state.dispatcher.close()
    with contextlib.suppress(OSError):
        await api.state.teller.close()
        await api.state.redis.aclose()
    await asyncio.shield(engine.dispose())


def _operation_id(route: APIRoute) -> str:
    return route.name


def _static_dir(configured: Settings) -> Path | None:
    """The built page: MISTUDIO_STATIC_DIR, else the checkout's, else none."""
    built = configured.static_dir or Path(__file__).resolve().parents[3] / "frontend" / "dist"
    return built if (built / "index.html").is_file() else None
