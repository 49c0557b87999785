"""The page of what comes back, its files, and what leads from there, over HTTP."""

import json
from collections.abc import Callable

from sqlalchemy import text
from web_scene import Browser, filed

from store.database import transaction
from workers.sections import cut_sections, follow_again


def test_sections_and_repairs_are_listed_drawn_and_saved(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed()
    with transaction() as db:
        road = json.dumps({"road": {"owner": "city", "name": "くぬぎ通り", "ref": "市道102"}})
        db.execute(
            text(
                "UPDATE tickets SET owner = 'city', why = CAST(:why AS jsonb), place ="
                " (SELECT ST_StartPoint(ST_GeometryN(line, 1)) FROM roads WHERE ref = '市道102')"
                " WHERE number = :number"
            ),
            {"why": road, "number": one.number},
        )
        for to, at in (("fixed", "2 hours"), ("reopened", "1 hour")):
            db.execute(
                text(
                    "INSERT INTO history (ticket_id, actor, what, to_status, at) SELECT id,"
                    " 'staff', 'moved', :to, now() - CAST(:at AS interval) FROM tickets"
                    " WHERE number = :one"
                ),
                {"to": to, "at": at, "one": one.number},
            )
    assert cut_sections() > 278
    assert cut_sections() == 0
    assert follow_again() >= 1
    assert follow_again() == 0
    shown = staff.get("/staff/numbers/again?years=1")
    assert shown.status_code == 200
    assert "くぬぎ通り、" in shown.text
    assert "再開(同じ受付票)" in shown.text
    drawn = staff.get("/staff/numbers/again/sections.json?years=1").json()
    (line,) = drawn["features"]
    assert line["geometry"]["type"] == "MultiLineString"
    key = line["properties"]["key"]
    section = staff.get(f"/staff/numbers/again/sections/{key}?years=1")
    assert one.number in section.text
    assert staff.get("/staff/numbers/again/sections/000000000000").status_code == 404
    for odd in (
        "?town=%00", "?kind=a%00b", "?years=0", "?after=x", f"/sections/{key}%00",
        f"/sections/x%00{key}", "/repairs.csv?town=%00", "/sections.gpkg?kind=%00",
    ):  # fmt: skip
        assert staff.get(f"/staff/numbers/again{odd}").status_code in (404, 422), odd
    for name in ("sections.csv", "sections.gpkg", "repairs.csv"):
        file = staff.get(f"/staff/numbers/again/{name}?years=1")
        assert file.status_code == 200
        assert len(file.content) > 100
    nothing = staff.get("/staff/numbers/again?kind=mirror&town=x&years=1")
    assert "この条件で" in nothing.text
    assert staff.get("/staff/numbers/again?years=9").status_code == 422
