"""The API's part of talking to the Hub stays light."""

import subprocess
import sys


def test_the_api_starts_without_the_hub_s_libraries() -> None:
    heavy = "{'datasets', 'transformers', 'huggingface_hub', 'pandas'}"
    code = f"import sys, mistudio.services.hub_service, mistudio.api.hub; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"
