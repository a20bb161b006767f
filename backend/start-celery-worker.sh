#!/bin/sh
# Start a worker of this checkout: all queues, or those of the options (-Q datasets,processing -c 4 --name second).
# DATABASE_URL, REDIS_URL and MISTUDIO_DATA_DIR say where it works, from the environment or .env beside the Makefile.
set -eu
cd "$(dirname "$0")/.."
exec backend/.venv/bin/python -m mistudio.cli worker "$@"
