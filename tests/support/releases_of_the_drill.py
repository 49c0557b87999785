"""Releases for drills, out of what is committed: this one, the next, and one that cannot serve."""

import tempfile
from pathlib import Path

from local.release import bill, folder, wheel

BROKEN = "\n\ndef create_app() -> FastAPI:\n    raise RuntimeError('a fault of this release')\n"


def make(to: Path, versions: tuple[str, ...], broken: tuple[str, ...] = ()) -> Path:
    """A folder of a release for each version in `to`, with what pip would fetch beside it, and in
    `to/source` the files of the commit. Those that are broken answer no request."""
    source = wheel.export("HEAD", to / "source")
    wheel.bring_packages(source)
    wheels = to / "wheels"
    wheel.fetch(source / folder.LOCK, wheels)
    for version in versions:
        _as_version(source, version)
        main = (source / "main.py").read_text(encoding="utf-8")
        if version in broken:
            (source / "main.py").write_text(main + BROKEN, encoding="utf-8")
        with tempfile.TemporaryDirectory() as built:
            made = wheel.build(source, Path(built), wheel.committed_at("HEAD"))
            there = folder.lay_out(source, made, to / version)
            bill.write(there / folder.BILL, source, made, wheel.committed_at("HEAD"))
        (source / "main.py").write_text(main, encoding="utf-8")
        folder.write_checksums(there)
        (there / "wheels").mkdir(exist_ok=True)
        for one in wheels.iterdir():
            (there / "wheels" / one.name).hardlink_to(one)
    return to


def _as_version(source: Path, version: str) -> None:
    file = source / "pyproject.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("version = "))
    lines[at] = f'version = "{version}"'
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
