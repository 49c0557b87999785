"""Whose road it is and which department works on it, decided from facts with its reason. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self

from geo.nearby import FoundAsset, NearRoad

MARGIN_M: Final = 8.0


class Reason(StrEnum):
    """Why a ticket went where it went, or why to nobody."""

    RULE = "rule"
    AMBIGUOUS = "ambiguous"
    NO_ROAD = "no_road"
    NO_RULE = "no_rule"
    ONLY_A_TOWN = "only_a_town"
    NOT_OURS = "not_ours"
    TO_AND_FRO = "to_and_fro"
    BROUGHT_BACK = "brought_back"
    BY_HAND = "by_hand"


TO_NOBODY: Final = frozenset(
    {
        Reason.AMBIGUOUS,
        Reason.NO_ROAD,
        Reason.NO_RULE,
        Reason.ONLY_A_TOWN,
        Reason.TO_AND_FRO,
        Reason.BROUGHT_BACK,
    }
)
"""Whoever reads the staff's list must decide."""


@dataclass(frozen=True, slots=True)
class Case:
    """What rules look at. `in_hours`: received while the city hall was open."""

    category: str
    district: str | None
    urgent: bool = False
    in_hours: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; None means any. The first that matches decides.

    `hours`: "office" or "after". Without a `department` staff decide. `deadline_days`: business
    days, instead of the category's. `tell`: departments that are told as well. `not_ours`: where
    the ticket goes when the department says that it is not theirs.
    """

    order: int
    category: str | None = None
    owner: str | None = None
    district: str | None = None
    urgent: bool | None = None
    hours: str | None = None
    department: str | None = None
    deadline_days: int | None = None
    tell: tuple[str, ...] = ()
    not_ours: str | None = None
    note: str = ""

    def matches(self, facts: Case, owner: str) -> bool:
        return (
            self.category in (None, facts.category)
            and self.owner in (None, owner)
            and self.district in (None, facts.district)
            and self.urgent in (None, facts.urgent)
            and self.hours in (None, "office" if facts.in_hours else "after")
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON: every field by its name."""
        return asdict(self) | {"tell": list(self.tell)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """From what `to_json` wrote; fields that it lacks are as if nothing was said."""
        known = {each.name: facts[each.name] for each in fields(cls) if each.name in facts}
        return cls(**known | {"tell": tuple(facts.get("tell") or ())})


@dataclass(frozen=True, slots=True)
class Routing:
    """The decision. Without a department the ticket is 担当課未定 and staff decide."""

    reason: Reason
    owner: str | None = None
    road: NearRoad | None = None
    runner_up: NearRoad | None = None
    rule: Rule | None = None
    owner_said: bool = False
    asset: FoundAsset | None = None

    @property
    def department(self) -> str | None:
        return self.rule.department if self.rule else None

    def why(self) -> dict[str, Any]:
        """The reason as kept with the ticket: rule, road, metres, runner-up, what was said."""
        said: dict[str, Any] = {"owner_said": True} if self.owner_said else {}
        asset = {"asset": asdict(self.asset)} if self.asset else {}
        return (
            said
            | asset
            | {
                "reason": str(self.reason),
                "road": _kept(self.road),
                "runner_up": _kept(self.runner_up),
                "rule": self.rule.order if self.rule else None,
            }
        )


def choose(
    roads: Sequence[NearRoad],
    rules: Iterable[Rule],
    facts: Case,
    *,
    owner_said: str | None = None,
    only_a_town: bool = False,
    asset: FoundAsset | None = None,
) -> Routing:
    """`roads`: the nearest of each owner, nearest first, in metres; `rules` in their order.

    `owner_said` decides between two that are about as near; `only_a_town` has no road at all. An
    `asset` whose owner is known is that owner's, whatever road it stands at.
    """
    if only_a_town:
        return Routing(Reason.ONLY_A_TOWN, asset=asset)
    found = _owner(roads, owner_said)
    if asset and asset.owner:
        found = Routing(Reason.RULE, asset.owner, found.road, found.runner_up)
    if found.owner is None:
        return Routing(found.reason, None, found.road, found.runner_up, asset=asset)
    rule = first_match(rules, facts, found.owner)
    reason = Reason.RULE if rule and rule.department else Reason.NO_RULE
    return Routing(reason, found.owner, found.road, found.runner_up, rule, found.owner_said, asset)


def first_match(rules: Iterable[Rule], facts: Case, owner: str) -> Rule | None:
    """The rule that decides, if any."""
    return next((rule for rule in rules if rule.matches(facts, owner)), None)


def _owner(roads: Sequence[NearRoad], owner_said: str | None) -> Routing:
    """Whose it is by the roads alone; no owner where that is not certain."""
    if not roads:
        return Routing(Reason.NO_ROAD)
    road, *others = sorted(roads, key=lambda road: not road.is_within_reach)
    runner_up = others[0] if others else None
    if not road.is_within_reach:
        return Routing(Reason.NO_ROAD, None, road, runner_up)
    rival = runner_up is not None and runner_up.is_within_reach
    asked = False
    if runner_up and rival and runner_up.metres - road.metres < MARGIN_M:
        asked = owner_said in (road.owner, runner_up.owner)
        if not asked:
            return Routing(Reason.AMBIGUOUS, None, road, runner_up)
        if owner_said == runner_up.owner:
            road, runner_up = runner_up, road
    return Routing(Reason.RULE, road.owner, road, runner_up, owner_said=asked)


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
