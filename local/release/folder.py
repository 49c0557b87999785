"""The folder of a release: what a server is installed and an image is built from."""

import gzip
import hashlib
import shutil
import tarfile
from pathlib import Path
from typing import Final

LOCK: Final = "requirements.lock"
BILL: Final = "sbom.cdx.json"
CHECKSUMS: Final = "SHA256SUMS"
BESIDE: Final = (
    LOCK, "Containerfile", "compose.yaml", ".containerignore", ".env.example", "CHANGELOG.md",
)  # fmt: skip
ELSEWHERE: Final = {"local/install.sh": "install.sh", "local/sample_city": "sample_city"}
"""What lies otherwise in a release than in the repository."""
FOLDERS: Final = ("docs", "local/containers")
"""These lie where they do in the repository, so that compose.yaml is the same file."""


def lay_out(source: Path, wheel: Path, to: Path) -> Path:
    """Put the wheel and what goes with it into `to`, in place of whatever was there."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    shutil.copyfile(wheel, to / wheel.name)
    for name, there in (dict(zip(BESIDE, BESIDE, strict=True)) | ELSEWHERE).items():
        _copy(source / name, to / there)
    for name in FOLDERS:
        _copy(source / name, to / name)
    return to


def write_checksums(folder: Path) -> None:
    """Of all files, as `sha256sum --check SHA256SUMS` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    lines = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def pack(folder: Path, seconds: int) -> Path:
    """The folder as FOLDER.tar.gz beside it, with its checksum; the same files give the same bytes.
    `seconds`: the time that all of them bear."""

    def even(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = seconds
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    packed = folder.with_name(f"{folder.name}.tar.gz")
    with (
        packed.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=seconds) as small,
        tarfile.open(fileobj=small, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        tar.add(folder, folder.name, filter=even)
    packed.with_name(f"{packed.name}.sha256").write_text(f"{_digest(packed)}  {packed.name}\n")
    return packed


def _copy(source: Path, to: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, to, dirs_exist_ok=True)
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, to)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
