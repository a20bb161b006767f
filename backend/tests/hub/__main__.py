"""The local Hub as a process: `python -m tests.hub --port 8930 --root DIR`, with the sample repositories."""

import argparse
from pathlib import Path

import uvicorn

from tests.hub.samples import add_samples
from tests.hub.server import configured, listen, origin
from tests.hub.state import HubState


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="free by default; the file store takes another")
    parser.add_argument("--root", type=Path, required=True, help="where the files are made")
    parser.add_argument("--dataset", action="append", default=[], metavar="NAME=FOLDER", help="one more dataset")
    arguments = parser.parse_args()
    state = HubState(arguments.root)
    add_samples(state)
    for name, _, folder in (given.partition("=") for given in arguments.dataset):
        files = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()}
        state.dataset(name, files)
    hub, store = listen(arguments.port), listen()
    print(origin(hub), flush=True)
    uvicorn.Server(configured(state, store)).run(sockets=[hub, store])


if __name__ == "__main__":
    main()
