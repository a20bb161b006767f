"""What lies in the broker: which jobs have a message that no worker has taken yet."""

import base64
from uuid import UUID

import orjson
from redis.asyncio import Redis

from mistudio.core.celery_app import PRIORITY_STEPS, SEPARATOR
from mistudio.core.config import QUEUES


async def waiting_jobs(redis: Redis) -> set[UUID]:
    """Raises RedisError or OSError when the broker does not answer."""
    async with redis.pipeline(transaction=False) as pipe:
        for queue in QUEUES:
            for priority in PRIORITY_STEPS:  # each is a list of its own
                pipe.lrange(f"{queue}{SEPARATOR}{priority}" if priority else queue, 0, -1)
        lists = await pipe.execute()
    return {_job_of(message) for messages in lists for message in messages}


def _job_of(message: bytes) -> UUID:
    """From Celery's protocol: the body is base64 of [arguments, keywords, options]."""
    arguments, _, _ = orjson.loads(base64.b64decode(orjson.loads(message)["body"]))
    return UUID(arguments[0])
