"""Column types: which can be stored, how two of them become one, and which columns look like text."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from mistudio.core.errors import MalformedFile, TooDeep

AS_TEXT = {b"mistudio.read_as": b"text"}  # schema metadata of batches read from text: any type goes back to it

NOT_STORABLE = (pa.types.is_interval, pa.types.is_union, pa.types.is_list_view, pa.types.is_large_list_view)
MOST_NESTED = 60  # Arrow's file format and its C interface end at 64

USUAL_TEXT_NAMES = ("text", "content", "document", "body", "sentence", "article", "story", "prompt", "code")


def is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def read_as_text(schema: pa.Schema) -> bool:
    return bool(schema.metadata and schema.metadata.get(b"mistudio.read_as") == b"text")


def widen(known: pa.Schema, new: pa.Schema) -> pa.Schema:
    """The narrowest schema that holds the rows of both. New columns go to the end.

    Raises MalformedFile naming the column and both types when no type holds both without changing values.
    """
    if known.equals(new):
        return known
    as_text = read_as_text(known) and read_as_text(new)
    fields = {field.name: field.type for field in known}
    for field in new:
        old = fields.get(field.name, pa.null())
        fields[field.name] = field.type if old.equals(field.type) else _wider(field.name, old, field.type, as_text)
    return pa.schema(fields.items(), metadata=AS_TEXT if as_text else None)


def _wider(name: str, old: pa.DataType, new: pa.DataType, as_text: bool) -> pa.DataType:
    if as_text and not pa.types.is_null(old) and not pa.types.is_null(new):
        return pa.string()
    try:
        pair = [pa.schema([(name, old)]), pa.schema([(name, new)])]
        return pa.unify_schemas(pair, promote_options="permissive").field(0).type
    except (pa.ArrowTypeError, pa.ArrowInvalid) as error:
        raise MalformedFile(
            f"Column {name!r} holds {old} in some rows and {new} in others.",
            column=name,
            types=[str(old), str(new)],
        ) from error


def width(schema: pa.Schema) -> int:
    """The number of columns, fields of structs counted too."""
    return sum(_width(field.type) for field in schema)


def _width(kind: pa.DataType) -> int:
    if pa.types.is_struct(kind):
        return sum(_width(field.type) for field in kind) or 1
    return _width(kind.value_type) if pa.types.is_nested(kind) and not pa.types.is_map(kind) else 1


def nesting(schema: pa.Schema) -> int:
    """The deepest nesting of a column: 1 for a plain one."""
    deepest, todo = 0, [(1, field.type) for field in schema]
    while todo:
        depth, kind = todo.pop()
        deepest = max(deepest, depth)
        todo += [(depth + 1, kind.field(i).type) for i in range(kind.num_fields)]
    return deepest


def check_storable(schema: pa.Schema) -> None:
    """Raises MalformedFile for names that cannot be kept, TooDeep for columns nested too deeply to be written."""
    check_names(schema.names)
    if "\0" in str(schema.types):
        raise MalformedFile("The name of a field holds a NUL character.", reason="NUL in a field name")
    if nesting(schema) > MOST_NESTED:
        raise TooDeep(f"The columns are nested deeper than {MOST_NESTED} levels.", limit=MOST_NESTED)


def check_names(names: list[str]) -> None:
    """Raises MalformedFile for column names that stand twice, or that hold NUL, which a database cannot keep."""
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        detail = f"Two columns are named {twice[0][:100]!r}. Give each column a name of its own."
        raise MalformedFile(detail, columns=[name[:100] for name in twice[:100]], reason="duplicate column names")
    if any("\0" in name for name in names):
        raise MalformedFile("The name of a column holds a NUL character.", reason="NUL in a column name")


def text_from_null(schema: pa.Schema) -> pa.Schema:
    """Columns of a text file in which every cell is empty hold empty strings."""
    if not read_as_text(schema):
        return schema
    fields = [(f.name, pa.string() if pa.types.is_null(f.type) else f.type) for f in schema]
    return pa.schema(fields, metadata=schema.metadata)


def align(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with exactly the schema's columns, in its order and types; missing columns are null.

    Raises MalformedFile when a value does not survive the change of type.
    """
    if batch.schema.equals(schema):
        return batch
    as_text = read_as_text(schema)
    columns = [_column(batch, field, as_text) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(batch: pa.RecordBatch, field: pa.Field, as_text: bool) -> pa.Array:
    index = batch.schema.get_field_index(field.name)
    if index < 0:
        return pa.nulls(batch.num_rows, field.type)
    array = batch.column(index)
    if array.type.equals(field.type):
        return array
    try:
        array = array.cast(field.type)
    except pa.ArrowInvalid as error:
        raise MalformedFile(
            f"Column {field.name!r}: a value does not fit {field.type} ({error}).", column=field.name
        ) from error
    return pc.fill_null(array, "") if as_text and is_string(field.type) else array


def storable(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in types that `datasets` can describe: dictionaries decoded, maps as lists of key and value."""
    fields = [(field.name, storable_type(field.name, field.type)) for field in batch.schema]
    schema = pa.schema(fields, metadata=AS_TEXT if read_as_text(batch.schema) else None)
    if batch.schema.equals(schema):
        return batch if batch.schema.metadata == schema.metadata else batch.replace_schema_metadata(schema.metadata)
    columns = [c if c.type.equals(f.type) else c.cast(f.type) for c, f in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def storable_type(name: str, kind: pa.DataType) -> pa.DataType:
    """The type a column of this kind is stored in. Raises MalformedFile for those that cannot be stored."""
    if isinstance(kind, pa.BaseExtensionType):
        return storable_type(name, kind.storage_type)
    types = pa.types
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return storable_type(name, kind.value_type)
    if types.is_string_view(kind):
        return pa.string()
    if types.is_binary_view(kind):
        return pa.binary()
    if types.is_struct(kind):
        return pa.struct([(f.name, storable_type(f"{name}.{f.name}", f.type)) for f in kind])
    if types.is_map(kind):
        key, item = storable_type(name, kind.key_type), storable_type(name, kind.item_type)
        return pa.list_(pa.struct([("key", key), ("value", item)]))
    if types.is_fixed_size_list(kind):
        return pa.list_(storable_type(name, kind.value_type), kind.list_size)
    if types.is_large_list(kind):
        return pa.large_list(storable_type(name, kind.value_type))
    if types.is_list(kind):
        return pa.list_(storable_type(name, kind.value_type))
    if types.is_decimal32(kind) or types.is_decimal64(kind):
        return pa.decimal128(kind.precision, kind.scale)
    if (
        types.is_interval(kind)
        or types.is_union(kind)
        or types.is_list_view(kind)
        or types.is_large_list_view(kind)
    ):
        raise MalformedFile(f"Column {name!r} is of type {kind}, which cannot be stored.", column=name)
    return kind


def text_columns(batch: pa.RecordBatch) -> list[str]:
    """The columns that look like text, the likeliest first: a usual name, then the longest values on average."""
    found = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if not is_string(column.type):
            continue
        length = pc.mean(pc.utf8_length(column)).as_py() or 0.0
        usual = name.lower() in USUAL_TEXT_NAMES
        spaces = pc.sum(pc.match_substring(column, " ")).as_py() or 0
        if usual or 2 * spaces > len(column) - column.null_count:
            rank = USUAL_TEXT_NAMES.index(name.lower()) if usual else len(USUAL_TEXT_NAMES)
            found.append((rank, -length, name))
    return [name for _, _, name in sorted(found)]
