"""A release: the folder with `michi-VERSION-….whl`, `requirements.lock` and `SHA256SUMS`."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cli.install.layout import release_of


class NoRelease(Exception):
    """What is missing or changed."""


@dataclass(frozen=True)
class Release:
    """What is installed: `folder` has the files, `place` is where its venv lies."""

    version: str
    folder: Path
    wheel: Path
    lock: Path
    wheel_hash: str

    @property
    def place(self) -> Path:
        return release_of(self.version)

    @property
    def complete(self) -> Path:
        """Written last, so that what was broken off begins anew."""
        return self.place / ".complete"


def release_in(folder: Path) -> Release:
    """Raises NoRelease where a file is missing, or is not the one in SHA256SUMS."""
    wheels = sorted(folder.glob("michi-*.whl"))
    if len(wheels) != 1:
        raise NoRelease(
            f"{folder} に michi-….whl がひとつありません / there is not one michi-….whl in {folder}"
        )
    wheel, lock = wheels[0], folder / "requirements.lock"
    sums = _sums(folder / "SHA256SUMS")
    hashes = {file.name: _hash(file) for file in (wheel, lock)}
    wrong = [name for name, found in hashes.items() if sums.get(name) != found]
    if wrong:
        raise NoRelease(
            f"{'、'.join(wrong)} が SHA256SUMS と合いません。もう一度取り寄せてください"
            f" / {', '.join(wrong)}: not what SHA256SUMS names; fetch the release again"
        )
    return Release(wheel.name.split("-")[1], folder, wheel, lock, hashes[wheel.name])


def _sums(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as trouble:
        raise NoRelease(f"{file}: {trouble.strerror}") from trouble
    pairs = (line.split() for line in lines if line.strip())
    return {name.lstrip("*"): found for found, name in pairs}


def _hash(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as trouble:
        raise NoRelease(f"{file}: {trouble.strerror}") from trouble
