"""The checksum by which the Hub lists a file."""

import hashlib

from mistudio.pipeline.hub.shapes import HubFile


def checksum(file: HubFile) -> "hashlib._Hash":
    """A digest to be fed with the content: SHA-256 for files of the file store, git's object id for the others."""
    if len(file.oid) == 64:
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
