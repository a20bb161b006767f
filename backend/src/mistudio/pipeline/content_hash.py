"""A hash of rows that does not depend on how they are cut into batches or shards."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash


class ContentHash:
    """Streaming 128-bit hash (XXH3) of a table: column types, values, nulls, order.

    Equal tables have equal hashes however they are chunked; a value under a null does not count.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._parts: dict[str, Any] = {}
        self._seen: dict[str, int] = {}  # key → elements so far, so that nulls are hashed by absolute position
        self._rows = 0

    def update(self, batch: pa.RecordBatch) -> None:
        self._rows += batch.num_rows
        for field, column in zip(self._schema, batch.columns, strict=True):
            self._array(field.name, column)

    def hexdigest(self) -> str:
        total = xxhash.xxh3_128()
        total.update("\n".join(f"{f.name}: {f.type}" for f in self._schema).encode())
        total.update(str(self._rows).encode())
        for name in sorted(self._parts):
            total.update(f"{name}={self._parts[name].hexdigest()};".encode())
        return total.hexdigest()

    def _feed(self, key: str, data: Any) -> None:
        self._parts.setdefault(key, xxhash.xxh3_128()).update(data)

    def _array(self, key: str, array: pa.Array) -> None:
        if isinstance(array, pa.ExtensionArray):
            array = array.storage
        kind = array.type
        if pa.types.is_dictionary(kind):
            self._array(key, array.dictionary_decode())
            return
        start = self._seen.get(key, 0)
        self._seen[key] = start + len(array)
        if array.null_count:
            self._feed(f"{key}/null", np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)) + start)
        if pa.types.is_null(kind):
            return
        if pa.types.is_struct(kind):
            for i in range(kind.num_fields):
                self._array(f"{key}.{kind.field(i).name}", array.field(i).filter(array.is_valid()))
            return
        if array.null_count:
            array = array.drop_null()
        if pa.types.is_fixed_size_list(kind):
            self._array(f"{key}[]", array.flatten())
        elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
            self._feed(f"{key}/len", _lengths(array))
            self._array(f"{key}[]", array.flatten())
        elif _is_binary(kind):
            self._feed(f"{key}/len", _lengths(array))
            self._feed(f"{key}/data", _bytes(array))
        elif pa.types.is_boolean(kind):
            self._feed(key, np.ascontiguousarray(array.cast(pa.uint8()).to_numpy(zero_copy_only=False)))
        else:
            width = kind.bit_width // 8
            buffer = array.buffers()[1]
            if buffer is not None:
                self._feed(key, memoryview(buffer)[array.offset * width : (array.offset + len(array)) * width])


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _lengths(array: pa.Array) -> np.ndarray[Any, Any]:
    lengths = pc.binary_length(array) if _is_binary(array.type) else pc.list_value_length(array)
    return np.ascontiguousarray(lengths.to_numpy(zero_copy_only=False).astype(np.int64))


def _bytes(array: pa.Array) -> memoryview:
    wide = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    _, offsets, data = array.buffers()
    if data is None or len(array) == 0:
        return memoryview(b"")
    view = np.frombuffer(offsets, np.int64 if wide else np.int32)[array.offset : array.offset + len(array) + 1]
    return memoryview(data)[int(view[0]) : int(view[-1])]
