"""What lies around a report: open tickets near by, photos taken elsewhere, roads of two owners."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, HONCHO, file, resident

from geo.points import Point
from reports.city import profile
from reports.city.categories import Category
from reports.photos.place_conflict import FAR_APART_M, note_photo_elsewhere, photo_elsewhere
from reports.routing.preview import roads_in_question
from reports.tickets.duplicates import MOST_SAME, same_holes
from reports.tickets.models import Photo
from reports.tickets.status import OPEN, Status

CROSSING = Point(139.508, 35.7055)
BORDER = Point(139.4795, 35.7003)
METRE = 1 / 111_000
"""About one metre to the north, in degrees."""


def north(metres: float, of: Point = HONCHO) -> Point:
    return Point(of.lon, of.lat + metres * METRE)


def near(db: Session, place: Point = HONCHO, **more: object) -> list[int]:
    found = same_holes(db, category="pothole", place=place, **{"radius_m": 30.0} | more)  # type: ignore[arg-type]
    return [ticket.id for ticket in found]


def photo(db: Session, who: int, at: Point | None, state: str = "stored") -> int:
    made = Photo(resident_id=who, state=state, exif_place=at.wkt if at else None)
    db.add(made)
    db.flush()
    return made.id


def pothole(db: Session) -> Category:
    return profile.categories(db)["pothole"]


def test_the_nearest_three_within_the_radius_are_shown_nearest_first(db: Session) -> None:
    who = resident(db)
    ids = {metres: file(db, who, at=north(metres)) for metres in (25, 5, 15, 20, 45)}
    assert near(db) == [ids[5], ids[15], ids[20]]
    assert len(near(db)) == MOST_SAME
    assert near(db, limit=9, without=[ids[15]]) == [ids[5], ids[20], ids[25]]
    (first, *_) = same_holes(db, category="pothole", place=HONCHO, radius_m=30)
    assert first.metres == pytest.approx(5, abs=0.2)


def test_east_and_west_count_like_north_and_south(db: Session) -> None:
    who = resident(db)
    east = file(db, who, at=Point(HONCHO.lon + 29 * METRE / 0.812, HONCHO.lat))
    file(db, who, at=Point(HONCHO.lon - 31 * METRE / 0.812, HONCHO.lat))
    assert near(db) == [east]


def test_only_open_tickets_of_the_category_and_of_the_last_ninety_days_are_the_same(
    db: Session,
) -> None:
    ticket = file(db, resident(db))
    for status in Status:
        db.execute(text("UPDATE tickets SET status = :status"), {"status": str(status)})
        assert near(db) == ([ticket] if status in OPEN else [])
    db.execute(text("UPDATE tickets SET status = 'received', category = 'mirror'"))
    assert near(db) == []
    db.execute(
        text("UPDATE tickets SET category = 'pothole', received_at = now() - interval '89 days'")
    )
    assert near(db) == [ticket]
    db.execute(text("UPDATE tickets SET received_at = now() - interval '91 days'"))
    assert near(db) == []
    assert near(db, days=365) == [ticket]


def test_the_photo_shown_is_the_first_that_is_stored(db: Session) -> None:
    who = resident(db)
    waiting, stored = photo(db, who, None, "waiting"), photo(db, who, None)
    file(db, who, photo_ids=[waiting, stored])
    (found,) = same_holes(db, category="pothole", place=HONCHO, radius_m=30)
    assert found.photo_id == stored


def test_a_photo_counts_as_taken_elsewhere_beyond_a_hundred_metres(db: Session) -> None:
    who = resident(db)
    close = photo(db, who, north(FAR_APART_M - 1))
    far = photo(db, who, north(FAR_APART_M + 1))
    assert photo_elsewhere(db, [close], HONCHO) is None
    found = photo_elsewhere(db, [close, far], HONCHO)
    assert found
    assert (found.photo_id, round(found.metres)) == (far, 101)
    assert (found.town, found.town_en) == ("本町二丁目", "Honcho 2-chome")


def test_a_photo_without_a_place_or_taken_in_another_city_asks_nothing(db: Session) -> None:
    who = resident(db)
    ids = [photo(db, who, None), photo(db, who, BORDER), photo(db, who, north(300), "removed")]
    assert photo_elsewhere(db, ids, HONCHO) is None
    assert photo_elsewhere(db, [], HONCHO) is None


def test_one_of_several_photos_in_the_city_is_enough_to_ask(db: Session) -> None:
    who = resident(db)
    ids = [photo(db, who, BORDER), photo(db, who, north(300))]
    found = photo_elsewhere(db, ids, HONCHO)
    assert found
    assert found.photo_id == ids[1]


def test_a_late_photo_from_elsewhere_leaves_a_line_for_staff(db: Session) -> None:
    who = resident(db)
    far = photo(db, who, north(200))
    note_photo_elsewhere(db, far)
    file(db, who, photo_ids=[far])
    note_photo_elsewhere(db, far)
    lines = db.execute(text("SELECT actor, details FROM history WHERE what = 'photo_elsewhere'"))
    assert [tuple(line) for line in lines] == [("michi", {"photo_id": far, "metres": 200})]


def test_whose_road_it_is_is_asked_only_where_two_owners_are_about_as_near(db: Session) -> None:
    roads = roads_in_question(db, CROSSING, pothole(db))
    assert {road.owner for road in roads} == {"prefecture", "city"}
    assert roads_in_question(db, north(60, CROSSING), pothole(db)) == []
    assert roads_in_question(db, HONCHO, pothole(db)) == []


def test_far_from_every_road_nothing_is_asked(db: Session) -> None:
    assert roads_in_question(db, Point(139.60, 35.80), pothole(db)) == []


def test_a_ticket_of_ones_own_is_shown_as_well(db: Session) -> None:
    haruka, alex = resident(db, HARUKA), resident(db, ALEX)
    ids = [file(db, haruka), file(db, alex)]
    assert near(db) == ids
