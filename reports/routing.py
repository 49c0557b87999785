"""Whose road it is and which department works on it, decided from facts with its reason. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from geo.roads import NearRoad

MARGIN_M: Final = 8.0


class Reason(StrEnum):
    """Why a ticket went where it went, or why to nobody."""

    RULE = "rule"
    AMBIGUOUS = "ambiguous"
    NO_ROAD = "no_road"
    NO_RULE = "no_rule"
    ONLY_A_TOWN = "only_a_town"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; None means any. The first that matches decides."""

    id: int
    position: int
    category: str | None
    owner: str | None
    district: str | None
    department_id: int

    def matches(self, category: str, owner: str, district: str | None) -> bool:
        return (
            self.category in (None, category)
            and self.owner in (None, owner)
            and self.district in (None, district)
        )


@dataclass(frozen=True, slots=True)
class Routing:
    """The decision. Without a department the ticket is 担当課未定 and staff decide."""

    reason: Reason
    owner: str | None = None
    road: NearRoad | None = None
    runner_up: NearRoad | None = None
    rule: Rule | None = None
    owner_said: bool = False

    @property
    def department_id(self) -> int | None:
        return self.rule.department_id if self.rule else None

    def why(self) -> dict[str, Any]:
        """The reason as kept with the ticket: rule, road, metres, runner-up, what was said."""
        said = {"owner_said": True} if self.owner_said else {}
        return said | {
            "reason": str(self.reason),
            "road": _kept(self.road),
            "runner_up": _kept(self.runner_up),
            "rule": self.rule.position if self.rule else None,
        }


def choose(
    roads: Sequence[NearRoad],
    rules: Iterable[Rule],
    *,
    category: str,
    district: str | None,
    owner_said: str | None = None,
    only_a_town: bool = False,
) -> Routing:
    """`roads`: the nearest of each owner, nearest first, in metres; `rules` in their order.

    `owner_said` decides between two that are about as near; `only_a_town` has no road at all.
    """
    if only_a_town:
        return Routing(Reason.ONLY_A_TOWN)
    if not roads:
        return Routing(Reason.NO_ROAD)
    road, *others = sorted(roads, key=lambda road: not road.is_within_reach)
    runner_up = others[0] if others else None
    if not road.is_within_reach:
        return Routing(Reason.NO_ROAD, road=road, runner_up=runner_up)
    rival = runner_up is not None and runner_up.is_within_reach
    asked = False
    if runner_up and rival and runner_up.metres - road.metres < MARGIN_M:
        asked = owner_said in (road.owner, runner_up.owner)
        if not asked:
            return Routing(Reason.AMBIGUOUS, road=road, runner_up=runner_up)
        if owner_said == runner_up.owner:
            road, runner_up = runner_up, road
    rule = next((rule for rule in rules if rule.matches(category, road.owner, district)), None)
    reason = Reason.RULE if rule else Reason.NO_RULE
    return Routing(reason, road.owner, road, runner_up, rule, owner_said=asked)


def _kept(road: NearRoad | None) -> dict[str, Any] | None:
    if road is None:
        return None
    return {
        "id": road.id,
        "ref": road.ref,
        "name": road.name,
        "name_en": road.name_en,
        "owner": road.owner,
        "metres": round(road.metres, 1),
        "source_id": road.source_id,
    }
