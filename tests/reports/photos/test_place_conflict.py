"""A photo that came last was taken elsewhere: the answer asks which place it is, after all."""

from typing import Any

import pytest
from townsfolk import (
    ALEX,
    HARUKA,
    HONCHO,
    ICHIRO,
    STAFF,
    button,
    hear,
    photo,
    place,
    rows,
    said,
    unsend,
    value,
    words,
)

from bot.render.table import draw
from geo.points import Point
from reports.actions.move import move
from reports.actions.relocate import relocate
from reports.actions.route import route
from reports.outbox.kinds import from_json
from reports.photos.place_conflict import let_card_go
from reports.tickets.status import Status
from store.database import transaction
from workers import photos

pytestmark = pytest.mark.usefixtures("database_url")

FAR_OFF = Point(HONCHO.lon, HONCHO.lat + 0.0018)
"""About 200 m north of HONCHO, in the city."""
CLOSE_BY = Point(HONCHO.lon, HONCHO.lat + 0.0008)
ANOTHER_CITY = Point(139.4795, 35.7003)
CARD = "SELECT id, say, due_at <= now() AS leaves FROM messages ORDER BY id DESC LIMIT 1"
LINES = "SELECT what, details FROM history ORDER BY id"
REPORT = "SELECT * FROM reports ORDER BY id LIMIT 1"


def stored(at: Point) -> None:
    """What a worker writes for the newest photo, which was taken there."""
    facts = {"state": "stored", "exif_place": at.wkt, "exif_accuracy_m": 7}
    with transaction() as db:
        photos.keep(db, value("SELECT max(id) FROM photos"), facts)


def filed(*, at: Point = FAR_OFF) -> str:
    """A report whose photo came last, routed before the photo was there. Its ticket's number."""
    hear(words("カーブミラーが割れています"), place(at=HONCHO), photo())
    with transaction() as db:
        route(db, value("SELECT max(id) FROM tickets"))
    stored(at)
    number: str = value("SELECT number FROM tickets ORDER BY id DESC LIMIT 1")
    return number


def drawn() -> list[dict[str, Any]]:
    with transaction() as db:
        return draw(db, HARUKA, [*map(from_json, rows(CARD)[0].say)])


def offered() -> list[str]:
    """What the quick replies of the newest answer would send."""
    items = drawn()[-1].get("quickReply", {}).get("items", [])
    return [item["action"]["data"] for item in items]


def lat() -> float:
    return float(value("SELECT ST_Y(place) FROM tickets ORDER BY id DESC LIMIT 1"))


def test_the_card_waits_for_the_photo_as_well_as_for_its_routing() -> None:
    hear(words("カーブミラーが割れています"), place(at=HONCHO), photo())
    ticket = value("SELECT id FROM tickets")
    with transaction() as db:
        route(db, ticket)
    assert not rows(CARD)[0].leaves
    stored(HONCHO)
    assert rows(CARD)[0].leaves


def test_a_photo_that_was_there_first_leaves_the_card_to_routing() -> None:
    hear(words("カーブミラーが割れています"), place(at=HONCHO), photo())
    stored(HONCHO)
    with transaction() as db:
        let_card_go(db, value("SELECT id FROM tickets"))
    assert not rows(CARD)[0].leaves
    with transaction() as db:
        route(db, value("SELECT id FROM tickets"))
    assert rows(CARD)[0].leaves


def test_the_answer_is_the_ticket_and_one_question() -> None:
    number = filed()
    card, question = drawn()
    assert number in card["altText"]
    assert "約200 m離れています" in question["text"]
    asked = [f"do=place_{said}&number={number}" for said in ("at_photo", "as_sent")]
    assert offered()[:2] == asked
    assert all(one.startswith("do=recategorise") for one in offered()[2:])


@pytest.mark.parametrize("at", [CLOSE_BY, ANOTHER_CITY])
def test_a_photo_close_by_or_of_another_city_asks_nothing(at: Point) -> None:
    filed(at=at)
    assert len(drawn()) == 1


@pytest.mark.parametrize("said_so", ["do=place_at_photo&number={}", "「写真の場所」"])
def test_at_the_photos_place_the_ticket_is_routed_again(said_so: str) -> None:
    number = filed()
    said_so = said_so.format(number)
    hear(button(said_so) if said_so.startswith("do=") else words(said_so))
    assert said()[-1] == ["at_photo", "ticket"]
    assert lat() == pytest.approx(FAR_OFF.lat)
    (report,) = rows(REPORT)
    assert (report.place_source, report.place_accuracy_m) == ("exif", 7)
    assert value("SELECT count(*) FROM tasks WHERE name = 'route_ticket'") == 2
    assert rows(LINES)[-1].details["chosen"] == "photo"
    assert len(drawn()) == 2
    assert not [data for data in offered() if "place_" in data]


@pytest.mark.parametrize("said_so", ["do=place_as_sent&number={}", "the place I sent"])
def test_at_the_place_that_was_sent_it_stays_and_staff_read_so(said_so: str) -> None:
    number = filed()
    said_so = said_so.format(number)
    hear(button(said_so) if said_so.startswith("do=") else words(said_so))
    assert said()[-1] == ["as_sent"]
    assert lat() == pytest.approx(HONCHO.lat)
    last = rows(LINES)[-1]
    assert (last.what, last.details["chosen"]) == ("place_said", "sent")


def test_it_is_answered_once() -> None:
    number = filed()
    hear(button(f"do=place_as_sent&number={number}"))
    hear(button(f"do=place_at_photo&number={number}"))
    assert said()[-1] == ["status"]
    assert lat() == pytest.approx(HONCHO.lat)


def test_whoever_kept_the_place_before_filing_is_not_asked_again() -> None:
    hear(photo())
    stored(FAR_OFF)
    hear(words("カーブミラーが割れています"), place(at=HONCHO), words("送った場所"))
    assert said()[-1] == ["ticket"]
    assert len(drawn()) == 1
    assert {"chosen": "sent"} in [line.details for line in rows(LINES)]


def test_whoever_joins_a_ticket_says_nothing_about_its_place() -> None:
    hear(words("カーブミラーが割れています"), place(at=HONCHO), photo(), photo(ALEX))
    stored(FAR_OFF)
    hear(words("カーブミラーが割れています", ALEX), place(ALEX, at=HONCHO))
    hear(words("送った場所", ALEX), words("同じです", ALEX))
    assert said(ALEX)[-1] == ["joined"]
    assert "place_said" not in {line.what for line in rows(LINES)}


@pytest.mark.parametrize("worked_on", ["moved", "by somebody"])
def test_what_staff_have_taken_up_or_moved_stays_where_it_is(worked_on: str) -> None:
    number = filed()
    here = Point(HONCHO.lon, HONCHO.lat + 0.0003)
    with transaction() as db:
        ticket = value("SELECT id FROM tickets")
        if worked_on == "moved":
            relocate(db, ticket, here, STAFF)
        else:
            move(db, ticket, Status.INSPECTING, STAFF)
    before = lat()
    hear(button(f"do=place_at_photo&number={number}"))
    assert (said()[-1], lat()) == (["status"], before)


@pytest.mark.parametrize("stranger", [ALEX, ICHIRO])
def test_a_strangers_press_moves_nothing(stranger: str) -> None:
    number = filed()
    hear(button(f"do=place_at_photo&number={number}", stranger))
    assert lat() == pytest.approx(HONCHO.lat)
    assert said(stranger)[-1] == ["status"]


def test_the_photos_place_goes_with_the_photo_that_is_taken_back() -> None:
    sent = photo()
    hear(words("カーブミラーが割れています"), place(at=HONCHO), sent)
    stored(FAR_OFF)
    number = value("SELECT number FROM tickets")
    hear(button(f"do=place_at_photo&number={number}"))
    hear(unsend(sent))
    (report,) = rows(REPORT)
    assert (report.place, report.place_accuracy_m) == (None, None)
    assert not {"photo_elsewhere", "place_said"} & {line.what for line in rows(LINES)}
