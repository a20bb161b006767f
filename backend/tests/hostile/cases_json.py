"""JSON and JSONL."""

from tests.hostile.case import Case, column, long_line


def nested(levels: int) -> bytes:
    """A value nested so deep in a row that the row has `levels` levels."""
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def jsonl(name: str, content: bytes, *args: object, **more: object) -> Case:
    return Case(f"JSONL: {name}", "x.jsonl", content, *args, **more)  # type: ignore[arg-type]


def document(name: str, content: bytes, *args: object, **more: object) -> Case:
    return Case(f"JSON: {name}", "x.json", content, *args, **more)  # type: ignore[arg-type]


ONE_TWO = column("a", [1, 2])
SHORTER = {"max_row_bytes": 32_000_000}
FEWER = {"max_columns": 1000}
SET_ASIDE = {"on_bad_rows": "set_aside"}

JSON = [
    jsonl("truncated", b'{"a":1}\n{"a":', "BAD_ROWS", {"row": 2}),
    jsonl("truncated, set aside", b'{"a":1}\n{"a":', rows=column("a", [1]), options=SET_ASIDE),
    jsonl("depth 60", b'{"b":1}\n' + nested(60), None),
    jsonl("depth 101", b'{"b":1}\n' + nested(101), "TOO_DEEP", {"row": 2}),
    jsonl("depth 20 000", b'{"b":1}\n' + nested(20_000), "TOO_DEEP", {"row": 2}),
    jsonl("depth 20 000, one bracket a line", b'{"b":1}\n' + b"[\n" * 20_000, "BAD_ROWS", {"row": 2}),
    jsonl("depth 20 000, unclosed objects", b'{"a":{}\n' * 20_000, "BAD_ROWS", {"row": 1}),
    jsonl("many brackets, none deep", b'{"a":[%b]}' % b",".join([b"[]"] * 5000), None),
    jsonl(
        "brackets within strings",
        b'{"a":"%b\\"%b"}' % (b"[" * 500, b"{" * 500),
        rows=column(
            "a",
            [
                "[" * 500 + '"' + "{" * 500,
            ],
        ),
    ),
    jsonl("NaN", b'{"a":1.5}\n{"a":NaN}\n', "BAD_ROWS", {"row": 2, "reason": "NaN is not valid JSON"}),
    jsonl("Infinity", b'{"a":Infinity}\n', "BAD_ROWS", {"row": 1}),
    jsonl("minus Infinity in a list", b'{"a":[1,-Infinity]}\n', "BAD_ROWS", {"row": 1}),
    jsonl("the word NaN in a string", b'{"a":"NaN","b":1e300}\n', rows=[{"a": "NaN", "b": 1e300}]),
    jsonl("30 digits", b'{"a":1}\n{"a":123456789012345678901234567890}\n', "BAD_ROWS", {"row": 2}),
    jsonl("beyond 64 bits by one", b'{"a":9223372036854775808}\n', "BAD_ROWS", {"row": 1}),
    jsonl(
        "the largest and smallest",
        b'{"a":9223372036854775807}\n{"a":-9223372036854775808}\n',
        rows=column("a", [2**63 - 1, -(2**63)]),
        types={"a": "int64"},
    ),
    jsonl(
        "too long beside decimals", b'{"a":0.5}\n{"a":9007199254740993}\n', "BAD_ROWS", {"row": 2, "column": "a"}
    ),
    jsonl(
        "long but exact beside decimals",
        b'{"a":0.5}\n{"a":9007199254740994}\n',
        rows=column("a", [0.5, 9007199254740994.0]),
    ),
    jsonl("a number too large for a float", b'{"a":1e400}\n', "BAD_ROWS", {"row": 1}),
    jsonl("mixed types", b'{"a":1}\n{"a":"x"}\n', "BAD_ROWS", {"row": 2, "column": "a"}),
    jsonl("mixed types, set aside", b'{"a":1}\n{"a":"x"}\n{"a":2}\n', rows=ONE_TWO, options=SET_ASIDE),
    jsonl("mixed types late", b'{"a":1}\n' * 700_000 + b'{"a":"x"}\n', "BAD_ROWS", {"row": 700_001, "column": "a"}),
    jsonl("mixed types in a list", b'{"a":[1,"x"]}\n', "BAD_ROWS", {"row": 1, "column": "a"}),
    jsonl("boolean and number", b'{"a":true}\n{"a":1}\n', "BAD_ROWS", {"row": 2}),
    jsonl("object and list", b'{"a":{}}\n{"a":[]}\n', "BAD_ROWS", {"row": 2}),
    jsonl("missing keys", b'{"a":1}\n{"b":"x"}\n', rows=[{"a": 1, "b": None}, {"a": None, "b": "x"}]),
    jsonl(
        "a key that comes late", b'{"a":1}\n' * 700_000 + b'{"a":1,"b":"x"}\n', types={"a": "int64", "b": "string"}
    ),
    jsonl("no keys", b"{}\n{}\n", "MALFORMED_FILE"),
    jsonl("duplicate keys", b'{"a":1}\n{"a":1,"b":2,"a":3}\n', "BAD_ROWS", {"row": 2, "column": "a"}),
    jsonl("duplicate keys, one escaped", b'{"a":1,"\\u0061":2}\n', "BAD_ROWS", {"row": 1}),
    jsonl("duplicate keys within", b'{"a":{"x":1,"x":2}}\n', "BAD_ROWS", {"row": 1}),
    jsonl("lone surrogate", b'{"a":"x"}\n{"a":"\\ud800"}\n', "BAD_ROWS", {"row": 2}),
    jsonl("lone surrogate in a key", b'{"\\udfff":"x"}\n', "BAD_ROWS", {"row": 1}),
    jsonl("surrogate pair", b'{"a":"\\ud83d\\ude00"}\n', rows=column("a", ["😀"])),
    jsonl("NUL in a string", b'{"a":"x\\u0000y"}\n', rows=column("a", ["x\0y"])),
    jsonl("NUL in a key", b'{"a\\u0000":1}\n', "MALFORMED_FILE"),
    jsonl("NUL in a key within", b'{"a":{"b\\u0000":1}}\n', "MALFORMED_FILE"),
    jsonl("NUL in a key, no split column", b'{"a\\u0000":1}\n', "MALFORMED_FILE", options={"split_column": "s"}),
    jsonl("control character in a string", b'{"a":"x\ty"}\n', "BAD_ROWS", {"row": 1}),
    jsonl("mark", '\ufeff{"a":1}\n{"a":2}\n'.encode(), rows=ONE_TWO),
    jsonl("UTF-16", '{"a":1}\n{"a":2}\n'.encode("utf-16"), rows=ONE_TWO),
    jsonl("blank lines", b'\n{"a":1}\n\n  \n{"a":2}\n\n', rows=ONE_TWO),
    jsonl("CRLF", b'{"a":1}\r\n{"a":2}\r\n', rows=ONE_TWO),
    jsonl("spaces around", b' {"a":1} \n\t{"a":2}\n', rows=ONE_TWO),
    jsonl("two rows on a line", b'{"a":1} {"a":2}\n', "BAD_ROWS", {"row": 1}),
    jsonl("a row over two lines", b'{"b":1}\n{"a":\n1}\n', "BAD_ROWS", {"row": 2}),
    jsonl("a scalar", b'{"a":1}\n7\n', "BAD_ROWS", {"row": 2}),
    jsonl("a list", b'{"a":1}\n[1]\n', "BAD_ROWS", {"row": 2}),
    jsonl("null", b'{"a":1}\nnull\n', "BAD_ROWS", {"row": 2}),
    jsonl("text", b"no JSON at all\n", "BAD_ROWS", {"row": 1}),
    jsonl("single quotes", b"{'a':1}\n", "BAD_ROWS", {"row": 1}),
    jsonl("trailing comma", b'{"a":1,}\n', "BAD_ROWS", {"row": 1}),
    jsonl("comment", b'{"a":1} // one\n', "BAD_ROWS", {"row": 1}),
    jsonl(
        "dates stay text",
        b'{"a":"2024-01-01","b":["2024-01-01 00:00:00"]}\n',
        rows=[
            {"a": "2024-01-01", "b": ["2024-01-01 00:00:00"]},
        ],
    ),
    jsonl(
        "wrong byte",
        b'{"a":"x"}\n{"a":"\xff"}\n',
        "UNKNOWN_ENCODING",
        {"position": 16},
        options={
            "encoding": "utf-8",
        },
    ),
    jsonl("1 GB on one line", long_line(b'{"a":1}\n{"a":"', b"x"), "ROW_TOO_LONG", {"row": 2}),
    jsonl("1001 keys", b"\n".join(b'{"k%d":1}' % i for i in range(1001)), "TOO_MANY_COLUMNS", limits=FEWER),
    jsonl(
        "10 001 keys within", b'{"a":{%b}}' % b",".join(b'"k%d":1' % i for i in range(10_001)), "TOO_MANY_COLUMNS"
    ),
    document("truncated", b'[{"a":1},{"a":2}', "MALFORMED_FILE", {"reason": "it ends too early"}),
    document("truncated within a string", b'[{"a":1},{"a":"x', "MALFORMED_FILE"),
    document("depth 101", b"[" + nested(100) + b"]", "TOO_DEEP"),
    document("depth 20 000", b"[" * 20_000 + b"]" * 20_000, "TOO_DEEP"),
    document(
        "depth 20 000 around the list", b'{"m":%b%b,"d":[{"a":1}]}' % (b"[" * 20_000, b"]" * 20_000), "TOO_DEEP"
    ),
    document("NaN", b'[{"a":NaN}]', "BAD_ROWS", {"row": 1}),
    document("30 digits", b'[{"a":1},\n{"a":123456789012345678901234567890}]', "BAD_ROWS", {"row": 2}),
    document("mixed types", b'[{"a":1},{"a":"x"}]', "BAD_ROWS", {"row": 2, "column": "a"}),
    document("duplicate keys", b'[{"a":1,"a":2}]', "BAD_ROWS", {"row": 1, "column": "a"}),
    document("lone surrogate", b'[{"a":"\\udc00"}]', "BAD_ROWS", {"row": 1}),
    document("mark", '\ufeff[{"a":1},{"a":2}]'.encode(), rows=ONE_TWO),
    document("scalar", b"42", "MALFORMED_FILE"),
    document("string", b'"text"', "MALFORMED_FILE"),
    document("list of scalars", b"[1,2]", "BAD_ROWS", {"row": 1}),
    document("list of lists", b"[[1],[2]]", "BAD_ROWS", {"row": 1}),
    document("empty list", b"[]", "EMPTY_FILE"),
    document("object holding an empty list", b'{"data":[]}', "EMPTY_FILE"),
    document(
        "object holding a list",
        b'{"version":"1","tags":["x"],"data":[{"a":1},{"a":2}],"n":{"l":[{}]}}',
        rows=ONE_TWO,
    ),
    document("object holding two lists", b'{"x":[{"a":1}],"y":[{"a":2}]}', "MALFORMED_FILE"),
    document("object holding none", b'{\n"a":{"b":1}\n}', "MALFORMED_FILE"),
    document("lines in a .json file", b'{"a":1}\n{"a":2}\n', rows=ONE_TWO),
    document("over many lines", b'[\n {\n  "a" : 1\n } ,\r\n {"a":\t2}\n]\n', rows=ONE_TWO),
    document("trailing comma", b'[{"a":1},]', "BAD_ROWS", {"row": 2}),
    document("two commas", b'[{"a":1},,{"a":2}]', "BAD_ROWS", {"row": 2}),
    document("no comma", b'[{"a":1}{"a":2}]', "BAD_ROWS", {"row": 1}),
    document("something after the end", b'[{"a":1}] [{"a":2}]', "MALFORMED_FILE"),
    document("line end in a string", b'[{"a":"x\ny"}]', "BAD_ROWS", {"row": 1}),
    document("1 GB in an element", long_line(b'[{"a":1},{"a":"', b"x"), "ROW_TOO_LONG", {"row": 2}, limits=SHORTER),
    document("1 GB before it", long_line(b'{"a":"', b"x"), "MALFORMED_FILE"),
]
