"""What a city's crews use, in the units that they count it in. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Material:
    """`unit`: as it is counted, 袋 or m. `categories`: for which kinds it is offered first."""

    key: str
    name: str
    unit: str
    categories: Sequence[str] = ()


def material_from(facts: Mapping[str, Any]) -> Material:
    """From what stands in a city's file."""
    return Material(facts["key"], facts["name"], facts["unit"], facts.get("categories", ()))


def offered_for(
    category: str, materials: Iterable[Material]
) -> tuple[list[Material], list[Material]]:
    """Those for this kind, and the others, each in the city's order."""
    known = [*materials]
    first = [one for one in known if category in one.categories]
    return first, [one for one in known if one not in first]
