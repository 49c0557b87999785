"""A clock of its own for each process of Michi, which can be put ahead or behind as it runs."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_APART = "import time; print(time.time())"


class Clocks:
    """Each process reads its own file, once a second; PostgreSQL, Redis and LINE are right."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._library = _library(folder)
        self.left_out = [] if self._library else ["clocks apart: libfaketime is not there"]

    def line(self, name: str, command: str) -> str:
        """The line of a Procfile that runs this command with a clock of its own."""
        if not self._library:
            return f"{name}: exec {command}"
        self.put(name, 0)
        return f"{name}: exec env {' '.join(_env(self._library, self._folder / name))} {command}"

    def put(self, name: str, seconds: int) -> None:
        """So many seconds ahead of the right time."""
        new = self._folder / f"{name}.new"
        new.write_text(f"{seconds:+d}\n")
        new.rename(self._folder / name)


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
