"""Names of repositories on the Hub, told apart from everything else a string can mean to a loader.

The libraries below read a path, an address or the name of a built-in reader where a repository is not found.
So nothing reaches them that is not a repository's name by shape.
"""

import re

from mistudio.core.errors import HubNameInvalid, HubNoData, HubRevisionNotFound

_SEGMENT = r"(?=[A-Za-z0-9_])[A-Za-z0-9_.\-]{1,96}(?<=[A-Za-z0-9_])"
_NAME = re.compile(rf"(?:{_SEGMENT}/)?{_SEGMENT}")
_SPLIT = re.compile(r"\w+(\.\w+)*")  # as `datasets` has it
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/\-]{0,199}")

# Single words that `datasets` takes for one of its own readers.
_READER_NAMES = """
arrow audiofolder cache csv eval generator geoparquet hdf5 imagefolder json lance mesh meshfolder niftifolder
pandas parquet pdb pdffolder spark sql text videofolder vortex webdataset xml
"""
_READERS = frozenset(_READER_NAMES.split())
# First segments that are parts of the Hub's own addresses.
_ROUTES = frozenset({"api", "buckets", "datasets", "files", "kernels", "models", "resolve", "spaces"})


def check_dataset_name(name: str) -> str:
    """Return the name if it is `namespace/name` or a single known-shape name. Raises HubNameInvalid."""
    return _checked(name, "dataset")


def check_model_name(name: str) -> str:
    """Return the name if it can be that of a model repository. Raises HubNameInvalid."""
    return _checked(name, "model")


def check_revision(revision: str) -> str:
    """Return the branch, tag or commit id if it has the shape of one. Raises HubRevisionNotFound."""
    if not _REVISION.fullmatch(revision) or ".." in revision or "//" in revision:
        raise HubRevisionNotFound("This is not the name of a branch, a tag or a commit.")
    return revision


def check_split_name(split: str) -> str:
    """Return the name if it can be that of a split, and of a folder. Raises HubNoData."""
    if not _SPLIT.fullmatch(split) or len(split) > 100:
        raise HubNoData(f"{split[:100]!r} cannot be the name of a split.")
    return split


def _checked(name: str, kind: str) -> str:
    first, _, rest = name.partition("/")
    malformed = not _NAME.fullmatch(name) or "--" in name or ".." in name or name.endswith(".git")
    if malformed or first.lower() in _ROUTES or (not rest and first.lower() in _READERS):
        raise HubNameInvalid(
            f"This is not the name of a {kind} on the Hub. Names look like namespace/name, "
            "with letters, digits, '-', '_' and '.'."
        )
    return name
