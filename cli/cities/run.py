"""`michi city upgrade`: which cities, which release, in which waves; and then each wave."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.cities.upgrade import Way, take_wave
from cli.cities.waves import waves
from cli.install import venv
from cli.install.layout import BIN, City, cities_here, release_of
from cli.install.machine import need_root, this_machine
from cli.install.perform import perform
from cli.install.plan import Part
from cli.install.release import release_in
from cli.install.steps import Link


@dataclass(frozen=True)
class Wanted:
    """What was typed. No `names` are all cities; `release` is a folder, or `to` a version that is
    on this machine; `wave`: how many cities after the first (0: all the others)."""

    names: Sequence[str]
    release: Path | None
    to: str
    first: str
    wave: int
    watch: float
    errors: int
    dry_run: bool


def upgrade_all(wanted: Wanted) -> int:
    """0 where every city has the new version. Raises ValueError, OSError, NoRelease, Failed."""
    chosen = _chosen(wanted.names)
    ordered = waves(chosen, wanted.first, wanted.wave)
    place = _place(wanted)
    if wanted.dry_run:
        _show(ordered, place)
        return 0
    need_root()
    if wanted.release:
        _put_there(wanted.release, chosen[0])
    way = Way(place, wanted.watch, wanted.errors)
    for number, wave in enumerate(ordered, 1):
        print(
            f"■ 第{number}波 / wave {number} of {len(ordered)}: {', '.join(c.name for c in wave)}"
        )
        if back := take_wave(wave, way):
            _say_stopped(back, [city for later in ordered[number:] for city in later])
            return 1
    if all(city.program.readlink() == place for city in _here().values()):
        Link(
            BIN / "michi", place / "bin" / "michi"
        ).take()  # whoever installs next has this version
    print(f"✓ {len(chosen)} 市が {place.name} です / cities are at {place.name}")
    print(_UNITS + "; ".join(f"michi install {city.name}" for city in chosen))
    return 0


_UNITS: Final = (
    "  ユニットと nginx の設定も新しくするには(違うものだけ書き、その市を始め直します)"
    " / for this version's units and sites too (writes what differs, and starts that city anew): "
)


def _chosen(names: Sequence[str]) -> list[City]:
    here = _here()
    if unknown := [name for name in names if name not in here]:
        raise ValueError(f"この機械にありません / not on this machine: {', '.join(unknown)}")
    chosen = [here[name] for name in names] if names else list(here.values())
    if not chosen:
        raise ValueError("まだ市がありません / there is no city on this machine yet")
    return chosen


def _here() -> dict[str, City]:
    """Cities with a program, by their names."""
    return {city.name: city for city in cities_here() if city.program.is_symlink()}


def _place(wanted: Wanted) -> Path:
    if bool(wanted.release) == bool(wanted.to):
        raise ValueError(
            "--release FOLDER か --to VERSION のどちらかを / give --release FOLDER or --to VERSION"
        )
    if wanted.release:
        return release_in(wanted.release.resolve()).place
    place = release_of(wanted.to)
    if not (place / "bin" / "michi").exists():
        raise ValueError(f"{place} がありません / there is no {place}")
    return place


def _put_there(folder: Path, city: City) -> None:
    """The release's venv beside the others; no city's link is touched, nor root's own command."""
    steps = venv.steps(release_in(folder.resolve()), this_machine(), city)
    without = [step for step in steps if not isinstance(step, Link)]
    perform([Part("プログラム / the program", without)])


def _show(ordered: Sequence[Sequence[City]], place: Path) -> None:
    for number, wave in enumerate(ordered, 1):
        print(f"■ 第{number}波 / wave {number} of {len(ordered)}")
        for city in wave:
            print(f"  {city.name}: {city.program.readlink().name} → {place.name}")


def _say_stopped(back: Sequence[City], later: Sequence[City]) -> None:
    print(
        f"✗ ここで止めました。前の版に戻したもの: {'、'.join(city.name for city in back)}。"
        f"まだのもの: {'、'.join(city.name for city in later) or 'なし'}"
        f" / stopped here. Back at the version before: {', '.join(city.name for city in back)}."
        f" Not begun: {', '.join(city.name for city in later) or 'none'}"
    )
