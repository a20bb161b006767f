"""What the health routes say."""

from mistudio.schemas.common import Response


class Health(Response):
    status: str
    version: str


class Readiness(Response):
    """workers: worker processes that were seen within the last seconds."""

    ready: bool
    database: bool
    redis: bool
    workers: int
