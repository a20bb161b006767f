"""What the tests of the pipeline share."""

from pathlib import Path

import pytest

from tests.pipeline.finished import demo_folder


@pytest.fixture(scope="session")
def demo_tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo tokenizer."""
    return demo_folder(tmp_path_factory.mktemp("tokenizer"))
