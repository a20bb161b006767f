"""Ports and addresses."""

import errno
import ipaddress
import socket

from mistudio.core.config import LOOPBACK_NAMES, Settings
from mistudio.core.errors import ConfigurationError


def free_port() -> int:
    """A port of the loopback address that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_loopback(host: str) -> bool:
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_token(settings: Settings) -> None:
    """Raises ConfigurationError when other machines could reach an API that asks for nothing."""
    if settings.api_token is None and not is_loopback(settings.host):
        raise ConfigurationError(
            f"MISTUDIO_HOST {settings.host} lets other machines in: set MISTUDIO_API_TOKEN to a long random text "
            "first, or bind to 127.0.0.1."
        )


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address, ready to listen on. Raises ConfigurationError, which says what to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ConfigurationError(
            f"MISTUDIO_HOST {host!r} is no address of this machine: {error.strerror}."
        ) from None
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"Port {port} of {host} is in use by another program. Choose another one with MISTUDIO_PORT."
            ) from None
        raise ConfigurationError(
            f"Cannot listen on {host}:{port} ({error.strerror}). Change MISTUDIO_HOST or MISTUDIO_PORT."
        ) from None
    return bound
