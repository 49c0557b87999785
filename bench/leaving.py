"""What `michi leave` takes as a city grows: seconds, and the most memory that it has.

    python -m bench.leaving [tickets]

Every ticket has a report, a photo (which is not in the store), a follower and two lines of history.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from bench.ground import ground
from bench.growth import fill
from settings import ROOT

LEAVE: Final = "from cli.app import app; app(prog_name='michi')"


def main(tickets: int = 10_000) -> int:
    with ground(durable=False) as folder:
        fill(tickets // 2, tickets - tickets // 2)
        seconds, megabytes = _leave(folder / "out")
        told = json.loads((folder / "out" / "manifest.json").read_text())
        size = sum(one["bytes"] for one in told["files"])
    figures = {
        "tickets": told["rows"]["tickets"],
        "rows": sum(told["rows"].values()),
        "bytes": size,
        "seconds": round(seconds, 1),
        "peak_mb": round(megabytes),
    }
    print(json.dumps(figures))
    return 0 if told["rows"]["tickets"] == tickets else 1


def _leave(to: Path) -> tuple[float, float]:
    """Seconds, and megabytes at most."""
    words = [sys.executable, "-c", LEAVE, "leave", str(to), "--yes", "--no-photos"]
    began = time.monotonic()
    ran = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(ran.pid, 0)
    ran.returncode = os.waitstatus_to_exitcode(status)
    if ran.returncode:
        raise SystemExit(ran.returncode)
    return time.monotonic() - began, used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
