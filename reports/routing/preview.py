"""Where a place is and whose it is, asked without making a ticket; nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.areas import areas_at_many
from geo.assets import assets_at_many
from geo.nearby import FoundAsset, NearRoad, PlaceName, Whereabouts, near
from geo.place_names import names_of
from geo.points import NoPosition, Point
from geo.roads import roads_near, roads_near_many
from reports.city import profile
from reports.city.categories import Category
from reports.city.models import Department
from reports.routing import versions
from reports.routing.choose import Case, Reason, Routing, choose


@dataclass(frozen=True, slots=True)
class Decision:
    """Who would get a report of this category; without a department staff would decide.

    `rule`: its order in the table. `asset`: the street light or mirror that stands there. `why`:
    as a ticket would keep it.
    """

    category: Category
    urgent: bool
    reason: Reason
    why: Mapping[str, Any]
    department: str | None = None
    department_name: str | None = None
    rule: int | None = None
    asset: FoundAsset | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain values by name."""
        return {
            "category": self.category.key,
            "urgent": self.urgent,
            "reason": str(self.reason),
            "department": self.department,
            "department_name": self.department_name,
            "rule": self.rule,
            "asset": (self.asset.key or self.asset.name or None) if self.asset else None,
            "asset_owner": (self.asset.owner or None) if self.asset else None,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is known of a place, as routing sees it; `decisions` are none outside the city.

    `road` is the nearest one, those within reach first; `runner_up` the nearest of another owner.
    `owner`: whose it is by the roads, None where that is not certain.
    """

    point: Point
    where: Whereabouts
    name: PlaceName
    road: NearRoad | None
    runner_up: NearRoad | None
    owner: str | None
    is_ambiguous: bool
    rules_version: int | None
    decisions: Sequence[Decision] = ()

    @property
    def inside(self) -> bool | None:
        """None where no outline of the city is loaded."""
        return self.where.inside if self.where.has_outline else None

    @property
    def margin_m(self) -> float | None:
        """How much further away the runner-up is."""
        if self.road is None or self.runner_up is None:
            return None
        return self.runner_up.metres - self.road.metres

    def to_json(self) -> dict[str, Any]:
        """As plain values by name, the same in every answer of the same kind; metres to the cm.

        `owner` is that of the nearest road, also where `ambiguous`. What is not known is None.
        """
        where, road = self.where, self.road
        return {
            "lon": self.point.lon,
            "lat": self.point.lat,
            "inside": self.inside,
            "area": where.city or where.neighbour or None,
            "district": where.district,
            "town": where.town or None,
            "place": near(self.name.japanese) or None,
            **{f"road_{name}": value for name, value in _road(road).items()},
            "owner": road.owner if road else None,
            "distance_m": _cm(road.metres if road else None),
            "within_reach": road.is_within_reach if road else None,
            **{f"runner_up_{name}": value for name, value in _road(self.runner_up).items()},
            "runner_up_owner": self.runner_up.owner if self.runner_up else None,
            "runner_up_distance_m": _cm(self.runner_up.metres if self.runner_up else None),
            "margin_m": _cm(self.margin_m),
            "ambiguous": self.is_ambiguous,
            "rules_version": self.rules_version,
        }


class NoPlace(NoPosition):
    """What was typed is no place: said in Japanese, and in English."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese} / {english}")
        self.japanese = japanese


class NoSuchCategory(ValueError):
    """The city has no category of this key; the message names those that it has."""


def ask(
    db: Session,
    points: Sequence[Point],
    *,
    category: str | None = None,
    urgent: bool = False,
    at: datetime | None = None,
) -> list[Answer]:
    """One answer for each point, in their order; of every category where none is named.

    `at`: when the report would come in, now if not given. Raises NoSuchCategory.
    """
    asked = _Asked(
        rules=versions.live_rules(db),
        categories=_categories(db, category),
        departments={row.key: row.name for row in db.execute(_DEPARTMENTS)},
        urgent=urgent,
        in_hours=profile.was_in_hours(db, at or datetime.now(UTC)),
    )
    wheres = areas_at_many(db, points)
    known = zip(
        points, wheres, names_of(db, points, wheres), roads_near_many(db, points),
        assets_at_many(db, points), strict=True,
    )  # fmt: skip
    return [asked.answer(*facts) for facts in known]


def point_of(lon: str, lat: str) -> Point:
    """From two numbers as they are typed. Raises NoPlace."""
    try:
        x, y = float(lon), float(lat)
    except ValueError as wrong:
        given = f"{lat[:20] or '-'}, {lon[:20] or '-'}"
        raise NoPlace(f"緯度と経度が数ではありません: {given}", f"not numbers: {given}") from wrong
    if abs(y) > 90 and abs(x) <= 90:
        raise NoPlace(
            f"緯度と経度が逆のようです(緯度 {lon[:20]}、経度 {lat[:20]})",
            f"longitude comes first: {lat[:20]} {lon[:20]}",
        )
    try:
        return Point(x, y)
    except NoPosition as nowhere:
        raise NoPlace("そのような場所はありません", str(nowhere)) from nowhere


@dataclass(frozen=True, slots=True)
class _Asked:
    rules: versions.Rules
    categories: Sequence[Category]
    departments: Mapping[str, str]
    urgent: bool
    in_hours: bool

    def answer(
        self,
        point: Point,
        where: Whereabouts,
        name: PlaceName,
        roads: Sequence[NearRoad],
        assets: Mapping[str, FoundAsset],
    ) -> Answer:
        by_road = choose(roads, (), Case("", None))
        decisions = () if where.outside else tuple(self._decisions(where, roads, assets))
        return Answer(
            point, where, name, by_road.road, by_road.runner_up, by_road.owner,
            by_road.reason is Reason.AMBIGUOUS, self.rules.version, decisions,
        )  # fmt: skip

    def _decisions(
        self, where: Whereabouts, roads: Sequence[NearRoad], assets: Mapping[str, FoundAsset]
    ) -> Iterator[Decision]:
        for category in self.categories:
            urgent = category.urgent or self.urgent
            facts = Case(category.key, where.district, urgent, self.in_hours)
            asset = assets.get(category.key)
            yield self._decision(
                category, facts, choose(roads, self.rules.lines, facts, asset=asset)
            )

    def _decision(self, category: Category, facts: Case, found: Routing) -> Decision:
        key = found.department
        return Decision(
            category=category,
            urgent=facts.urgent,
            reason=found.reason,
            why=found.why(),
            department=key,
            department_name=self.departments.get(key) if key else None,
            rule=found.rule.order if found.rule else None,
            asset=found.asset,
        )


def _road(road: NearRoad | None) -> dict[str, Any]:
    """`id`: in the city's file; `number`: in our own table."""
    return {
        "id": (road.source_id or None) if road else None,
        "number": road.id if road else None,
        "name": (road.name or None) if road else None,
        "ref": (road.ref or None) if road else None,
        "class": (road.road_class or None) if road else None,
    }


def _cm(metres: float | None) -> float | None:
    return None if metres is None else round(metres, 2)


_DEPARTMENTS: Final = select(Department.key, Department.name)


def _categories(db: Session, wanted: str | None) -> Sequence[Category]:
    known = profile.categories(db)
    if wanted is None:
        return [each for each in known.values() if not each.retired]
    if wanted not in known:
        raise NoSuchCategory(
            f"「{wanted}」という種類はありません / no such category: {', '.join(known) or '-'}"
        )
    return [known[wanted]]


def roads_in_question(db: Session, place: Point, category: Category) -> list[NearRoad]:
    """The two roads of different owners that are about as near; none where it is clear."""
    found = choose(roads_near(db, place), (), Case(category.key, None))
    if found.reason is not Reason.AMBIGUOUS:
        return []
    return [road for road in (found.road, found.runner_up) if road]
