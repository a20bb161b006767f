#!/bin/sh
# Lock files must install from any registry: none may name one.
set -eu
cd "$(dirname "$0")/.."
if grep -nE '"resolved"|--(extra-)?index-url|--find-links|https?://[^ ]*\.(whl|tgz|tar\.gz)' \
    backend/requirements*.lock frontend/package-lock.json; then
    echo "A lock file names a host. Run 'make lock', or npm with omit-lockfile-registry-resolved=true." >&2
    exit 1
fi
