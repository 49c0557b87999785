"""The nearest tickets first, as the metres are, from an index that knows degrees alone."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point, metres_between
from reports.tickets import lists
from reports.tickets.wanted import TicketFilter
from store import sql

HERE = Point(139.5, 35.7)


@pytest.fixture
def city(db: Session) -> Session:
    chance = Random(5)
    for n in range(400):
        sql.run(
            db,
            "INSERT INTO tickets (number, category, status, place) VALUES (%(number)s, 'pothole',"
            " %(status)s, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))",
            number=f"{n:09}",
            status=chance.choice(["received", "fixed"]),
            lon=139.5 + chance.uniform(-0.03, 0.03),
            lat=35.7 + chance.uniform(-0.03, 0.03),
        )
    db.execute(text("ANALYZE tickets"))
    return db


@pytest.mark.parametrize("wanted", [TicketFilter(), TicketFilter(None)], ids=["open", "all"])
def test_the_nearest_are_those_that_measuring_all_would_give(
    city: Session, wanted: TicketFilter
) -> None:
    everything = lists.page(city, wanted, lists.NEWEST, limit=1000)
    away = {line.id: metres_between(HERE, Point(line.lon, line.lat)) for line in everything}
    found = lists.nearest(city, wanted, HERE, limit=40)
    assert [line.id for line in found] == sorted(away, key=away.__getitem__)[:40]
    assert [lists.near(HERE).rank(line) for line in found] == sorted(
        (round(100 * away[line.id]), line.id) for line in found
    )
    assert len(lists.nearest(city, wanted, HERE, limit=1000)) == len(everything)
    assert lists.nearest(city, TicketFilter(category="x"), HERE, limit=5) == []


@pytest.mark.parametrize(
    ("wanted", "index"),
    [(TicketFilter(), "ix_tickets_open_place"), (TicketFilter(None), "ix_tickets_place")],
)
def test_who_lies_near_is_read_from_the_index_of_places(
    city: Session, monkeypatch: pytest.MonkeyPatch, wanted: TicketFilter, index: str
) -> None:
    seen: list[tuple[str, dict[str, Any]]] = []
    run = sql.run
    monkeypatch.setattr(
        sql,
        "run",
        lambda db, asked, **values: seen.append((asked, values)) or run(db, asked, **values),
    )
    lists.nearest(city, wanted, HERE, limit=20)
    ((asked, values),) = seen
    city.execute(text("SET LOCAL enable_seqscan = off"))
    (plan,) = run(city, f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}", **values).fetchone() or ()
    walks = [one for one in nodes(plan[0]["Plan"]) if one.get("Relation Name") == "tickets"]
    assert {one.get("Index Name", index) for one in walks} == {index}
    nearest = next(one for one in walks if one.get("Order By"))
    assert nearest["Actual Rows"] + nearest.get("Rows Removed by Filter", 0) <= 2 * 20
    assert sum(one["Actual Rows"] for one in walks) <= 4 * 20


def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(one for part in node.get("Plans", ()) for one in nodes(part))]
