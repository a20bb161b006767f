"""Which workers are there: each keeps a key in Redis that expires when it is gone."""

import os
import socket

from redis.asyncio import Redis

PREFIX = "mistudio:worker:"
EXPIRES_S = 10


def own_key() -> str:
    return f"{PREFIX}{socket.gethostname()}:{os.getpid()}"


async def be_seen(redis: Redis, key: str) -> None:
    await redis.set(key, "1", ex=EXPIRES_S)


async def live_workers(redis: Redis) -> int:
    found = 0
    async for _ in redis.scan_iter(match=f"{PREFIX}*", count=1000):
        found += 1
    return found
