"""What schemathesis cannot know of our document."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def raw(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A piece of an upload: the bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
