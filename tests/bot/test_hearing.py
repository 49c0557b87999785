"""Events become effects exactly once, in their own order, whatever happens in between."""

import itertools
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text
from townsfolk import (
    ALEX,
    BEHIND_THE_BORDER,
    HARUKA,
    HONCHO,
    ICHIRO,
    STAFF,
    Json,
    arrive,
    button,
    draft,
    event,
    hear,
    photo,
    place,
    rows,
    said,
    unsend,
    value,
    words,
)

from bot import inbox
from bot.dialogue.draft import DRAFT_LIVES
from bot.drafts import open_draft
from bot.hearing import hear_everything
from bot.render.table import draw
from geo.points import Point
from reports.actions.move import move
from reports.outbox.kinds import Ticket, from_json
from reports.tickets import queries
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter
from store.database import engine, transaction

pytestmark = pytest.mark.usefixtures("database_url")

BESIDE = Point(HONCHO.lon + 0.001, HONCHO.lat)
WAITING = "SELECT count(*) FROM inbox WHERE done_at IS NULL"
TICKETS = "SELECT count(*) FROM tickets"
IN_A_HURRY = "UPDATE inbox SET retry_at = now() WHERE done_at IS NULL"
DEADLOCK = """
    CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE deadlock_detected; END $$;
    CREATE TRIGGER trouble BEFORE INSERT ON photos EXECUTE FUNCTION trouble()
"""
"""No photo can be taken in, and the database says that this passes."""


def three_actions(who: str = HARUKA) -> list[Json]:
    """Photo, place and a word that names the category."""
    return [photo(who), place(who), words("大きな穴", who)]


def at_once(work: Callable[[], object], threads: int = 4) -> None:
    """The same work in several threads, begun together; whatever one raises is raised."""
    gate = threading.Barrier(threads)

    def begin() -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(threads) as pool:
        for running in [pool.submit(begin) for _ in range(threads)]:
            running.result()


def test_three_actions_make_one_ticket_with_one_answer_each() -> None:
    assert hear(*three_actions()) == 3
    assert said() == [["ask"], ["ask"], ["ticket"]]
    assert value(TICKETS) == 1
    assert value(WAITING) == 0
    assert draft() == {}


def test_an_answer_carries_the_token_of_its_event_and_the_ticket_it_made() -> None:
    events = three_actions()
    hear(*events)
    tokens = rows("SELECT reply_token FROM messages ORDER BY id")
    assert [token for (token,) in tokens] == [event["replyToken"] for event in events]
    ticket = value("SELECT id FROM tickets")
    last = rows("SELECT say, waits_for FROM messages ORDER BY id DESC LIMIT 1")[0]
    assert [*map(from_json, last.say)] == [Ticket(ticket_id=ticket, inferred=True)]
    assert last.waits_for == f"ticket:{ticket}"


def test_an_event_that_comes_twice_has_one_effect() -> None:
    events = three_actions()
    hear(*events, events[0])
    hear(*events, *events)
    assert (value(TICKETS), len(said())) == (1, 3)


def test_a_redelivered_event_that_is_the_first_copy_to_arrive_is_heard() -> None:
    hear(*[event | {"deliveryContext": {"isRedelivery": True}} for event in three_actions()])
    assert value(TICKETS) == 1


def test_an_event_without_an_id_of_its_own_is_known_again_by_its_content() -> None:
    old = {name: part for name, part in words("穴").items() if name != "webhookEventId"}
    hear(old)
    hear(old)
    assert said() == [["ask"]]


@pytest.mark.parametrize("seed", range(2))
def test_events_shuffled_over_people_and_requests_come_out_in_their_own_order(seed: int) -> None:
    people = [HARUKA, ALEX, ICHIRO]
    events = [event for who in people for event in three_actions(who)]
    random.Random(seed).shuffle(events)
    for start in range(0, len(events), 4):
        arrive(*events[start : start + 4])
    assert hear_everything() == 9
    for who in people:
        assert said(who) == [["ask"], ["ask"], ["ticket"]]
    assert value(TICKETS) == 3


def test_the_parts_of_a_report_heard_one_by_one_in_any_order_make_one_ticket() -> None:
    for number, order in enumerate(itertools.permutations(range(3)), start=1):
        events = three_actions(f"U{number}" + "a" * 31)
        for place_in_order in order:
            assert hear(events[place_in_order]) == 1
        assert (value(TICKETS), len(said(f"U{number}" + "a" * 31))) == (number, 3)
        assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == number


def test_many_listeners_at_once_hear_every_event_once() -> None:
    arrive(*[event for who in (HARUKA, ALEX, ICHIRO) for event in three_actions(who)])
    at_once(hear_everything)
    hear_everything()
    for who in (HARUKA, ALEX, ICHIRO):
        assert said(who) == [["ask"], ["ask"], ["ticket"]]
    assert (value(TICKETS), value(WAITING)) == (3, 0)


def test_two_events_of_one_new_person_never_meet() -> None:
    for _ in range(5):
        arrive(photo(), photo())
        at_once(hear_everything, threads=2)
    hear_everything()
    assert len(draft()["photos"]) == 10
    assert value("SELECT count(*) FROM residents") == 1
    assert value("SELECT count(DISTINCT event_id) FROM messages") == len(said()) == 10


def test_while_another_process_speaks_with_a_person_the_others_are_heard() -> None:
    hear(photo())
    arrive(place(), place(ALEX))
    with transaction() as other:
        other.execute(
            text("SELECT 1 FROM residents WHERE line_user_id = :who FOR UPDATE"), {"who": HARUKA}
        )
        assert hear_everything() == 1
        assert said(ALEX) == [["ask"]]
    assert hear_everything() == 1
    assert said() == [["ask"], ["ask"]]


STANDBY = {"mode": "standby"}
CHECK = {
    "replyToken": "0" * 32,
    "source": {"type": "user", "userId": "U" + "deadbeef" * 4},
}
GROUP = {"type": "group", "groupId": "C1"}
SILENT: dict[str, Callable[[], Json]] = {
    "standby photo": lambda: photo() | STANDBY,
    "standby words": lambda: words("穴") | STANDBY,
    "connection check": lambda: words("Hello, world") | CHECK,
    "unfollow": lambda: event(kind="unfollow"),
    "unsend of nothing known": lambda: unsend(photo()),
    "an event to come": lambda: event(kind="brainwave"),
    "a beacon in a group": lambda: event(kind="beacon") | {"source": GROUP},
    "nobody": lambda: {"type": "brainwave"},
    "nothing": lambda: {},
}


def test_what_is_not_said_to_us_is_kept_and_not_answered() -> None:
    for number, (kind, made) in enumerate(SILENT.items(), start=1):
        assert hear(made()) == 1, kind
        assert value("SELECT count(*) FROM messages") == 0, kind
        assert value("SELECT count(*) FROM photos") == 0, kind
        assert value("SELECT count(*) FROM inbox WHERE done_at IS NOT NULL") == number, kind


def test_a_group_is_told_once_a_day_where_reports_are_taken() -> None:
    group: Json = {"source": GROUP}
    hear(event(kind="join") | group, words("穴") | group, photo() | group)
    assert said("C1") == [["groups"]]
    rows("UPDATE residents SET told_on = told_on - 1")
    hear(words("穴") | group, words("穴") | group)
    assert said("C1") == [["groups"], ["groups"]]
    assert value(TICKETS) == 0


def test_whatever_else_is_sent_is_answered_with_a_button_that_works() -> None:
    for who, kind in ((HARUKA, "sticker"), (ALEX, "video"), (ICHIRO, "hologram")):
        hear(event(who, message={"id": "1", "type": kind}))
        assert said(who) == [["unusable", "ask"]]
        hear(button(f"do=no_photo&draft={draft(who)['key']}", who))
        assert said(who)[-1] == ["ask"]
        assert draft(who)["no_photo"] is True


def test_a_button_of_a_report_that_is_filed_is_known_as_old() -> None:
    first, *rest = three_actions()
    hear(first)
    key = draft()["key"]
    hear(*rest, button(f"do=category&draft={key}&category=tree"))
    assert said()[-1] == ["old_button", "ask"]
    assert value(TICKETS) == 1


def test_another_persons_button_changes_nothing() -> None:
    hear(photo(), place())
    hear(button(f"do=category&draft={draft()['key']}&category=tree", ALEX))
    assert said(ALEX) == [["old_button", "ask"]]
    assert draft()["category"] is None


def test_a_set_of_photos_gets_one_answer_and_one_report() -> None:
    hear(*[photo(image_set="S") for _ in range(4)], place(), words("穴"), photo(image_set="S"))
    assert said() == [["ask"], ["ask"], ["ticket"]]
    assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == 5
    assert value(TICKETS) == 1


@pytest.mark.parametrize(
    ("begun", "answered"),
    [([], [["photos_full", "ask"]]), (["place", "words"], [["photos_full", "ticket"]])],
)
def test_a_set_of_twelve_has_one_answer_that_says_how_many_were_kept(
    begun: list[str], answered: list[list[str]]
) -> None:
    hear(*[{"place": place, "words": lambda: words("穴")}[part]() for part in begun])
    hear(*[photo(image_set="S") for _ in range(12)])
    assert said()[len(begun) :] == answered
    newest = rows("SELECT say, waits_for FROM messages ORDER BY id DESC LIMIT 1")[0]
    assert newest.waits_for == "set:S"
    with transaction() as db:
        full, *_ = draw(db, HARUKA, [*map(from_json, newest.say)])
    assert full["text"] == "受け取れる写真は10枚までです。あとの2枚は受け取っていません。"
    assert value("SELECT count(*) FROM photos WHERE state = 'waiting'") == 10


def test_too_many_photos_of_a_set_whose_answer_has_gone_are_told_of_once() -> None:
    hear(*[photo(image_set="S") for _ in range(9)])
    rows("UPDATE messages SET state = 'sent'")
    hear(*[photo(image_set="S") for _ in range(3)])
    assert said() == [["ask"], ["photos_full", "ask"]]


def lose_the_photo_and_tell() -> None:
    """The ticket of three actions has no photo, and its sender has just read so."""
    hear(*three_actions())
    rows("UPDATE photos SET state = 'not_image'")
    rows(
        "UPDATE messages SET state = 'sent', sent_at = now(), say = say || jsonb_build_array("
        " jsonb_build_object('say', 'photo_lost', 'ticket_id', (SELECT id FROM tickets)))"
    )


def test_a_photo_sent_again_after_the_ticket_goes_to_the_ticket() -> None:
    lose_the_photo_and_tell()
    hear(photo())
    assert said()[3:] == [["added"]]
    assert value("SELECT count(DISTINCT report_id) FROM photos") == 1
    assert (value(TICKETS), draft()["onto"]["why"]) == (1, "add")


@pytest.mark.parametrize(
    "otherwise",
    [
        "UPDATE photos SET state = 'stored'",
        "UPDATE messages SET sent_at = now() - interval '31 minutes'",
        "UPDATE messages SET state = 'held'",
        "UPDATE tickets SET status = 'fixed'",
        "UPDATE reports SET withdrawn_at = now()",
        "INSERT INTO photos (resident_id, report_id) SELECT resident_id, report_id FROM photos",
    ],
)
@pytest.mark.usefixtures("hours_apart")
def test_any_other_photo_after_a_ticket_begins_a_new_report(otherwise: str) -> None:
    lose_the_photo_and_tell()
    rows(otherwise)
    hear(photo(), photo(ALEX))
    assert (said()[-1][-1:], said(ALEX)) == (["ask"], [["ask"]])
    assert value("SELECT count(*) FROM photos WHERE report_id IS NULL") == 2


@pytest.mark.usefixtures("hours_apart")
def test_words_after_a_photo_that_was_lost_are_not_taken_for_it() -> None:
    lose_the_photo_and_tell()
    hear(words("カーブミラーが割れています"), photo())
    assert said()[3:] == [["ask"], ["ask"]]


def test_two_people_with_the_same_name_for_a_set_are_each_answered() -> None:
    hear(photo(image_set="S"), photo(ALEX, image_set="S"))
    assert (said(), said(ALEX)) == ([["ask"]], [["ask"]])


def test_the_photos_own_place_is_taken_when_its_button_is_pressed() -> None:
    hear(photo())
    rows("UPDATE photos SET exif_place = ST_GeomFromEWKT(:at), exif_accuracy_m = 8", at=HONCHO.wkt)
    kept = draft()
    hear(button(f"do=place&draft={kept['key']}&photo={kept['photos'][0]}"))
    assert draft()["place"]["source"] == "exif"
    assert draft()["place"]["accuracy_m"] == 8
    assert draft()["place"]["point"] == {"lon": HONCHO.lon, "lat": HONCHO.lat}


def test_a_photo_that_is_not_of_this_draft_gives_no_place() -> None:
    hear(photo())
    for wanted in ("999999", "x", "", "-1", "1.5", "99999999999999999999", "²"):
        hear(button(f"do=place&draft={draft()['key']}&photo={wanted}"))
        assert said()[-1] == ["old_button", "ask"], wanted
        assert draft()["place"] is None


def test_outside_the_city_leaves_only_a_count() -> None:
    known_later = place(ALEX, at=BEHIND_THE_BORDER)
    known_later["message"]["placeDetails"] = {"position": str(BEHIND_THE_BORDER.lat)}
    hear(place(at=BEHIND_THE_BORDER), known_later)
    assert said() == [["outside"]]
    assert rows("SELECT neighbour, times FROM outside_counts") == [("国分寺市", 2)]
    kept = value("SELECT string_agg(raw::text, ' ') FROM inbox")
    kept += value("SELECT string_agg(say::text, ' ') FROM messages")
    kept += value("SELECT string_agg(draft::text, ' ') FROM residents")
    assert str(BEHIND_THE_BORDER.lat) not in kept
    assert "どこか" not in kept
    assert value(TICKETS) == 0


def test_unsending_a_photo_removes_it_with_its_keys_and_from_the_draft() -> None:
    sent = photo()
    hear(sent, place())
    rows(
        "UPDATE photos SET state = 'stored', original = 'o', large = 'l', small = 's',"
        " taken_at = now(), direction = 9, exif_place = ST_GeomFromEWKT(:at), exif_accuracy_m = 1",
        at=HONCHO.wkt,
    )
    hear(unsend(sent))
    left = rows(
        "SELECT state, original, large, small, taken_at, direction, exif_place, exif_accuracy_m"
        " FROM photos"
    )[0]
    assert left[0] == "removed"
    assert not any(left[1:])
    assert draft()["photos"] == []
    assert draft()["place"] is not None
    assert value("SELECT args FROM tasks WHERE name = 'forget_files'") == {"keys": ["o", "l", "s"]}
    ours = "SELECT count(*) FROM inbox WHERE raw -> 'message' ->> 'id' = :id"
    assert value(ours, id=sent["message"]["id"]) == 0
    assert said() == [["ask"], ["ask"]]


def test_unsending_the_photo_of_a_filed_report_leaves_the_ticket() -> None:
    sent, *rest = three_actions()
    hear(sent, *rest, unsend(sent))
    assert rows("SELECT state FROM photos") == [("removed",)]
    assert value(TICKETS) == 1


def test_nobody_can_unsend_what_another_sent() -> None:
    sent = photo()
    hear(sent, unsend(sent, ALEX))
    assert rows("SELECT state FROM photos") == [("waiting",)]
    assert value("SELECT count(*) FROM inbox WHERE raw ? 'message'") == 1


def test_cancelling_removes_the_photos_of_the_draft() -> None:
    hear(photo(), photo(), words("やめる"))
    assert rows("SELECT DISTINCT state FROM photos") == [("removed",)]
    assert draft() == {}


def test_who_blocks_us_is_remembered_and_who_comes_back_is_greeted() -> None:
    hear(event(kind="follow"), event(kind="unfollow"))
    assert value("SELECT blocked_at IS NOT NULL FROM residents")
    hear(event(kind="follow"))
    assert value("SELECT blocked_at IS NULL FROM residents")
    assert said() == [["hello"], ["hello"]]


def test_a_block_that_is_heard_after_they_came_back_changes_nothing() -> None:
    blocked, back = event(kind="unfollow"), event(kind="follow")
    hear(*three_actions(), back)
    hear(blocked)
    assert value("SELECT blocked_at IS NULL FROM residents")


def test_a_message_from_before_the_block_that_is_heard_after_it_does_not_lift_it() -> None:
    hear(*three_actions())
    sent, blocked = words("使い方"), event(kind="unfollow")
    hear(blocked)
    hear(sent)
    assert value("SELECT blocked_at IS NOT NULL FROM residents")
    assert said()[-1] == ["how"]


def test_a_draft_of_yesterday_is_no_draft() -> None:
    hear(photo(), place())
    key = draft()["key"]
    rows("UPDATE residents SET draft = jsonb_set(draft, '{started_at}', '\"2026-01-01T00:00Z\"')")
    hear(words("穴"))
    assert draft()["key"] != key
    assert draft()["photos"] == []


def test_a_draft_lives_from_its_first_content_and_not_from_a_question_before_it() -> None:
    hear(words("通報"))
    kept = draft()
    late = datetime.fromisoformat(kept["started_at"]) + DRAFT_LIVES
    assert open_draft(kept, late).started_at == late
    assert open_draft(kept, late).key == kept["key"]


def lose_the_photos() -> None:
    """Real trouble: no photo can be written down."""
    rows("ALTER TABLE photos ADD CONSTRAINT closed CHECK (false) NOT VALID")


def find_the_photos() -> None:
    rows("ALTER TABLE photos DROP CONSTRAINT closed")


def test_a_category_that_the_city_gave_up_meanwhile_is_asked_for_again() -> None:
    hear(place(), words("穴"))
    rows("DELETE FROM categories WHERE key = 'pothole'")
    hear(photo())
    assert said()[-1] == ["ask"]
    assert (draft()["category"], len(draft()["photos"])) == (None, 1)


@pytest.mark.changes_the_schema
def test_an_event_that_fails_leaves_nothing_behind_and_is_tried_again() -> None:
    hear(place(), words("穴"))
    kept = draft()
    lose_the_photos()
    assert hear(photo()) == 1
    find_the_photos()
    assert draft() == kept
    assert value("SELECT count(*) FROM photos") == 0
    assert value("SELECT attempts FROM inbox WHERE done_at IS NULL") == 1
    assert value("SELECT retry_at > received_at FROM inbox WHERE done_at IS NULL")
    rows(IN_A_HURRY)
    assert hear_everything() == 1
    assert said()[-1] == ["ticket"]
    assert (value(TICKETS), value(WAITING)) == (1, 0)


@pytest.mark.changes_the_schema
def test_an_event_that_always_fails_is_answered_with_an_apology_once() -> None:
    hear(place(), words("穴"))
    lose_the_photos()
    hear(photo())
    while value(WAITING):
        rows(IN_A_HURRY)
        assert hear_everything() == 1
    assert said() == [["ask"], ["ask"], ["sorry"]]
    assert value("SELECT attempts FROM inbox WHERE error IS NOT NULL") == 5
    assert value(TICKETS) == 0


@pytest.mark.changes_the_schema
def test_a_failing_event_holds_up_nobody_else() -> None:
    hear(place(), words("穴"), place(ALEX))
    lose_the_photos()
    assert hear(photo(), words("穴", ALEX), words("使い方")) == 3
    assert said(ALEX) == [["ask"], ["ask"]]
    assert said()[-1] == ["how"]


@pytest.mark.changes_the_schema
def test_an_event_in_trouble_with_a_lock_is_heard_later() -> None:
    hear(place(), words("穴"))
    arrive(photo())
    named = value("SELECT current_database()")
    rows(f"ALTER DATABASE {named} SET lock_timeout = '50ms'")
    engine().dispose()
    with transaction() as other:
        other.execute(text("LOCK TABLE photos IN SHARE MODE"))
        assert hear_everything() == 1
    assert value("SELECT count(*) FROM photos") == 0
    rows(IN_A_HURRY)
    assert hear_everything() == 1
    assert (value(TICKETS), said()[-1]) == (1, ["ticket"])


@pytest.mark.changes_the_schema
def test_trouble_that_passes_costs_an_event_none_of_its_tries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hear(place(), words("穴"))
    arrive(photo())
    rows(DEADLOCK)
    for _ in range(inbox.MOST_ATTEMPTS + 1):
        rows(IN_A_HURRY)
        assert hear_everything() == 1
    assert value("SELECT attempts FROM inbox WHERE done_at IS NULL") == 0
    assert '"kind": "40P01"' in capsys.readouterr().out
    rows("DROP TRIGGER trouble ON photos")
    rows(IN_A_HURRY)
    assert hear_everything() == 1
    assert (value(TICKETS), said()) == (1, [["ask"], ["ask"], ["ticket"]])


@pytest.mark.changes_the_schema
def test_trouble_that_should_have_passed_long_ago_counts() -> None:
    arrive(photo())
    rows(DEADLOCK)
    rows("UPDATE inbox SET received_at = now() - interval '2 hours'")
    while value(WAITING):
        rows(IN_A_HURRY)
        assert hear_everything() == 1
    assert said() == [["sorry"]]


def test_another_kind_that_comes_while_staff_begin_the_work_is_told_so() -> None:
    hear(*three_actions())
    number, ticket_id = rows("SELECT number, id FROM tickets")[0]
    with ThreadPoolExecutor(1) as ear, transaction() as desk:
        move(desk, ticket_id, Status.SCHEDULED, STAFF, note="月曜に")
        arrive(button(f"do=recategorise&number={number}&category=tree"))
        hearing = ear.submit(hear_everything)
        while not value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            assert not hearing.done()
        desk.commit()
    rows(IN_A_HURRY)
    hear()
    assert value("SELECT category FROM tickets") == "pothole"
    assert said()[-1][-1] == "not_open"


def quoting(spoken: str, message_id: str) -> Json:
    said_about = {"type": "text", "id": "9001", "text": spoken, "quotedMessageId": message_id}
    return event(message=said_about)


@pytest.mark.parametrize("quoted", ["a card of ours", "their own photo"])
def test_words_that_quote_something_of_a_ticket_go_to_that_ticket(quoted: str) -> None:
    first = [photo(), place(), words("穴")]
    hear(*first)
    ticket = value("SELECT id FROM tickets")
    rows("UPDATE messages SET line_message_ids = ARRAY['41', '42'] WHERE say @> :t",
         t='[{"say": "ticket"}]')  # fmt: skip
    hear(words("通報"), photo(), place(at=BESIDE), words("ミラーが割れた"))
    sent = first[0]["message"]["id"]
    hear(quoting("右側です", "42" if quoted == "a card of ours" else sent))
    assert said()[-1] == ["added"]
    assert rows("SELECT ticket_id FROM reports r JOIN remarks m ON m.report_id = r.id"
                " WHERE m.words = '右側です'") == [(ticket,)]  # fmt: skip
    hear(quoting("まだ?", "42" if quoted == "a card of ours" else sent))
    number = value("SELECT number FROM tickets WHERE id = :id", id=ticket)
    assert value("SELECT say -> 0 ->> 'number' FROM messages ORDER BY id DESC LIMIT 1") == number


def test_quoting_what_is_of_no_ticket_changes_nothing() -> None:
    hear(quoting("右側です", "no such message"))
    assert said() == [["not_understood"]]


def test_photos_of_a_set_stand_as_they_were_chosen_whichever_came_first() -> None:
    def chosen(index: int) -> Json:
        sent = photo(image_set="S")
        sent["message"]["imageSet"]["index"] = index
        return sent

    hear(chosen(2), chosen(3), chosen(1), place(), words("穴"))
    rows("UPDATE photos SET state = 'stored'")
    first = value("SELECT id FROM photos WHERE set_index = 1")
    with transaction() as db:
        (line,) = queries.tickets(db, TicketFilter())
        shown = [one.id for one in queries.photos_of(db, [line.id])[line.id]]
    assert line.photo_id == first
    assert shown == [id for (id,) in rows("SELECT id FROM photos ORDER BY set_index")]
