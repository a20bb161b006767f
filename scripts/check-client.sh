#!/bin/sh
# The page's client is generated from frontend/openapi.json, which must be what the API says of itself.
set -eu
cd "$(dirname "$0")/../backend"
.venv/bin/python -m mistudio.openapi | .venv/bin/python -c '
import json, pathlib, sys
sys.exit(json.load(sys.stdin) != json.loads(pathlib.Path("../frontend/openapi.json").read_text("utf-8")))
' || {
    echo "frontend/openapi.json is out of date. In frontend/, run: npm run openapi && npm run generate" >&2
    exit 1
}
