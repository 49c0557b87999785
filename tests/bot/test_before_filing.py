"""A complete report is filed only when it is clear: which place, not the same hole, which road."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from townsfolk import (
    ALEX,
    HARUKA,
    HONCHO,
    ICHIRO,
    STAFF,
    Json,
    arrive,
    button,
    draft,
    event,
    file,
    hear,
    leave,
    photo,
    place,
    resident,
    rows,
    said,
    unsend,
    value,
    words,
)

from bot.hearing import hear_everything
from bot.wording import languages, wording
from geo.points import Point
from reports.actions.merge import merge
from reports.actions.move import move
from reports.tickets import queries
from reports.tickets.duplicates import one_at_a_time
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")

CROSSING = Point(139.508, 35.7055)
"""Where 小金井街道 (都道15) and 北大通り (市道101) cross."""
FAR_OFF = Point(HONCHO.lon, HONCHO.lat + 0.0018)
"""About 200 m north of HONCHO, in the city."""
TICKETS = "SELECT count(*) FROM tickets"
REPORT = "SELECT * FROM reports ORDER BY id DESC LIMIT 1"


def taken_at(at: Point) -> None:
    """All photos were stored by now, and know that place."""
    rows(
        "UPDATE photos SET state = 'stored', exif_place = ST_GeomFromEWKT(:at),"
        " exif_accuracy_m = 7 WHERE state = 'waiting'",
        at=at.wkt,
    )


def last_say(who: str = HARUKA) -> Json:
    found: Json = value(
        "SELECT say -> -1 FROM messages WHERE recipient = :who ORDER BY id DESC LIMIT 1", who=who
    )
    return found


def press(do: str, who: str = HARUKA, **data: object) -> None:
    """A button of the draft as it is now."""
    more = "".join(f"&{name}={given}" for name, given in data.items())
    hear(button(f"do={do}&draft={draft(who)['key']}{more}", who))


def filed(who: str = ALEX, at: Point = HONCHO, spoken: str = "穴") -> int:
    """A whole report of somebody; the id of its ticket."""
    hear(photo(who), place(who, at), words(spoken, who))
    made: int = value("SELECT max(id) FROM tickets")
    return made


def asked_which_place() -> Json:
    hear(photo())
    taken_at(FAR_OFF)
    hear(words("穴"), place(at=HONCHO))
    return last_say()


def test_a_photo_taken_elsewhere_asks_which_place_it_is() -> None:
    asked = asked_which_place()
    assert asked["say"] == "which_place"
    assert asked["metres"] == pytest.approx(200, abs=3)
    assert asked["photo_town"]["ja"]
    assert asked["sent_town"]["en"] == "Honcho 2-chome"
    assert value(TICKETS) == 0


def test_the_photos_place_is_taken_with_its_source_and_accuracy() -> None:
    asked = asked_which_place()
    press("place", photo=asked["photo"])
    (report,) = rows(REPORT)
    assert (report.place_source, report.place_accuracy_m) == ("exif", 7)
    lat = value("SELECT ST_Y(place) FROM tickets")
    assert lat == pytest.approx(FAR_OFF.lat)


def test_the_place_that_was_sent_is_kept_and_not_asked_about_again() -> None:
    asked_which_place()
    press("keep_place")
    (report,) = rows(REPORT)
    assert (report.place_source, report.place_accuracy_m) == ("line", None)
    assert value("SELECT ST_Y(place) FROM tickets") == pytest.approx(HONCHO.lat)
    assert said()[-1] == ["ticket"]


def test_a_photo_close_by_asks_nothing() -> None:
    hear(photo())
    taken_at(Point(HONCHO.lon, HONCHO.lat + 0.0008))
    hear(words("穴"), place(at=HONCHO))
    assert said()[-1] == ["ticket"]


def test_the_photos_place_goes_with_the_photo_that_is_taken_back() -> None:
    sent = photo()
    hear(sent)
    taken_at(FAR_OFF)
    press("place", photo=draft()["photos"][0])
    assert draft()["place"]["source"] == "exif"
    hear(unsend(sent))
    assert (draft()["photos"], draft()["place"]) == ([], None)


def test_a_sticker_while_a_question_is_open_brings_the_question_again() -> None:
    asked = asked_which_place()
    hear(event(message={"id": "1", "type": "sticker"}))
    assert said()[-1] == ["unusable", "which_place"]
    assert last_say() == asked
    hear(button("do=category&draft=old&category=tree"))
    assert said()[-1] == ["old_button", "which_place"]
    hear(words("通報"))
    assert said()[-1] == ["which_place"]
    press("keep_place")
    assert value(TICKETS) == 1


def test_the_same_hole_is_shown_before_a_ticket_is_made() -> None:
    there = filed()
    hear(photo(), place(at=Point(HONCHO.lon, HONCHO.lat + 0.0001)), words("穴があります"))
    assert last_say()["tickets"] == [{"id": there, "metres": 11}]
    assert value(TICKETS) == 1


def test_the_same_it_is_joins_with_photos_and_words() -> None:
    there = filed()
    hear(photo(), place(at=HONCHO), words("穴があります"))
    press("same", ticket=there)
    assert said()[-1] == ["joined"]
    assert draft() == {}
    (report,) = rows(REPORT)
    assert report.ticket_id == there
    assert value("SELECT count(*) FROM photos WHERE report_id = :id", id=report.id) == 1
    assert value("SELECT words FROM remarks WHERE report_id = :id", id=report.id) == "穴があります"
    assert value("SELECT count(*) FROM followers WHERE ticket_id = :id", id=there) == 2
    assert value("SELECT what FROM history ORDER BY id DESC LIMIT 1") == "joined"
    assert value(TICKETS) == 1


def test_another_hole_makes_a_ticket_and_the_answer_is_remembered() -> None:
    there = filed()
    hear(photo(), place(at=HONCHO), words("穴があります"))
    press("differs", tickets=there)
    assert said()[-1] == ["ticket"]
    assert rows(REPORT)[0].differs_from == [there]
    assert value(TICKETS) == 2


@pytest.mark.parametrize("forged", ["", "0", "x", "999999", "99999999999999999999999", "²"])
@pytest.mark.usefixtures("hours_apart")
def test_a_ticket_that_was_not_shown_cannot_be_joined(forged: str) -> None:
    far = filed(at=FAR_OFF)
    filed(at=HONCHO, spoken="ミラー")
    hear(photo(), place(at=HONCHO), words("ミラー"))
    press("same", ticket=forged or far)
    assert said()[-1] == ["old_button", "same_hole"]
    assert value("SELECT count(*) FROM followers WHERE ticket_id = :far", far=far) == 1
    press("differs", tickets=f"{'9' * 30}.{forged}.x")
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL") == 0
    assert said()[-1] == ["old_button", "same_hole"]
    press("differs", tickets=f"{far}")
    assert said()[-1] == ["old_button", "same_hole"]


@pytest.mark.parametrize("to", [Status.FIXED, Status.DECLINED])
def test_the_same_as_a_ticket_that_was_closed_meanwhile_makes_a_new_one(to: Status) -> None:
    there = filed()
    other = filed(at=Point(HONCHO.lon, HONCHO.lat + 0.0001), who=HARUKA)
    press("differs", tickets=there)
    other = value("SELECT max(id) FROM tickets")
    hear(photo(ICHIRO), place(ICHIRO, HONCHO), words("穴があります", ICHIRO))
    with transaction() as db:
        move(db, there, to, STAFF, note="終わりました。")
    press("same", ICHIRO, ticket=there)
    assert said(ICHIRO)[-1] == ["same_closed", "ticket"]
    (report,) = rows(REPORT)
    assert report.ticket_id not in (there, other)
    assert report.differs_from == [other]
    assert draft(ICHIRO) == {}


@pytest.mark.usefixtures("hours_apart")
def test_the_same_as_a_ticket_that_was_put_together_meanwhile_joins_what_goes_on() -> None:
    there, far = filed(), filed(at=FAR_OFF)
    hear(photo(), place(at=HONCHO), words("穴があります"))
    with transaction() as db:
        into = queries.ticket(db, id=far)
        assert into
        merge(db, there, into.ticket.number, STAFF)
    press("same", ticket=there)
    assert said()[-1] == ["joined"]
    assert rows(REPORT)[0].ticket_id == far


def test_a_ticket_that_was_shown_can_be_joined_though_nearer_ones_came_since() -> None:
    there = filed(at=Point(HONCHO.lon, HONCHO.lat + 0.0002))
    hear(photo(), place(at=HONCHO), words("穴があります"))
    with transaction() as db:
        for _ in range(3):
            file(db, resident(db, f"U{_}" + "d" * 31))
    press("same", ticket=there)
    assert said()[-1] == ["joined"]
    assert rows(REPORT)[0].ticket_id == there


def test_the_card_of_the_same_hole_still_works_after_half_an_hour() -> None:
    there = filed()
    hear(photo(), place(at=HONCHO), words("穴があります"))
    key = draft()["key"]
    leave(HARUKA, 40)
    hear(button(f"do=same&draft={key}&ticket={there}"))
    assert said()[-1] == ["joined"]
    assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == 2


SAID: list[tuple[str, str, str]] = [
    ("same", "同じです", "joined"), ("same", "おなじです", "joined"), ("same", "はい。", "joined"),
    ("same", "It’s the same", "joined"), ("same", "Same!", "joined"),
    ("same", "ちがいます", "ticket"), ("same", "違います", "ticket"), ("same", "いいえ", "ticket"),
    ("same", "it's different", "ticket"), ("same", "べつです", "ticket"),
    ("road", "わからない", "ticket"), ("road", "not sure", "ticket"),
    ("road", "北大通りです", "ticket"), ("road", "Koganei-kaido", "ticket"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "spoken", "then"), SAID)
def test_what_stands_on_a_button_can_be_typed_in_every_language(
    question: str, spoken: str, then: str
) -> None:
    if question == "same":
        filed()
    hear(photo(), place(at=HONCHO if question == "same" else CROSSING), words("穴"))
    hear(words(spoken))
    assert said()[-1] == [then]
    owners = {"北大通りです": "city", "Koganei-kaido": "prefecture"}
    assert rows(REPORT)[0].owner_said == owners.get(spoken)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("button", "source"), [("at_photo", "exif"), ("as_sent", "line")])
def test_which_place_it_is_can_be_typed(language: str, button: str, source: str) -> None:
    asked_which_place()
    spoken = wording(language)(f"button.{button}")
    hear(words(spoken))
    assert said()[-1] == ["ticket"]
    assert rows(REPORT)[0].place_source == source
    assert value("SELECT count(*) FROM remarks WHERE words = :spoken", spoken=spoken) == 0


def test_which_of_several_is_the_same_is_asked_once_more_and_no_remark_comes_of_it() -> None:
    filed()
    with transaction() as db:
        file(db, resident(db, ICHIRO))
    hear(photo(), place(at=HONCHO), words("穴"))
    hear(words("同じです"))
    assert said()[-1] == ["same_hole"]
    assert [remark["words"] for remark in draft()["remarks"]] == ["穴"]


def test_words_that_answer_nothing_that_was_asked_are_words() -> None:
    said_ = ["はい", "写真の場所", "わからない"]
    hear(photo(), place(at=HONCHO), *map(words, said_))
    assert [remark["words"] for remark in draft()["remarks"]] == said_


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("button", "photos"), [("resume", 1), ("fresh", 0)])
def test_what_becomes_of_a_draft_that_was_left_can_be_typed(
    language: str, button: str, photos: int
) -> None:
    hear(photo())
    leave(HARUKA, 40)
    hear(words("穴があります"), words(wording(language)(f"button.{button}")))
    assert len(draft().get("photos", [])) == photos
    assert "before" not in draft()
    assert [remark["words"] for remark in draft()["remarks"]] == ["穴があります"]


@pytest.mark.parametrize("spoken", ["写真なしで送る", "写真はありません", "No photo"])
def test_that_there_is_no_photo_can_be_typed(spoken: str) -> None:
    hear(place(at=HONCHO), words(spoken), words("穴"))
    assert said()[-1] == ["ticket"]


def test_an_answer_to_the_question_about_another_place_is_known_as_old() -> None:
    there = filed()
    filed(at=FAR_OFF, who=ICHIRO)
    hear(photo(), place(at=HONCHO), words("穴"), place(at=FAR_OFF))
    for old in ({"do": "differs", "tickets": there}, {"do": "keep_place"}, {"do": "road"}):
        press(str(old.pop("do")), **old)
        assert said()[-1] == ["old_button", "same_hole"]
    assert value("SELECT count(*) FROM reports") == 2


@pytest.mark.parametrize("forged", ["", "national", "zzz", "city' --"])
def test_an_owner_that_was_not_asked_about_is_no_answer(forged: str) -> None:
    hear(photo(), words("穴"), place(at=CROSSING))
    press("road", owner=forged)
    assert said()[-1] == ["old_button", "which_road"]
    assert value(TICKETS) == 0


@pytest.mark.usefixtures("hours_apart")
def test_reporting_ones_own_hole_again_is_no_report_of_others() -> None:
    there = filed(who=HARUKA)
    hear(photo(), place(at=HONCHO), words("穴が広がっています"))
    press("same", ticket=there)
    assert value("SELECT details ->> 'again' FROM history WHERE what = 'joined'") == "true"
    assert value("SELECT count(*) FROM followers") == 1


def test_another_kind_of_problem_at_the_same_place_is_not_the_same() -> None:
    filed(spoken="ミラー")
    hear(photo(), place(at=HONCHO), words("穴"))
    assert said()[-1] == ["ticket"]


def test_another_place_after_the_question_is_looked_at_anew() -> None:
    filed()
    hear(photo(), place(at=HONCHO), words("穴"))
    hear(place(at=FAR_OFF))
    assert said()[-1] == ["ticket"]
    assert value(TICKETS) == 2


def test_between_two_owners_it_is_asked_whose_road_it_is() -> None:
    hear(photo(), words("穴"), place(at=CROSSING))
    asked = last_say()
    assert {road["owner"]: road["name"] for road in asked["roads"]} == {
        "prefecture": "小金井街道",
        "city": "北大通り",
    }
    press("road", owner="city")
    assert said()[-1] == ["ticket"]
    assert rows(REPORT)[0].owner_said == "city"


def test_not_knowing_whose_road_it_is_leaves_it_to_staff() -> None:
    hear(photo(), words("穴"), place(at=CROSSING))
    press("road", owner="unknown")
    assert said()[-1] == ["ticket"]
    assert rows(REPORT)[0].owner_said is None


def test_the_questions_come_one_after_the_other_and_each_once() -> None:
    filed(at=CROSSING)
    press("road", ALEX, owner="city")
    there = value("SELECT max(id) FROM tickets")
    hear(photo())
    taken_at(FAR_OFF)
    hear(place(at=CROSSING), words("ガス臭い穴"))
    assert said()[-1] == ["urgent", "which_place"]
    press("keep_place")
    assert said()[-1] == ["same_hole"]
    press("differs", tickets=there)
    assert said()[-1] == ["which_road"]
    press("road", owner="prefecture")
    assert said()[-1] == ["ticket"]
    assert value(TICKETS) == 2


def test_a_town_that_was_named_asks_nothing_of_the_place() -> None:
    filed()
    hear(photo(), words("本町2丁目の道に穴"))
    asked = last_say()
    assert asked["typed"] == {"ja": "本町二丁目", "en": "Honcho 2-chome"}
    press("typed_place")
    assert said()[-1] == ["ticket"]
    (report,) = rows(REPORT)
    assert (report.place_source, report.place_hint) == ("typed", "本町二丁目")
    assert 100 < report.place_accuracy_m < 2000


def test_a_town_in_words_beside_a_place_is_a_hint_for_staff() -> None:
    named = words("本町2-5-3、前原坂上の交差点のそばに穴")
    for parts in ([photo(), named, place(at=FAR_OFF)], [place(at=FAR_OFF), named, photo()]):
        hear(*parts)
        if said()[-1] == ["same_hole"]:
            press("differs", tickets=last_say()["tickets"][0]["id"])
        (report,) = rows(REPORT)
        assert report.place_source == "line"
        assert report.place_hint == "本町二丁目、前原坂上交差点"


def test_a_crossing_that_was_named_can_be_the_place() -> None:
    hear(photo(), words("前原坂上の交差点に穴"))
    assert last_say()["typed"] == {"ja": "前原坂上交差点", "en": ""}
    hear(words("前原坂上交差点のあたりで送る"))
    assert said()[-1] == ["ticket"]
    (report,) = rows(REPORT)
    assert (report.place_source, report.place_accuracy_m) == ("typed", 50)
    assert report.place_hint == "前原坂上交差点"


def test_a_question_asked_of_what_was_taken_out_of_a_ticket_loses_nothing() -> None:
    there = filed(who=HARUKA)
    number = value("SELECT number FROM tickets WHERE id = :id", id=there)
    hear(button(f"do=add&number={number}"), photo(), words("穴があります"), place(at=HONCHO))
    press("not_this")
    assert said()[-1] == ["same_hole"]
    press("differs", tickets=there)
    (report,) = rows(REPORT)
    assert report.ticket_id != there
    assert value("SELECT count(*) FROM photos WHERE report_id = :id", id=report.id) == 1
    assert value("SELECT words FROM remarks WHERE report_id = :id", id=report.id) == "穴があります"
    assert value("SELECT count(*) FROM history WHERE what = 'added'") == 0


def test_the_question_of_a_left_report_is_asked_when_it_is_gone_on_with() -> None:
    filed()
    hear(photo(), place(at=HONCHO), words("穴"))
    leave(HARUKA, 40)
    hear(words("舗装も傷んでいます"))
    press("resume")
    assert said()[-1] == ["same_hole"]


@pytest.mark.usefixtures("hours_apart")
def test_of_two_people_at_the_same_hole_at_once_the_second_is_shown_the_ticket_of_the_first() -> (
    None
):
    across = Point(HONCHO.lon, HONCHO.lat + 0.0002)
    for at in (HONCHO, FAR_OFF, Point(HONCHO.lon, HONCHO.lat + 0.004)):
        beside = Point(at.lon, at.lat + across.lat - HONCHO.lat)
        arrive(photo(), photo(ALEX), place(at=at), place(ALEX, beside), words("穴"))
        arrive(words("穴", ALEX))
        hear_everything()
        assert sorted([said()[-1], said(ALEX)[-1]]) == [["same_hole"], ["ticket"]]
        hear(words("やめる"), words("やめる", ALEX))


def test_nobody_looks_for_the_same_hole_while_somebody_files_it() -> None:
    """Whichever squares of the map their circles touch, and only while both are about one kind."""
    here: Json = {"category": "pothole", "place": HONCHO, "radius_m": 30.0}
    beside = here | {"place": Point(HONCHO.lon + 0.0002, HONCHO.lat + 0.0002)}
    with transaction() as first:
        one_at_a_time(first, **here)
        with transaction() as second:
            second.execute(text("SET LOCAL lock_timeout = '50ms'"))
            one_at_a_time(second, **here | {"category": "mirror"})
            one_at_a_time(second, **here | {"place": CROSSING})
            with pytest.raises(OperationalError, match="lock timeout"):
                one_at_a_time(second, **beside)
