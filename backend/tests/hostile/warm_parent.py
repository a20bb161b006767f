"""A process that has the imports and forks a limited child for each file, as a worker does.

One JSON request a line on stdin: {act, path, filename, out, options, limits, memory_bytes, cpu_s}. One JSON answer
a line on stdout: {summary} or {preview} or {code, detail, extra} or {signal}, each with max_rss_bytes and seconds.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from mistudio.core.errors import AppError
from mistudio.pipeline.child_limits import limit
from mistudio.pipeline.ingest import ingest
from mistudio.pipeline.inspect import answer
from mistudio.pipeline.progress import silent
from mistudio.schemas.metadata import IngestOptions, ReadLimits


def act(request: dict[str, Any]) -> dict[str, Any]:
    if request["act"] == "inspect":
        said: dict[str, Any] = json.loads(answer(request))
        return said if "code" in said else {"preview": said}
    options, limits = IngestOptions(**request["options"]), ReadLimits(**request["limits"])
    try:
        summary = ingest(Path(request["path"]), request["filename"], Path(request["out"]), options, limits, silent)
    except AppError as error:
        return {"code": error.code, "detail": error.detail, "extra": error.extra}
    return {"summary": summary.model_dump(mode="json")}


def in_child(request: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        limit(request["memory_bytes"], request["cpu_s"])
        said = json.dumps(act(request)).encode()
        while said:
            said = said[os.write(writing, said) :]
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    result: dict[str, Any] = json.loads(said) if code == 0 else {"signal": code}
    return result | {"max_rss_bytes": usage.ru_maxrss * 1024, "seconds": time.monotonic() - started}


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(in_child(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
