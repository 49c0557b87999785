"""A clock of its own for a process of Michi, which can be put ahead or behind as it runs.

Only for as long as it is wanted: under libfaketime every wait of a thread takes a lock of the whole
process, so that one with many threads does little else.
"""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_APART = "import time; print(time.time())"


class Clocks:
    """A process that finds its own file as it starts reads it once a second from then on."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._library = _library(folder)
        self.left_out = [] if self._library else ["clocks apart: libfaketime is not there"]

    def line(self, name: str, command: str) -> str:
        """The line of a Procfile that runs this command, with a clock of its own where it has."""
        if not self._library:
            return f"{name}: exec {command}"
        file = self._folder / name
        env = " ".join(_env(self._library, file))
        return f"{name}: if [ -e {file} ]; then exec env {env} {command}; else exec {command}; fi"

    def put(self, name: str, seconds: int) -> None:
        """So many seconds ahead of the right time."""
        new = self._folder / f"{name}.new"
        new.write_text(f"{seconds:+d}\n")
        new.rename(self._folder / name)

    def take_away(self, name: str) -> None:
        """It has the right time from its next start on."""
        (self._folder / name).unlink()


def _env(library: Path, file: Path) -> list[str]:
    return [
        f"LD_PRELOAD={library}",
        f"FAKETIME_TIMESTAMP_FILE={file}",
        "FAKETIME_CACHE_DURATION=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "DONT_FAKE_MONOTONIC=1",
        "NO_FAKE_STAT=1",
    ]


def _library(folder: Path) -> Path | None:
    """libfaketime's, if it is there and works on this machine."""
    found = find_spec("libfaketime")
    if found is None or found.origin is None:
        return None
    vendored = Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
    (folder / "trial").write_text("+600\n")
    env = ["env", *_env(vendored, folder / "trial")]
    times = [
        subprocess.run([*before, sys.executable, "-c", _APART], capture_output=True, text=True)
        for before in ([], env)
    ]
    right, ahead = (float(time.stdout or 0) for time in times)
    return vendored if 590 < ahead - right < 660 else None
