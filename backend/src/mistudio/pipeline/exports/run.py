"""An export from a result's directory to a directory of its own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from mistudio.pipeline.arrow_store import sync_tree
from mistudio.pipeline.exports import binary, jsonl, parquet, saelens
from mistudio.pipeline.exports.source import Source, open_source
from mistudio.pipeline.progress import Progress
from mistudio.pipeline.result_recipe import RECIPE
from mistudio.schemas.export import Exported, ExportFile, ExportFormat, ExportRequest
from mistudio.schemas.metadata import JsonObject

FACTS = "export.json"
WRITERS: dict[ExportFormat, Callable[[Source, Path, ExportRequest], JsonObject]] = {
    "parquet": parquet.write,
    "jsonl": jsonl.write,
    "saelens": saelens.write,
    "bin": binary.write,
}


def export(result: Path, out: Path, request: ExportRequest, progress: Progress) -> Exported:
    """Write the result's rows into the new directory `out`, synced to disk, with the recipe and export.json.

    Memory does not grow with the result. Raises SplitNotFound, EmptyDataset, and OptionNotSupported where the rows
    do not fit the format.
    """
    source = open_source(result, request.split, progress)
    out.mkdir()
    details = WRITERS[request.format](source, out, request)
    made = Exported(
        format=request.format,
        num_rows=source.rows,
        content_hash=source.recipe.content_hash or "",
        details=details,
    )
    shutil.copyfile(result / RECIPE, out / RECIPE)
    facts = made.model_dump(mode="json", exclude={"files", "size_bytes"})
    (out / FACTS).write_text(json.dumps(facts, indent=2), encoding="utf-8")
    sync_tree(out)
    files = [
        ExportFile(path=path.relative_to(out).as_posix(), size_bytes=path.stat().st_size)
        for path in sorted(out.rglob("*"))
        if path.is_file()
    ]
    return made.model_copy(update={"files": files, "size_bytes": sum(file.size_bytes for file in files)})
