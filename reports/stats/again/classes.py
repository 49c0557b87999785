"""Sections in four groups, from those that want looking at first. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple


class Class(NamedTuple):
    """`share`: of all sections with reports so many are in this group or a worse one. `wide`: the
    line on a map, in pixels; `colour`: the darker the worse, in grey as well."""

    letter: str
    words: str
    share: float
    wide: float
    colour: str


CLASSES: Final = (
    Class("A", "上位 5%", 0.05, 7, "#7a0c2e"),
    Class("B", "上位 20%", 0.2, 5, "#c2410c"),
    Class("C", "上位 50%", 0.5, 3.5, "#e59a3c"),
    Class("D", "そのほか", 1, 2, "#9db4c0"),
)


def classes(rates: Sequence[tuple[str, float]]) -> dict[str, Class]:
    """The group of each key. `rates`: keys with their rates, the highest first. Of one rate all are
    in the same group; without any they are in the last."""
    found: dict[str, Class] = {}
    many, before = len(rates), -1.0
    for place, (key, rate) in enumerate(rates):
        if rate != before:
            before = rate
            here = _at(place / many) if rate > 0 else CLASSES[-1]
        found[key] = here
    return found


def trend(by_year: Mapping[str, int], years: Sequence[str]) -> str:
    """In words: whether the last of these years has more than the one before; "" without two."""
    if len(years) < 2:
        return ""
    before, last = (by_year.get(year, 0) for year in years[-2:])
    if last == before:
        return "横ばい"
    return "増えている" if last > before else "減っている"


def _at(share: float) -> Class:
    return next((each for each in CLASSES if share < each.share), CLASSES[-1])
