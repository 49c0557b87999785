"""What a section is called: けやき通り、前原坂上交差点から連雀通りとの交差点まで. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from geo.nearby import as_crossing

CROSSING_WITHIN_M: Final = 40.0
"""So near to where roads meet a crossing's name is that of this place."""
_NAMELESS: Final = "名前のない道"


class Found(NamedTuple):
    """A section before it has a name; `begin`, `end`: what its ends are called, "" for nothing."""

    number: int
    road: str
    town: str
    begin: str
    end: str


def found(
    number: int,
    name: str,
    ref: str,
    town: str,
    *ends: int | str | Sequence[str] | None,
) -> Found:
    """From a row of the net: of each end its ways, its crossing's name and its roads' names."""
    road = name or ref
    begin, end = (_end(road, *ends[at : at + 3]) for at in (0, 3))  # type: ignore[arg-type]
    return Found(number, road, town, begin, end)


def said(sections: Sequence[Found]) -> list[str]:
    """The name of each, in their order; those that would be called alike have numbers."""
    plain = [_said(section) for section in sections]
    many, turn = Counter(plain), defaultdict[str, int](int)
    names = []
    for name in plain:
        turn[name] += 1
        names.append(f"{name}({turn[name]})" if many[name] > 1 else name)
    return names


def _end(road: str, ways: int | None, crossing: str | None, roads: Sequence[str] | None) -> str:
    if ways is None:
        return ""
    if ways == 1:
        return "行き止まり"
    if crossing:
        return as_crossing(crossing)
    others = [each for each in roads or () if each not in ("", road)]
    return f"{others[0]}との交差点" if others and ways > 2 else others[0] if others else ""


def _said(section: Found) -> str:
    road, town = section.road or _NAMELESS, section.town
    begin, end = sorted((section.begin, section.end), key=lambda each: (not each, "行き" in each))
    if begin and end and begin != end:
        return f"{road}、{begin}から{end}まで"
    if begin and begin != "行き止まり":
        return f"{road}、{begin}から{f'({town})' if town else ''}"
    return f"{road}、{town}" if town else road
