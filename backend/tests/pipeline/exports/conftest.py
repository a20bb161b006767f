"""Results to export, and the export as one call."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mistudio.pipeline.exports.run import export
from mistudio.pipeline.progress import silent
from mistudio.schemas.export import Exported, ExportRequest
from tests.pipeline.finished import Finished, finished

MakeExport = Callable[..., tuple[Path, Exported]]


@pytest.fixture(scope="session")
def padded(tmp_path_factory: pytest.TempPathFactory, demo_tokenizer: Path) -> Finished:
    return finished(tmp_path_factory.mktemp("padded"), demo_tokenizer, max_length=48)


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory, demo_tokenizer: Path) -> Finished:
    return finished(tmp_path_factory.mktemp("packed"), demo_tokenizer, packing={"context_size": 32})


@pytest.fixture
def make_export(tmp_path: Path) -> MakeExport:
    """Export a result: (directory, what was written)."""

    def make(made: Finished, format: str, **options: Any) -> tuple[Path, Exported]:
        request = ExportRequest.model_validate({"format": format, **options})
        return tmp_path / "export", export(made.path, tmp_path / "export", request, silent)

    return make
