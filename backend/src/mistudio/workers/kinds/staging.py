"""The staging directory of an attempt, and what earlier attempts of the same job left."""

from pathlib import Path

from mistudio.core.storage import remove_tree
from mistudio.workers.context import Context


def fresh(context: Context) -> Path:
    """A new, empty directory for this attempt's result; its parent exists afterwards, itself not."""
    path = context.storage.staging(context.job.id, context.job.fence)
    remove_tree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def earlier(context: Context) -> list[Path]:
    """Directories of attempts under a lower fence, newest first."""
    folder = context.storage.job_staging(context.job.id)
    fences = [int(p.name) for p in folder.iterdir() if p.name.isdigit()] if folder.is_dir() else []
    return [folder / str(fence) for fence in sorted(fences, reverse=True) if fence < context.job.fence]
