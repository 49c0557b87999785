"""A new version for the cities of this machine, wave by wave.

Old and new processes run side by side on the new schema, so a city's schema is brought up first,
then its link goes to the new release, and its processes start anew. A city in trouble gets its link
back; the schema stays, for the version before runs on it. No wave follows one with trouble in it.
"""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.cities import health
from cli.env_file import OWNERS
from cli.install.given import read
from cli.install.layout import City
from cli.install.steps import Failed, Link, output

READY_WITHIN: Final = 180.0
MIGRATED_WITHIN: Final = 3600.0
STANDS_SECONDS: Final = 15.0


@dataclass(frozen=True)
class Way:
    """How a wave goes: `place` is the new release's venv; watched for `seconds`, and so many errors
    in the log are let pass."""

    place: Path
    seconds: float
    errors: int


@dataclass(frozen=True)
class Moved:
    """A city on its way: its release before, and how its processes were when they began anew."""

    city: City
    before: Path
    starts: dict[str, int]
    since: float


def take_wave(cities: Sequence[City], way: Way) -> list[City]:
    """The cities of this wave that were in trouble and are back at their version before."""
    moved, back = [], []
    for city in cities:
        before = city.program.readlink()
        if before == way.place:
            print(f"  = {city.name}: もう {way.place.name} です / is at {way.place.name} already")
            continue
        try:
            moved.append(_move(city, before, way))
        except Failed as trouble:
            _go_back(city, before, [str(trouble)])
            back.append(city)
    return back + _watch(moved, way)


def _move(city: City, before: Path, way: Way) -> Moved:
    """Raises Failed."""
    print(f"  … {city.name}: {before.name} → {way.place.name}", flush=True)
    _migrate(city, way.place)
    since = time.time()
    Link(city.program, way.place).take()
    output(["systemctl", "restart", city.target])
    if not health.wait_until_ready(city, READY_WITHIN):
        raise Failed(f"/readyz: {health.ask(city).words}")
    print(f"  ✓ {city.name}: 応答まで {time.time() - since:.1f} 秒 / seconds until it was ready")
    return Moved(city, before, health.starts(city), since)


def _migrate(city: City, place: Path) -> None:
    """By the new program, as the city's own user. Raises Failed."""
    environment = {
        **{name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ},
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        **read(city.settings),
        **({OWNERS: "0"} if _reads_an_open_file(place) else read(city.owner_settings)),
    }
    owners_file = city.owner_settings if city.owner_settings.exists() else os.devnull
    with open(owners_file, encoding="utf-8") as owners:
        ran = subprocess.run(
            [str(place / "bin" / "michi"), "migrate"], env=environment, cwd=city.state,
            user=city.user, group=city.user, extra_groups=[], umask=0o027, stdin=owners,
            capture_output=True, text=True, check=False, timeout=MIGRATED_WITHIN,
        )  # fmt: skip
    if ran.returncode:
        raise Failed("michi migrate\n" + "\n".join(ran.stderr.strip().splitlines()[-5:]))


def _reads_an_open_file(place: Path) -> bool:
    """Releases before 0.18.0 know the owner's way by their environment alone."""
    files = place.glob("lib/python3*/site-packages/cli/env_file.py")
    return any(OWNERS in file.read_text(encoding="utf-8") for file in files)


def _watch(moved: list[Moved], way: Way) -> list[City]:
    """Those that fell into trouble within the seconds that they are watched."""
    until = time.monotonic() + way.seconds
    well, back = list(moved), []
    while well:
        for one in list(well):
            if words := _troubles(one, way):
                well.remove(one)
                back.append(one.city)
                _go_back(one.city, one.before, words)
        if time.monotonic() >= until:
            break
        time.sleep(health.BETWEEN_LOOKS)
    for one in well:
        print(f"  ✓ {one.city.name}: {way.seconds:.0f} 秒、異常なし / well for so many seconds")
    return back


def _troubles(one: Moved, way: Way) -> list[str]:
    """A moment's silence is none: what stands for STANDS_SECONDS is."""
    until = time.monotonic() + STANDS_SECONDS
    while words := list(health.troubles(one.city, one.starts, one.since, way.errors)):
        if time.monotonic() >= until:
            break
        time.sleep(health.BETWEEN_LOOKS)
    return words


def _go_back(city: City, before: Path, words: list[str]) -> None:
    """One version back, by its link; said loudly where even that does not help."""
    for line in words:
        print(f"  ✗ {city.name}: {line}")
    Link(city.program, before).take()
    output(["systemctl", "reset-failed", f"michi-*@{city.name}.service"])
    output(["systemctl", "restart", city.target])
    if health.wait_until_ready(city, READY_WITHIN):
        print(f"  ↩ {city.name}: {before.name} に戻しました / is back at {before.name}")
    else:
        print(
            f"  ✗ {city.name}: {before.name} に戻しても応答しません"
            f" / is back there and not ready: journalctl -u 'michi-*@{city.name}.service'"
        )
