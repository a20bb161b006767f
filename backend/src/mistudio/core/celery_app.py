"""The Celery application: JSON only, no result backend, early acknowledgement.

Celery carries job ids and nothing else; PostgreSQL holds the truth (docs/QUEUE_ARCHITECTURE.md).
"""

from celery import Celery
from kombu import Exchange, Queue

from mistudio.core.config import QUEUES, get_settings

RUN_JOB = "mistudio.run_job"
PRIORITY_STEPS = range(10)
SEPARATOR = ":"  # in the name of a queue's list for one priority


def broker_priority(priority: int) -> int:
    """A job's priority (10 first) as Redis's (0 first)."""
    return min(9, 10 - priority)


def make_celery() -> Celery:
    settings = get_settings()
    exchange = Exchange("mistudio", type="direct")
    app = Celery("mistudio", broker=settings.redis_url.get_secret_value())
    app.conf.update(
        include=["mistudio.workers.dataset_tasks"],
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=False,
        task_queues=[Queue(name, exchange, routing_key=name) for name in QUEUES],
        task_default_queue="datasets",
        task_default_exchange=exchange.name,
        task_default_routing_key="datasets",
        task_create_missing_queues=False,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=50,
        worker_max_memory_per_child=2_000_000,  # KiB
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "priority_steps": list(PRIORITY_STEPS),
            "sep": SEPARATOR,
            "queue_order_strategy": "priority",
            "socket_timeout": 3,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
    )
    return app


app = make_celery()


def send_job(job_id: str, queue: str, priority: int) -> None:
    """Ring the doorbell. Raises kombu's OperationalError within about 8 s when Redis does not answer."""
    app.send_task(
        RUN_JOB, args=[job_id], queue=queue, priority=broker_priority(priority), retry=False, ignore_result=True
    )
