"""Prints the OpenAPI document: `python -m mistudio.openapi`. The page's client is generated from it."""

import json
import sys

from mistudio.core.config import Settings
from mistudio.main import make_api


def main() -> None:
    document = make_api(Settings(_env_file=None)).openapi()
    json.dump(document, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
