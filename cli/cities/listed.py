"""The cities of this machine, as facts and as lines."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from cli.cities import apart, health
from cli.install import given
from cli.install.layout import City, cities_here


@dataclass(frozen=True)
class Fact:
    """One city. `state` is systemd's word; `lacks` what /readyz says ("" is all well); `shares`
    what it has in common with another city and must not."""

    name: str
    version: str
    address: str
    port: str
    state: str
    is_ready: bool
    lacks: str
    shares: tuple[str, ...]


def facts() -> list[Fact]:
    """Of all of them, by name. Raises OSError for settings that may not be read."""
    here = cities_here()
    settings = {city.name: given.read(city.settings) for city in here}
    return [_fact(city, settings) for city in here]


def lines(found: Sequence[Fact]) -> Iterator[str]:
    """For people, a line each, with one more for each thing that two have in common."""
    if not found:
        yield "まだ市がありません: michi city new NAME / there is no city yet"
    width = max((len(fact.name) for fact in found), default=0)
    for fact in found:
        mark = "✓" if fact.is_ready else "✗"
        how = "" if fact.is_ready else f"  {fact.lacks}"
        words = (f"{fact.name:<{width}}", fact.version, fact.address, f":{fact.port}", fact.state)
        yield f"{mark} {'  '.join(words)}{how}"
        for one in fact.shares:
            yield f"  ✗ ほかの市と同じです / the same as another city's: {one}"


def as_json(found: Sequence[Fact]) -> str:
    return json.dumps([asdict(fact) for fact in found], ensure_ascii=False, indent=1)


def _fact(city: City, settings: dict[str, given.Settings]) -> Fact:
    mine = settings[city.name]
    others = {name: theirs for name, theirs in settings.items() if name != city.name}
    ready = health.ask(city)
    return Fact(
        name=city.name,
        version=city.program.readlink().name if city.program.is_symlink() else "-",
        address=mine.get("PUBLIC_URL", ""),
        port=mine.get("PORT", ""),
        state=health.is_running(city),
        is_ready=ready.is_ready,
        lacks="" if ready.is_ready else ready.words,
        shares=tuple(apart.shared(mine, others)),
    )
