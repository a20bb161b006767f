#!/bin/sh
# Bring backend/.venv to what the lock says: `run` for what miStudio needs, `test` for the tools of development
# as well. The second holds the first, so either serves `run`. Nothing is done when nothing changed.
set -eu
cd "$(dirname "$0")/.."
wanted=$1
venv=backend/.venv
locks=backend/requirements-dev.lock
[ "$wanted" = test ] || locks="$locks backend/requirements.lock"

current() {
    cmp -s backend/pyproject.toml "$venv/installed.toml" || return 1
    for lock in $locks; do
        ! cmp -s "$lock" "$venv/installed.lock" || return 0
    done
    return 1
}

works() {
    "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if works && current; then
    exit 0
fi
PYTHON=$(scripts/python.sh)
export PYTHON
if ! works; then
    scripts/uv.sh venv --quiet --clear --python "$PYTHON" "$venv"
fi
lock=${locks##* } # the smallest that will do
echo "Installing $lock in $venv" >&2
rm -f "$venv/installed.lock" "$venv/installed.toml"
scripts/uv.sh pip sync --quiet --require-hashes --python "$venv/bin/python" "$lock"
scripts/uv.sh pip install --quiet --no-deps --python "$venv/bin/python" --editable backend
cp "$lock" "$venv/installed.lock"
cp backend/pyproject.toml "$venv/installed.toml"
