"""What is found at a place: its area, the roads and assets near it, what people call it. Pure."""

from dataclasses import dataclass
from typing import Final

TOLERANCE_M: Final = 60.0
"""How far a place may be from a centreline whose class has no tolerance of its own."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a point lies. Outside the city, `neighbour` names whose area it is, where known.

    `border`: it lies outside by no more than a phone is wrong, or beside a road of the city, and
    counts as inside. `has_outline`: whether the city's outline is loaded; without it nothing is
    known to be outside.
    """

    inside: bool
    district: str | None = None
    town: str = ""
    town_en: str = ""
    neighbour: str = ""
    neighbour_en: str = ""
    city: str = ""
    district_name: str = ""
    has_outline: bool = True
    border: bool = False

    @property
    def outside(self) -> bool:
        """Whether it is surely not the city's."""
        return self.has_outline and not self.inside


@dataclass(frozen=True, slots=True)
class NearRoad:
    """A centreline and its distance in metres; `tolerance_m` is its class's own, if any.

    `source_id` is its id in the file that it was loaded from.
    """

    id: int
    ref: str
    name: str
    name_en: str
    owner: str
    metres: float
    tolerance_m: float | None = None
    source_id: str = ""
    road_class: str = ""

    @property
    def is_within_reach(self) -> bool:
        """Whether a place so far away can be on this road."""
        return self.metres <= (TOLERANCE_M if self.tolerance_m is None else self.tolerance_m)


@dataclass(frozen=True, slots=True)
class FoundAsset:
    """A street light, a mirror… that the report is about; `metres` from the place.

    `named`: its 管理番号 stands in the words. `owner`: "" where the city's file does not say.
    """

    id: int
    kind: str
    key: str
    name: str
    owner: str
    metres: float
    named: bool


@dataclass(frozen=True, slots=True)
class PlaceName:
    """本町六丁目、前原坂上交差点; in English the town alone. Who says it adds 付近 or near."""

    japanese: str
    english: str


def near(name: str) -> str:
    """As Japanese lists, cards and sheets say it: 本町六丁目、前原坂上交差点付近."""
    return f"{name}付近" if name else ""


def as_crossing(name: str) -> str:
    """前原坂上交差点, whether or not the city's file says 交差点."""
    return name if name.endswith("交差点") else f"{name}交差点"


def road_words(name: str | None, ref: str | None) -> str:
    """小金井街道(都道15): the name, and the reference where it says more; "" for neither."""
    return f"{name}({ref})" if name and ref and name != ref else name or ref or ""
