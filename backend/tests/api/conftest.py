"""Routes are tested in this process, with real database and Redis; no worker takes the jobs."""

from tests.app import app, client, make_app

__all__ = ["app", "client", "make_app"]
