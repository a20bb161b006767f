"""Named places where tests stop a process to kill it there. Without MISTUDIO_FAILPOINTS nothing happens."""

import os
import time
from pathlib import Path

_FOLDER = os.environ.get("MISTUDIO_FAILPOINTS")


def reach(name: str) -> None:
    """If the file {folder}/{name} is there, take it, leave {name}.reached with our pid, wait until that is gone."""
    if _FOLDER is None:
        return
    armed, reached = Path(_FOLDER, name), Path(_FOLDER, f"{name}.reached")
    try:
        armed.rename(armed.with_suffix(f".{os.getpid()}"))
    except FileNotFoundError:
        return
    armed.with_suffix(f".{os.getpid()}").unlink()
    partial = reached.with_suffix(".partial")
    partial.write_text(str(os.getpid()))
    partial.rename(reached)
    while reached.exists():
        time.sleep(0.01)
