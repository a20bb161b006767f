"""The REST API from the command line's side: at the server of the settings, with what is wrong in them in words."""

from mistudio.cli.settings import load_settings
from mistudio.client.api import Api as AnyApi
from mistudio.client.api import Json, ServerAway
from mistudio.client.client import Client

__all__ = ["Api", "Json", "ServerAway", "open_client"]


class Api(AnyApi):
    """Calls to the server of MISTUDIO_URL, else to this machine's."""

    def __init__(self, url: str | None = None) -> None:
        settings = load_settings()
        token = settings.api_token.get_secret_value() if settings.api_token is not None else None
        super().__init__(url or settings.url or f"http://127.0.0.1:{settings.port}", token)


def open_client() -> Client:
    """The Python client at the same server."""
    load_settings()
    return Client()
