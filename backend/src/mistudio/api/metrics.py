"""/metrics: numbers for Prometheus."""

import time

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mistudio.core.presence import live_workers

router = APIRouter(tags=["health"])

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REGISTRY = CollectorRegistry()
REQUESTS = Counter("mistudio_http_requests", "HTTP requests", ["method", "status"], registry=REGISTRY)
SECONDS = Histogram("mistudio_http_seconds", "Seconds to answer", ["method"], registry=REGISTRY)
WAITING = Gauge("mistudio_jobs_active", "Jobs that have not ended", ["queue", "kind", "state"], registry=REGISTRY)
ENDED = Gauge("mistudio_jobs_ended", "Jobs in the history by outcome", ["kind", "state"], registry=REGISTRY)
DURATION = Gauge("mistudio_job_seconds_mean", "Mean run time of ended jobs", ["kind", "state"], registry=REGISTRY)
LEASE = Gauge("mistudio_heartbeat_age_seconds_max", "Oldest heartbeat of a running job", registry=REGISTRY)
WORKERS = Gauge("mistudio_workers", "Workers seen lately", registry=REGISTRY)
FREE = Gauge("mistudio_disk_free_bytes", "Free bytes on the data directory's disk", registry=REGISTRY)

_ACTIVE = text("""
SELECT queue, kind, state, count(*) FROM jobs
WHERE state IN ('queued', 'running', 'retrying', 'cancelling') GROUP BY 1, 2, 3
""")
_ENDED = text("""
SELECT kind, state, count(*), coalesce(extract(epoch FROM avg(finished_at - started_at)), 0)
FROM jobs WHERE state IN ('succeeded', 'failed', 'cancelled') GROUP BY 1, 2
""")
_AGE = text("""
SELECT coalesce(max(extract(epoch FROM now() - (lease_until - make_interval(secs => :lease)))), 0)
FROM jobs WHERE state IN ('running', 'cancelling')
""")


def measured(app: ASGIApp) -> ASGIApp:
    """Counts and times every request."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, watching)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            REQUESTS.labels(method, str(status)).inc()
            SECONDS.labels(method).observe(time.perf_counter() - start)

    return counted


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Queue lengths, job outcomes and durations, heartbeat age, disk, HTTP."""
    state = request.app.state
    async with state.sessions() as session:
        active = (await session.execute(_ACTIVE)).all()
        ended = (await session.execute(_ENDED)).all()
        age = (await session.execute(_AGE, {"lease": state.settings.lease_s})).scalar_one()
    for gauge in (WAITING, ENDED, DURATION):
        gauge.clear()
    for queue, kind, job_state, count in active:
        WAITING.labels(queue, kind, job_state).set(count)
    for kind, job_state, count, mean in ended:
        ENDED.labels(kind, job_state).set(count)
        DURATION.labels(kind, job_state).set(float(mean))
    LEASE.set(float(age))
    FREE.set(state.storage.free_bytes())
    try:
        WORKERS.set(await live_workers(state.redis))
    except (RedisError, OSError):
        WORKERS.set(0)
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
