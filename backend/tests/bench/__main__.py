"""`make bench`: every measurement, one after the other, each in a process of its own. Prints Markdown."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    here = Path(__file__).parent
    failed = []
    for script in sorted(here.glob("bench_*.py")):
        if subprocess.run([sys.executable, "-m", f"tests.bench.{script.stem}"], cwd=here.parents[1]).returncode:
            failed.append(script.stem)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
