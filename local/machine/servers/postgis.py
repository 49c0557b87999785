"""Where this machine keeps a postgres that has PostGIS."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.machine.processes import Trouble

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
DEBIAN_SHARE = Path("/usr/share/postgresql")


def find_binaries(version: str | None = None) -> Path:
    """The folder of the newest server here that has PostGIS, or of that major version.

    Raises Trouble when there is none.
    """
    fitting = [found for found in _complete() if version in (None, found.version)]
    if not fitting:
        wanted = f"PostgreSQL {version}" if version else "PostgreSQL"
        advice = "; its data are of that version (--fresh begins anew)" if version else ""
        raise Trouble(f"{wanted} with PostGIS is not installed{advice}")
    return max(fitting, key=lambda found: float(found.version)).binaries


@dataclass(frozen=True)
class _Installation:
    version: str
    binaries: Path
    share: Path


def _complete() -> Iterator[_Installation]:
    for found in [*_of_debian(), *_of_pg_config()]:
        has_server = (found.binaries / "initdb").exists()
        if has_server and (found.share / "extension" / "postgis.control").exists():
            yield found


def _of_debian() -> Iterator[_Installation]:
    for home in DEBIAN_BINARIES.glob("[0-9]*"):
        yield _Installation(home.name, home / "bin", DEBIAN_SHARE / home.name)


def _of_pg_config() -> Iterator[_Installation]:
    if shutil.which("pg_config") is None:
        return
    question = ["pg_config", "--version", "--bindir", "--sharedir"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    version, binaries, share, *_ = [*answer.stdout.splitlines(), "", "", ""]
    if number := re.search(r"\d+", version):
        yield _Installation(number[0], Path(binaries), Path(share))
