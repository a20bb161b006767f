"""Redis as the truth about nothing but presence: each worker keeps a key that expires when it is gone."""

import os
import socket

from redis.asyncio import Redis

PREFIX = "mistudio:worker:"
EXPIRES_S = 10


def connect(redis_url: str) -> Redis:
    """A client that gives up on a silent server: 3 s to connect, 15 s for an answer, waiting pops included."""
    redis: Redis = Redis.from_url(redis_url, socket_timeout=15, socket_connect_timeout=3)
    return redis


def own_key() -> str:
    return f"{PREFIX}{socket.gethostname()}:{os.getpid()}"


async def be_seen(redis: Redis, key: str) -> None:
    await redis.set(key, "1", ex=EXPIRES_S)


async def live_workers(redis: Redis) -> int:
    found = 0
    async for _ in redis.scan_iter(match=f"{PREFIX}*", count=1000):
        found += 1
    return found
