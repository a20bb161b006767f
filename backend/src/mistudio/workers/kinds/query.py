"""SQL and filters over a raw dataset, answered while somebody waits."""

from dataclasses import asdict

from mistudio.core.errors import AppError, DatasetNotReady
from mistudio.db.models import Dataset
from mistudio.pipeline import query
from mistudio.pipeline.child_limits import limit
from mistudio.services.job_views import failure_json
from mistudio.workers.child import Message, Reporter, Work
from mistudio.workers.context import Context

LIMITS = query.QueryLimits()
ADDRESS_SPACE = 8 * LIMITS.memory_bytes  # mapped files count too
CPU_S = 60


def query_work(context: Context, dataset: Dataset | None) -> Work:
    """params: what (sql or filter), split, and those of the request."""
    if dataset is None or dataset.raw_path is None:
        raise DatasetNotReady
    root, asked = context.storage.inside(dataset.raw_path), context.job.params

    def work(report: Reporter) -> Message:
        limit(memory_bytes=ADDRESS_SPACE + (dataset.meta.get("size_bytes") or 0), cpu_s=CPU_S)
        try:
            if asked["what"] == "sql":
                rows = query.select(root, asked["split"], asked["query"], asked["limit"], LIMITS)
            else:
                rows = query.filter_rows(
                    root, asked["split"], asked["where"], asked["orderby"], asked["offset"], asked["limit"], LIMITS
                )
        except AppError as error:
            return {"error": failure_json(error)}
        return {"result": {**asdict(rows), "num_rows_per_page": asked["limit"]}}

    return work
