#!/bin/sh
# Print the Python to make environments with: the first on PATH that is 3.11 or newer.
set -eu
for name in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13 python3.14 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        "$name" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done
echo "miStudio needs Python 3.11 or newer, and found none on PATH. Name one with PYTHON=/path/to/python3." >&2
exit 1
