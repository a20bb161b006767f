"""miStudio turns text into token datasets."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mistudio.client import Client

__version__ = "0.1.0"
__all__ = ["Client", "__version__"]


def __getattr__(name: str) -> Any:
    """The client is imported when it is asked for: most of what imports this package never does."""
    if name == "Client":
        from mistudio.client import Client

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
