"""`mistudio up` with an API that ends at once."""

import sys

from mistudio.cli import main
from mistudio.local import supervisor
from mistudio.local.child import Program

if __name__ == "__main__":
    broken = [sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"]
    supervisor.programs = lambda settings: [Program(name, broken, 1.0) for name in ("api", "worker")]
    main()
