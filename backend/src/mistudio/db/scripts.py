"""Where the migrations lie."""

from pathlib import Path


def scripts() -> Path:
    """The Alembic directory: of the checkout, or of the installed package."""
    here = Path(__file__).resolve()
    candidates = [here.parents[3] / "alembic", here.parents[1] / "_alembic"]
    return next(path for path in candidates if path.is_dir())
