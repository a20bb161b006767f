"""The command line. `python -m mistudio.cli` is the same as `mistudio`."""

import sys

from mistudio.core.errors import AppError

__all__ = ["main"]

SERVERS = ("up", "api", "worker", "migrate", "doctor")


def main() -> None:
    """Run a command. What is expected to go wrong is said in a sentence, with exit status 1."""
    if sys.argv[1:2] and sys.argv[1] in SERVERS:  # they start without what the client's commands import
        from mistudio.cli.stack import app
    else:
        from mistudio.cli.app import app

    try:
        app()
    except AppError as error:
        print(f"mistudio: {error.detail}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
