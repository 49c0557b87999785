"""What a message brought goes when its sender takes it back: before, while and after we use it."""

import json
from typing import Any

import pytest
from townsfolk import (
    ALEX,
    BEHIND_THE_BORDER,
    HARUKA,
    STAFF,
    Json,
    arrive,
    button,
    door_of,
    draft,
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
from reports.actions.ask import ask
from reports.actions.merge import merge
from reports.outbox.kinds import from_json
from reports.photos import intake
from reports.tickets import history
from reports.tickets.events import PhotoElsewhere
from store.database import transaction
from workers.photos import take_in

pytestmark = pytest.mark.usefixtures("database_url")

HISTORY = "SELECT what, actor, note, details FROM history WHERE what = :what ORDER BY id"
ODD_QUESTIONS = [
    '{"ticket_id": 1}', '{"x": 1}',
    '{"ticket_id": 1, "history_id": 1, "at": "2026-11-20T09:00:00"}',
    '{"ticket_id": 1, "history_id": "one", "at": "2026-11-20T09:00:00Z"}',
    '{"ticket_id": 1, "history_id": 99999999999999999999, "at": "2026-11-20T09:00:00Z"}',
    '{"ticket_id": 1, "history_id": {}, "at": []}',
]  # fmt: skip
ASKED_ODDLY = """
    UPDATE history SET details = jsonb_set(details, '{question}', CAST(:odd AS jsonb))
    WHERE what = 'answered'
"""
STORED = {"state": "stored", "original": "o", "large": "l", "small": "s"}
FORGET_FILES = "SELECT args FROM tasks WHERE name = 'forget_files'"


def filed(who: str = HARUKA) -> tuple[Json, Json, Json]:
    """Photo, place and words of a report that is a ticket now."""
    sent = photo(who), place(who), words("大きな穴", who)
    hear(*sent)
    return sent


def ticket() -> int:
    found: int = value("SELECT max(id) FROM tickets")
    return found


def change() -> int:
    found: int = value("SELECT change FROM tickets ORDER BY id LIMIT 1")
    return found


def unsent() -> list[Any]:
    return [line.details["what"] for line in rows(HISTORY, what="unsent")]


def staff_ask(question: str) -> None:
    with transaction() as db:
        ask(db, ticket(), STAFF, question)
    rows("UPDATE messages SET state = 'sent' WHERE say -> 0 ->> 'say' = 'question'")


def pushed(contents: list[Any] | None, **facts: Any) -> int:
    """A push to HARUKA as `bot.delivery` leaves it."""
    values = {"state": "waiting", "tried": None} | facts
    made: int = value(
        "INSERT INTO messages (recipient, say, contents, state, pushed_first_at, due_at)"
        " VALUES (:who, '[]', CAST(:contents AS jsonb), :state,"
        " CAST(:tried AS timestamptz), now() + interval '1 h')"
        " RETURNING id",
        **{"who": HARUKA, "contents": json.dumps(contents)} | values,
    )
    return made


def test_a_photo_taken_back_before_it_is_fetched_is_not_fetched() -> None:
    sent, *_ = filed()
    hear(unsend(sent))
    assert take_in(value("SELECT id FROM photos")) is None
    assert rows("SELECT state FROM photos") == [("removed",)]
    assert rows(FORGET_FILES) == []


def test_a_photo_taken_back_while_it_is_fetched_leaves_no_files() -> None:
    sent, *_ = filed()
    hear(unsend(sent))
    with transaction() as db:
        assert intake.keep(db, value("SELECT id FROM photos"), STORED) is False
    assert value(FORGET_FILES) == {"keys": ["o", "l", "s"]}
    assert value("SELECT state FROM photos") == "removed"


def test_a_stored_photo_of_a_ticket_goes_and_the_history_tells_of_it_without_content() -> None:
    sent, *_ = filed()
    with transaction() as db:
        intake.keep(db, value("SELECT id FROM photos"), STORED)
    before = change()
    hear(unsend(sent))
    assert rows("SELECT state, original, large, small, width FROM photos") == [
        ("removed", None, None, None, None)
    ]
    assert value(FORGET_FILES) == {"keys": ["o", "l", "s"]}
    assert rows(HISTORY, what="unsent") == [("unsent", "resident", "", {"what": ["photo"]})]
    assert change() > before


def test_a_place_that_was_read_from_the_photo_goes_with_it() -> None:
    sent, *_ = filed()
    at = door_of(HARUKA).wkt
    rows("UPDATE photos SET exif_place = ST_GeomFromEWKT(:at), exif_accuracy_m = 4", at=at)
    rows("UPDATE reports SET place_source = 'exif', place_accuracy_m = 4")
    hear(unsend(sent))
    assert rows("SELECT place, place_accuracy_m FROM reports") == [(None, None)]
    assert value("SELECT ST_AsEWKT(place) = ST_AsEWKT(ST_GeomFromEWKT(:at)) FROM tickets", at=at)


def test_words_of_a_ticket_go_alone_with_the_town_that_they_named() -> None:
    *_, sent = filed()
    rows("INSERT INTO remarks (report_id, line_message_id, words) SELECT id, 'm', 'x' FROM reports")
    rows("UPDATE reports SET place_hint = '本町'")
    hear(unsend(sent))
    assert rows("SELECT words FROM remarks") == [("x",)]
    assert value("SELECT place_hint FROM reports") == ""
    assert unsent() == [["words"]]


def test_a_place_goes_and_the_ticket_stays_where_it_is() -> None:
    _, sent, _ = filed()
    hear(unsend(sent))
    assert rows("SELECT place, place_message_id FROM reports") == [(None, None)]
    at = door_of(HARUKA)
    assert rows("SELECT ST_X(place), ST_Y(place) FROM tickets") == [(at.lon, at.lat)]
    assert unsent() == [["place"]]


def test_of_an_answer_to_staff_only_what_was_taken_back_goes() -> None:
    filed()
    staff_ask("どのくらいの深さですか。")
    first, second, picture, where = words("深さ十センチ"), words("水も出ます"), photo(), place()
    hear(first, second, picture, where)
    (line,) = rows(HISTORY, what="answered")
    assert line.note == "深さ十センチ\n水も出ます"
    assert {"photo_ids", "remark_ids", "place"} <= set(line.details)
    hear(unsend(first), unsend(picture), unsend(where))
    (line,) = rows(HISTORY, what="answered")
    assert line.note == "水も出ます"
    assert len(line.details["remark_ids"]) == 1
    assert not {"photo_ids", "place", "place_message_id"} & set(line.details)
    assert unsent() == [["words"], ["photo"], ["place"]]
    assert value("SELECT count(*) FROM reports WHERE place IS NOT NULL") == 1


def test_what_was_taken_back_leaves_the_ticket_that_was_merged_too() -> None:
    sent, *_ = filed()
    photo_id = value("SELECT id FROM photos")
    staff_ask("どこですか。")
    told = words("角の店の前")
    hear(told)
    old = ticket()
    filed(ALEX)
    number = value("SELECT number FROM tickets WHERE id = :id", id=ticket())
    with transaction() as db:
        history.write(db, old, None, PhotoElsewhere(photo_id, 300))
        merge(db, old, number, STAFF, note="同じ穴です。")
    hear(unsend(sent), unsend(told))
    assert rows(HISTORY, what="photo_elsewhere") == []
    assert [line.note for line in rows(HISTORY, what="answered")] == [""]
    lines = rows("SELECT ticket_id FROM history WHERE what = 'unsent'")
    assert [line.ticket_id for line in lines] == [ticket(), ticket()]


def test_what_was_taken_back_from_a_draft_is_in_no_ticket() -> None:
    for sent in (photo(), words("すごく揺れます、穴です"), place()):
        hear(sent)
        hear(unsend(sent))
    kept = json.dumps(draft(), ensure_ascii=False)
    assert "揺れ" not in kept
    assert str(door_of(HARUKA).lat) not in kept
    assert rows("SELECT state FROM photos") == [("removed",)]
    assert unsent() == []


def test_what_was_only_read_out_of_words_goes_with_them() -> None:
    told = words("ガスのにおいがします。大きな穴です")
    hear(told, photo())
    assert (draft()["category"], draft()["urgent"]) == ("pothole", True)
    hear(unsend(told))
    assert draft()["category"] is None
    assert not {"urgent", "inferred", "remarks"} & set(draft())
    hear(place())
    assert said()[-1] == ["ask"]
    assert value("SELECT count(*) FROM tickets") == 0


def test_a_kind_that_was_pressed_or_that_other_words_name_stays() -> None:
    first, second = words("大きな穴です"), words("とても深い穴です")
    hear(first, second, unsend(first))
    assert (draft()["category"], draft()["inferred"]) == ("pothole", True)
    hear(button(f"do=category&draft={draft()['key']}&category=drain"), unsend(second))
    assert draft()["category"] == "drain"


def test_a_question_is_open_again_when_its_whole_answer_is_taken_back() -> None:
    filed()
    staff_ask("どのくらいの深さですか。")
    waits = "SELECT asked_at IS NOT NULL FROM tickets"
    open_now = "SELECT question <> '{}' FROM residents"
    first, second = words("五センチ"), words("まちがい")
    hear(first, second, unsend(second))
    assert (value(waits), value(open_now)) == (False, False)
    hear(unsend(first))
    assert (value(waits), value(open_now)) == (True, True)
    rows("UPDATE residents SET draft = '{}'")
    third = words("十センチです")
    hear(third)
    assert [line.note for line in rows(HISTORY, what="answered")] == ["", "十センチです"]
    assert (value(waits), value(open_now)) == (False, False)
    hear(unsend(photo()))
    assert value(open_now) is False


def test_a_question_that_staff_put_anew_is_not_replaced_by_the_one_before() -> None:
    filed()
    staff_ask("どのくらいの深さですか。")
    told = words("五センチ")
    hear(told)
    staff_ask("写真はありますか。")
    hear(words("ありません"), unsend(told))
    assert value("SELECT question = '{}' FROM residents")


@pytest.mark.parametrize("odd", ODD_QUESTIONS)
def test_an_answer_to_a_question_that_does_not_read_is_taken_back_all_the_same(odd: str) -> None:
    filed()
    staff_ask("どのくらいの深さですか。")
    told = words("五センチ")
    hear(told)
    rows(ASKED_ODDLY, odd=odd)
    hear(unsend(told))
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL OR attempts > 0") == 0
    assert value("SELECT count(*) FROM remarks WHERE words = '五センチ'") == 0
    assert value("SELECT question = '{}' FROM residents")


@pytest.mark.parametrize("odd", ODD_QUESTIONS)
def test_what_answered_a_question_that_does_not_read_can_be_meant_for_a_new_report(
    odd: str,
) -> None:
    filed()
    staff_ask("どのくらいの深さですか。")
    hear(words("ミラーが割れています"))
    rows(ASKED_ODDLY, odd=odd)
    hear(button(f"do=not_this&draft={draft()['key']}"))
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL OR attempts > 0") == 0
    assert draft()["category"] == "mirror"


@pytest.mark.parametrize("state", ["sent", "waiting"])
def test_what_is_said_to_them_names_the_place_no_more(state: str) -> None:
    sent = place()
    hear(sent)
    rows("UPDATE messages SET state = :state", state=state)
    town = "SELECT count(*) FROM messages WHERE say::text LIKE '%本町%'"
    assert value(town) == 1
    hear(unsend(sent))
    assert value(town) == 0
    with transaction() as db:
        (message,) = draw(db, HARUKA, [*map(from_json, value("SELECT say FROM messages"))])
    assert "本町" not in str(message)


def test_nor_the_city_next_door_that_it_lies_in() -> None:
    sent = place(at=BEHIND_THE_BORDER)
    hear(sent)
    town = "SELECT count(*) FROM messages WHERE say::text LIKE '%国分寺%'"
    assert value(town) == 1
    hear(unsend(sent))
    assert value(town) == 0


def test_what_was_added_is_told_also_when_it_is_taken_back_at_once() -> None:
    filed()
    hear(button(f"do=add&number={value('SELECT number FROM tickets')}"))
    sent = photo()
    hear(sent, unsend(sent))
    kept = value("SELECT say FROM messages ORDER BY id DESC LIMIT 1")
    with transaction() as db:
        (message,) = draw(db, HARUKA, [*map(from_json, kept)])
    assert message["text"].startswith("受付番号")


def test_nor_the_roads_and_tickets_that_were_near_it() -> None:
    near = [{"say": "which_road", "draft": "k", "roads": [{"owner": "city", "name": "本町通り"}]}]
    near += [{"say": "same_hole", "draft": "k", "tickets": [{"id": 1, "metres": 4}]}]
    sent = place()
    hear(sent)
    rows("UPDATE messages SET say = :say, state = 'sent'", say=json.dumps(near))
    hear(unsend(sent))
    left = [
        {"say": "which_road", "draft": "k", "roads": []},
        {"say": "same_hole", "draft": "k", "tickets": []},
    ]
    assert value("SELECT say FROM messages") == left


def test_nobody_takes_back_what_another_sent() -> None:
    sent = filed()
    for one in sent:
        hear(unsend(one, ALEX))
    assert rows("SELECT state FROM photos") == [("waiting",)]
    assert value("SELECT count(*) FROM remarks") == 1
    assert value("SELECT count(*) FROM reports WHERE place IS NOT NULL") == 1
    assert value("SELECT count(*) FROM inbox WHERE raw ? 'message'") == 3
    assert unsent() == []


def test_taking_back_twice_is_taking_back_once() -> None:
    sent = filed()
    for one in (*sent, *sent):
        hear(unsend(one))
    assert unsent() == [["photo"], ["place"], ["words"]]


def test_a_message_heard_after_it_was_taken_back_leaves_nothing_and_gets_no_answer() -> None:
    for sent in (photo(), place(), words("大きな穴です"), photo(image_set="S")):
        hear(unsend(sent))
        assert hear(sent) == 1
        kept = value("SELECT raw FROM inbox WHERE key = :key", key=sent["webhookEventId"])
        assert "message" not in kept
    assert rows("SELECT 1 FROM photos") == []
    assert said() == []
    assert draft() == {}


def test_a_message_that_could_not_be_heard_yet_is_over_when_it_is_taken_back() -> None:
    sent = words("大きな穴です")
    arrive(sent)
    rows("UPDATE inbox SET attempts = 1, retry_at = now() + interval '1 hour'")
    hear(unsend(sent))
    rows("UPDATE inbox SET retry_at = now()")
    assert hear() == 0
    assert value("SELECT count(*) FROM inbox WHERE raw ? 'message'") == 0
    assert said() == []


def test_cards_that_may_show_it_are_drawn_anew_unless_line_has_seen_them() -> None:
    sent, *_ = filed()
    card = [{"url": f"https://michi/photos/{value('SELECT id FROM photos')}/large/x.jpg"}]
    untried, tried, said_before = (
        pushed(card),
        pushed(card, tried="now"),
        pushed(card, state="sent"),
    )
    to_a_stranger = pushed(card, who="U" + "9" * 32)
    of_another = pushed([{"url": "https://michi/photos/0/large/x.jpg"}], who="U" + "8" * 32)
    hear(unsend(sent))
    drawn = "SELECT contents IS NOT NULL FROM messages WHERE id = :id"
    left = [untried, tried, said_before, to_a_stranger, of_another]
    assert [value(drawn, id=id) for id in left] == [False, True, False, False, True]
