"""The readers, a format a file."""
