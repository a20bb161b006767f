"""GET /health, /ready, /metrics."""

import httpx2
import pytest
from redis import Redis

from mistudio import __version__
from mistudio.core.presence import PREFIX
from mistudio.local.postgres import LocalPostgres
from mistudio.local.valkey import LocalValkey
from mistudio.schemas.job import JobState
from tests.app import App, problem_of
from tests.factories import make_job


@pytest.mark.parametrize("address", ["/api/v1/health", "/health"])
async def test_health(client: httpx2.AsyncClient, address: str) -> None:
    response = await client.get(f"http://127.0.0.1{address}")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": __version__}


async def test_it_is_not_ready_without_a_worker(client: httpx2.AsyncClient) -> None:
    response = await client.get("/ready")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "redis": True, "workers": 0}


async def test_it_is_ready_with_a_worker(app: App) -> None:
    with Redis.from_url(app.settings.redis_url.get_secret_value()) as redis:
        redis.set(f"{PREFIX}one:1", "1")
        redis.set(f"{PREFIX}two:2", "1")
    response = await app.client.get("/ready")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "redis": True, "workers": 2}


async def test_what_is_down_is_named(app: App, valkey: LocalValkey) -> None:
    valkey.kill()
    response = await app.client.get("/ready")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "redis": False, "workers": 0}
    valkey.start()


async def test_metrics(app: App) -> None:
    await make_job(app.sessions)
    await make_job(app.sessions, JobState.SUCCEEDED)
    await app.client.get("/health")
    response = await app.client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert 'mistudio_jobs_active{kind="ingest",queue="datasets",state="queued"} 1.0' in lines
    assert 'mistudio_jobs_ended{kind="ingest",state="succeeded"} 1.0' in lines
    assert "mistudio_workers 0.0" in lines
    assert any(line.startswith('mistudio_http_requests_total{method="GET",status="200"}') for line in lines)
    assert any(line.startswith("mistudio_disk_free_bytes ") for line in lines)


async def test_a_lost_database_is_said_as_it_is(app: App, postgres: LocalPostgres) -> None:
    postgres.kill()
    response = await app.client.get("/datasets")
    problem_of(response, 503, "DATABASE_UNAVAILABLE")
    assert response.headers["retry-after"] == "1"
    assert (await app.client.get("/ready")).json()["database"] is False
    assert (await app.client.get("/health")).status_code == 200
    postgres.start()
    assert (await app.client.get("/datasets")).status_code == 200
