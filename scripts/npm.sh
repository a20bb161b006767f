#!/bin/sh
# Run npm in frontend/: with the machine's Node if that is version 20 or newer, else with one from PyPI, kept in
# .tools/node. `npm.sh --node FILE…` runs Node itself.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
tools=$root/.tools/node

if ! { node -e 'process.exit(parseInt(process.versions.node) < 20)' && npm --version; } >/dev/null 2>&1; then
    lock=$root/backend/requirements-node.lock
    if ! cmp -s "$lock" "$tools/installed.lock"; then
        echo "Installing Node in .tools" >&2
        PYTHON=$("$root/scripts/python.sh")
        export PYTHON
        "$root/scripts/uv.sh" venv --quiet --clear --python "$PYTHON" "$tools"
        "$root/scripts/uv.sh" pip sync --quiet --require-hashes --python "$tools/bin/python" "$lock"
        cp "$lock" "$tools/installed.lock"
    fi
    PATH=$tools/bin:$PATH
    export PATH
fi
unset NODE_ENV NODE_OPTIONS
cd "$root/frontend"
if [ "${1-}" = --node ]; then
    shift
    exec node "$@"
fi
exec npm "$@"
