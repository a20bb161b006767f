"""What must hold after every fault, whatever it was."""

import json
from pathlib import Path

import datasets
import psutil
import pyarrow as pa
import xxhash

from mistudio.pipeline.arrow_read import shard_files, split_names
from mistudio.pipeline.content_hash import ContentHash
from tests.local.waiting import eventually
from tests.stack import Stack

ENDED = "('succeeded', 'failed', 'cancelled')"
WATCH = """
CREATE TABLE seen (
    id bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, fence bigint, state text, progress double precision);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO seen (job_id, fence, state, progress) VALUES (NEW.id, NEW.fence, NEW.state, NEW.progress);
    RETURN NULL;
END $$;
CREATE TRIGGER see AFTER UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION see();
"""
WENT_BACK = """
SELECT * FROM (
    SELECT job_id, fence, progress, lag(fence) OVER w AS fence_before, lag(progress) OVER w AS before FROM seen
    WINDOW w AS (PARTITION BY job_id ORDER BY id)
) AS steps WHERE fence < fence_before OR (fence = fence_before AND progress < before)
"""
ENDED_TWICE = f"""
SELECT job_id, count(DISTINCT state) FROM seen WHERE state IN {ENDED}
GROUP BY job_id HAVING count(DISTINCT state) > 1
"""


def watch(stack: Stack) -> None:
    """Record every change of a job, so that nothing that happened between two looks is missed."""
    stack.postgres.sql(WATCH, stack.database)


def assert_clean(stack: Stack) -> None:
    assert (
        stack.sql("SELECT kind, state, id FROM jobs WHERE state NOT IN ('succeeded', 'failed', 'cancelled')") == []
    )
    assert stack.sql(WENT_BACK) == []
    assert stack.sql(ENDED_TWICE) == []
    eventually(lambda: working(stack) == [], 5)
    eventually(lambda: staged(stack) == [], 20)
    eventually(lambda: published(stack) == pointed(stack), 20)
    assert [status for status in stack.statuses if status[0] >= 500 and status[0] != 503] == []
    for path, content_hash in stack.sql("SELECT path, result->>'content_hash' FROM tokenizations WHERE path <> ''"):
        assert_whole(stack.data / path, content_hash)
    for (path,) in stack.sql("SELECT raw_path FROM datasets WHERE raw_path <> ''"):
        assert datasets.load_from_disk(str(stack.data / path)).num_rows


def working(stack: Stack) -> list[psutil.Process]:
    """Processes that should not be there: at work, or orphaned."""
    at_rest = set()
    for name in filter(stack.running, stack.processes):
        main = psutil.Process(stack.processes[name].pid)
        at_rest |= {main, *main.children()} if name != "api" else {main, *main.children(recursive=True)}
    return [process for process in stack.marked() if process not in at_rest]


def staged(stack: Stack) -> list[Path]:
    folder = stack.data / ".staging"
    return list(folder.iterdir()) if folder.is_dir() else []


def published(stack: Stack) -> set[str]:
    """Directories of raw data and results on the disk."""
    patterns = ("datasets/raw/*/*", "datasets/tokenized/*/*/*")
    return {str(path.relative_to(stack.data)) for pattern in patterns for path in stack.data.glob(pattern)}


def pointed(stack: Stack) -> set[str]:
    rows = stack.sql(
        "SELECT raw_path FROM datasets WHERE raw_path <> '' UNION SELECT path FROM tokenizations WHERE path <> ''"
    )
    return {path for (path,) in rows}


def assert_whole(result: Path, content_hash: str) -> None:
    """It opens with `datasets`, and its rows have the hash that was recorded when they were written."""
    assert datasets.load_from_disk(str(result)).num_rows
    hashes = {}
    for split in split_names(result):
        content: ContentHash | None = None
        for path in shard_files(result, split):
            with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
                content = content or ContentHash(reader.schema)
                for batch in reader:
                    content.update(batch)
        hashes[split] = content.hexdigest() if content else ""
    assert xxhash.xxh3_128(json.dumps(hashes).encode()).hexdigest() == content_hash
    assert json.loads((result / "mistudio.json").read_text())["content_hash"] == content_hash
