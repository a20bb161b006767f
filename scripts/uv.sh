#!/bin/sh
# Run uv: the one on PATH if it is new enough, else the pinned one from PyPI, kept in .tools/uv.
# The lock is installed with pip's hash check. PYTHON names the interpreter to bootstrap with.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
tools=$root/.tools/uv

new_enough() {
    version=$("$1" --version 2>/dev/null) || return 1
    "$PYTHON" - "$version" <<'PY'
import re, sys
found = re.search(r"(\d+)\.(\d+)", sys.argv[1])
sys.exit(not found or tuple(map(int, found.groups())) < (0, 8))
PY
}

: "${PYTHON:=$("$root/scripts/python.sh")}"
unset VIRTUAL_ENV CONDA_PREFIX PYTHONPATH PYTHONHOME
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
if new_enough uv; then
    exec uv "$@"
fi
lock=$root/backend/requirements-uv.lock
if ! cmp -s "$lock" "$tools/installed.lock"; then
    echo "Installing uv in .tools" >&2
    rm -rf "$tools"
    if "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
        "$PYTHON" -m venv "$tools"
        "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" >&2
    elif "$PYTHON" -m pip --version >/dev/null 2>&1; then
        "$PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes --target "$tools" -r "$lock" >&2
    else
        echo "$PYTHON has neither venv nor pip. Install one, for example: apt-get install python3-venv" >&2
        exit 1
    fi
    cp "$lock" "$tools/installed.lock"
fi
exec "$tools/bin/uv" "$@"
