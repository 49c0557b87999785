"""The folder of a release: what `michi install` and containers are made from."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LOCK: Final = "requirements.lock"
BILL: Final = "sbom.cdx.json"
CHECKSUMS: Final = "SHA256SUMS"
BESIDE: Final = (LOCK, "Containerfile", "compose.yaml", ".containerignore", ".env.example")
FOR_CONTAINERS: Final = "local/containers"
"""Lies in a release where it lies in the repository, so that compose.yaml is the same file."""


def lay_out(source: Path, wheel: Path, to: Path) -> Path:
    """Put the wheel and what goes with it into `to`, in place of a release that was there."""
    to.mkdir(parents=True, exist_ok=True)
    for name in files_in(to):
        (to / name).unlink()
    shutil.copyfile(wheel, to / wheel.name)
    for name in BESIDE:
        shutil.copyfile(source / name, to / name)
    shutil.copytree(source / FOR_CONTAINERS, to / FOR_CONTAINERS, dirs_exist_ok=True)
    return to


def files_in(folder: Path) -> list[str]:
    """Those of a release that lie there, by their path in it."""
    return [path.relative_to(folder).as_posix() for path in _ours(folder) if path.is_file()]


def write_checksums(folder: Path) -> None:
    """As `sha256sum --check SHA256SUMS` reads them."""
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted(files_in(folder))
        if name != CHECKSUMS
    ]
    (folder / CHECKSUMS).write_text("".join(lines))


def _ours(folder: Path) -> Iterator[Path]:
    yield from folder.glob("michi-*.whl")
    yield from (folder / name for name in (*BESIDE, BILL, CHECKSUMS))
    yield from (folder / FOR_CONTAINERS).glob("*")
