"""A release's venv, made of what its lock and its wheel's hash name, and who uses it."""

from cli.install.layout import BIN, CITIES, RELEASES, City
from cli.install.machine import Machine
from cli.install.release import Release
from cli.install.steps import Command, File, Folder, Link, Step


def steps(release: Release, machine: Machine, city: City) -> list[Step]:
    """Where `wheels/` lies in the release, nothing is fetched."""
    place, folder = release.place, release.folder
    pip = [str(place / "bin/pip"), "--disable-pip-version-check", "--no-input", "install",
           "--require-hashes", "--only-binary", ":all:"]  # fmt: skip
    if (wheels := folder / "wheels").is_dir():
        pip += ["--no-index", "--find-links", str(wheels)]
    itself = f"michi @ file://{release.wheel} --hash=sha256:{release.wheel_hash}\n"

    def is_complete() -> bool:
        return release.complete.exists()

    made: list[Step] = [Folder(RELEASES), Folder(CITIES)]
    if folder != place / "release":
        made += [
            Command([machine.python_program, "-m", "venv", "--clear", str(place)], is_complete),
            Command([*pip, "-r", str(release.lock)], is_complete),
            Command([*pip, "--no-deps", "-r", "/dev/stdin"], is_complete, stdin=itself),
            Command(["cp", "-rT", str(folder), str(place / "release")], is_complete),
            Command(["chmod", "-R", "go=rX,u+rwX", str(place)], is_complete),
            File(release.complete, f"{release.version}\n"),
        ]
    return [
        *made,
        Link(BIN / "michi", place / "bin/michi"),
        Link(city.program, place),
    ]


def newest_migration(release: Release) -> str:
    """The number of the schema that this release needs, "" where it is not installed yet."""
    found = release.place.glob("lib/python3*/site-packages/migrations/versions/[0-9]*.py")
    return max((file.name.partition("_")[0] for file in found), default="")
