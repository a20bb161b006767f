"""`mistudio up` with small programs in place of the API and the workers, so that the supervisor alone is tried.

Each program starts one more process in a session of its own, as a job does, and says which.
"""

import http.server
import os
import subprocess
import sys
import time

from mistudio.cli import main
from mistudio.local import supervisor
from mistudio.local.child import Program


def programs(settings: object) -> list[Program]:
    names = ("api", "worker", "reserved")
    return [
        Program(name, [sys.executable, "-m", "tests.local.stand_in", "be", name], grace_s=5.0) for name in names
    ]


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/v1/ready" else 404)
        self.end_headers()


def be(name: str) -> None:
    below = subprocess.Popen(["sleep", "600"], start_new_session=True)
    print(f"{name} is {os.getpid()} and started {below.pid}", flush=True)
    if name == "api":
        http.server.HTTPServer(("127.0.0.1", int(os.environ["MISTUDIO_PORT"])), Ready).serve_forever()
    time.sleep(600)


if __name__ == "__main__":
    if sys.argv[1] == "be":
        be(sys.argv[2])
    else:
        supervisor.programs = programs
        main()
