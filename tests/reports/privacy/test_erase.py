"""Who asks for it is erased, who is silent for a year is forgotten; the holes stay."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from townsfolk import (
    ALEX,
    HARUKA,
    ICHIRO,
    STAFF,
    arrive,
    button,
    door_of,
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
from what_is_kept import where_it_is_kept
from years import year_after_closing

from reports.actions.ask import ask
from reports.actions.follow import follow, rate
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.withdraw import withdraw
from reports.photos import intake
from reports.privacy import erase as erasing
from reports.privacy import retention
from reports.privacy.erase import Held, erase, forget_said, held
from reports.privacy.retention import forget_drafts
from reports.tickets import history
from reports.tickets.events import PhotoElsewhere
from reports.tickets.indexes import HAS_EXIF, HAS_ORIGINALS, HAS_WORDS, UNFORGOTTEN
from reports.tickets.status import Status
from store.database import engine, transaction
from store.tasks import later

pytestmark = pytest.mark.usefixtures("database_url", "hours_apart")

NOW = datetime.now(UTC)
SENT = ("わが家", "しろいへい", "ここにも", "どこか")


def filed(who: str = HARUKA, spoken: str = "大きな穴") -> int:
    """Photo, place and words become a ticket; its id."""
    hear(photo(who), place(who), words(spoken, who))
    made: int = value("SELECT max(id) FROM tickets")
    return made


def id_of(who: str) -> int:
    found: int = value("SELECT id FROM residents WHERE line_user_id = :who", who=who)
    return found


def follows(ticket_id: int, who: str) -> None:
    with transaction() as db:
        follow(db, ticket_id, id_of(who))


def staff_ask(ticket_id: int) -> None:
    with transaction() as db:
        ask(db, ticket_id, STAFF, "どちら側ですか。")
    rows("UPDATE messages SET state = 'sent' WHERE say -> 0 ->> 'say' = 'question'")


def erase_them(who: str = HARUKA) -> None:
    """As the person does it: they ask, read what is held, and confirm."""
    hear(words("わたしのデータを消して", who))
    hear(button(f"do=erase&draft={draft(who)['key']}", who))


def forget_a_year_later(now: datetime = NOW) -> int:
    with transaction() as db:
        return year_after_closing(db, now)


def closed_long_ago(ticket_id: int, days: int = 367) -> None:
    """The ticket was closed so many days ago, everything was said, and no draft is left."""
    values: dict[str, Any] = {"id": ticket_id, "days": days}
    rows(
        "UPDATE tickets SET status = 'fixed', closed_at = now() - make_interval(days => :days)"
        " WHERE id = :id",
        **values,
    )
    for table, done in {"messages": "state = 'sent'", "residents": "draft = '{}'"}.items():
        ago = "now() - make_interval(days => :days)"
        rows(f"UPDATE {table} SET {done}, created_at = {ago}", days=days)


def test_what_is_held_is_counted() -> None:
    ticket_id = filed()
    follows(filed(ALEX), HARUKA)
    with transaction() as db:
        kept = held(db, id_of(HARUKA))
    assert kept == Held(1, 1, 1, 2, draft=False, language=None)
    hear(photo(), photo(), button("do=cancel"))
    with transaction() as db:
        withdraw(db, ticket_id, id_of(HARUKA))
        kept = held(db, id_of(HARUKA))
    assert kept.as_say()["photos"] == 3
    assert kept.draft


def test_who_confirms_is_erased_from_every_table() -> None:
    ticket_id = filed(spoken="わが家の前の穴が深い")
    staff_ask(ticket_id)
    hear(words("しろいへいのまえ"), place())
    hear(photo(), words("ここにも穴"), event(kind="follow"))
    hear(unsend(photo()))
    with transaction() as db:
        later(db, "show_menu", person=HARUKA, language="ja")
    erase_them()
    assert said() == [["erased"]]
    assert where_it_is_kept(HARUKA, *SENT) == {"messages.recipient"}
    rows("UPDATE messages SET state = 'sent'")
    with transaction() as db:
        assert forget_said(db) == 1
    assert where_it_is_kept(HARUKA) == set()


def test_erasing_twice_is_erasing_once_and_leaves_nothing_the_second_time() -> None:
    filed()
    hear(words("English"), words("delete my data"))
    press = button(f"do=erase&draft={draft()['key']}&language=en")
    hear(press, press | {"webhookEventId": "pressed-again"})
    assert said() == [["erased"], ["erased"]]
    assert rows("SELECT DISTINCT say FROM messages") == [([{"say": "erased", "language": "en"}],)]
    assert where_it_is_kept(HARUKA) == {"messages.recipient"}


def test_an_old_button_erases_nothing_of_somebody_who_has_written_again() -> None:
    hear(words("わたしのデータを消して"))
    press = button(f"do=erase&draft={draft()['key']}")
    hear(press)
    filed()
    hear(press | {"webhookEventId": "pressed-again"})
    assert said()[-1] == ["old_button", "ask"]
    assert value("SELECT count(*) FROM reports WHERE resident_id IS NOT NULL") == 1


def test_who_blocks_us_after_being_erased_is_not_known_again() -> None:
    filed()
    erase_them()
    rows("DELETE FROM messages")
    hear(event(kind="unfollow"))
    assert where_it_is_kept(HARUKA) == set()


def test_an_answer_to_staff_is_no_report_that_was_begun() -> None:
    staff_ask(filed())
    hear(words("しろいへいのまえ"))
    with transaction() as db:
        assert not held(db, id_of(HARUKA)).draft


def test_the_last_answer_stays_until_it_is_said() -> None:
    filed()
    erase_them()
    with transaction() as db:
        assert forget_said(db) == 0
    for state in ("held", "unknown", "refused", "sent"):
        rows("UPDATE messages SET state = :state", state=state)
        with transaction() as db:
            assert forget_said(db) == 1
            db.rollback()


def test_the_tickets_stay_nobodys_with_their_place_and_a_line_about_it() -> None:
    first = filed()
    before = value("SELECT change FROM tickets")
    erase_them()
    at = door_of(HARUKA)
    assert rows("SELECT id, status, ST_X(place), ST_Y(place) FROM tickets") == [
        (first, "received", at.lon, at.lat)
    ]
    (report,) = rows("SELECT * FROM reports")
    gone = [report.resident_id, report.place, report.place_message_id, report.place_accuracy_m]
    assert (report.category, gone, report.place_hint) == ("pothole", [None] * 4, "")
    assert report.draft_key == f"nobody-{report.id}"
    lines = rows("SELECT actor, actor_name, note, details FROM history WHERE what = 'erased'")
    assert lines == [("resident", "", "", {})]
    assert value("SELECT change FROM tickets") > before
    assert rows("SELECT 1 FROM followers UNION ALL SELECT 1 FROM remarks") == []


def test_photos_go_with_their_files_those_of_the_draft_too() -> None:
    filed()
    hear(photo())
    with transaction() as db:
        for (id,) in rows("SELECT id FROM photos"):
            intake.keep(db, id, {"state": "stored", "original": f"o{id}", "small": f"s{id}"})
    erase_them()
    kept = rows("SELECT state, resident_id, line_message_id, image_set, original FROM photos")
    assert kept == [("removed", None, None, None, None)]
    forgotten = rows("SELECT args FROM tasks WHERE name = 'forget_files' ORDER BY id")
    assert [args["keys"] for (args,) in forgotten] == [["o1", "s1"], ["o2", "s2"]]


def test_a_photo_that_is_just_being_fetched_is_not_kept() -> None:
    hear(photo())
    photo_id = value("SELECT id FROM photos")
    erase_them()
    with transaction() as db:
        assert intake.keep(db, photo_id, {"state": "stored", "original": "o"}) is False
    assert value("SELECT args FROM tasks WHERE name = 'forget_files'") == {"keys": ["o"]}


def test_what_others_sent_to_the_same_ticket_stays() -> None:
    mine, other = filed(spoken="穴 うちのちんどんや"), filed(ALEX, "穴 あなとなり")
    number = value("SELECT number FROM tickets WHERE id = :id", id=other)
    with transaction() as db:
        history.write(db, mine, None, PhotoElsewhere(1, 300))
        merge(db, mine, number, STAFF, note="同じ穴です。")
    staff_ask(other)
    hear(words("しろいへい"), words("くろいへい", ALEX), photo(ALEX))
    erase_them()
    assert where_it_is_kept("ちんどんや", "しろいへい", HARUKA) == {"messages.recipient"}
    assert {"remarks.words", "history.note"} <= where_it_is_kept("あなとなり", "くろいへい")
    answers = rows("SELECT note FROM history WHERE what = 'answered'")
    assert sorted(note for (note,) in answers) == ["", "くろいへい"]
    assert rows("SELECT 1 FROM history WHERE what = 'photo_elsewhere'") == []
    assert rows("SELECT ticket_id FROM history WHERE what = 'erased'") == [(other,)]
    assert rows("SELECT resident_id FROM followers") == [(id_of(ALEX),)]
    assert value("SELECT count(*) FROM photos WHERE state = 'waiting'") == 2


def test_following_anothers_ticket_ends_without_a_line_but_the_list_follows() -> None:
    ticket_id = filed(ALEX)
    hear(event(kind="follow"))
    follows(ticket_id, HARUKA)
    with transaction() as db:
        assert rate(db, ticket_id, id_of(HARUKA), 4)
    before = value("SELECT change FROM tickets")
    erase_them()
    assert value("SELECT change FROM tickets") > before
    assert rows("SELECT details FROM history WHERE what = 'rated'") == [({"stars": 4},)]
    assert rows("SELECT 1 FROM history WHERE what = 'erased'") == []


@pytest.mark.parametrize(("others", "waits"), [(False, False), (True, True)])
def test_an_answer_is_waited_for_only_while_somebody_else_was_asked(
    others: bool, waits: bool
) -> None:
    ticket_id = filed()
    if others:
        filed(ALEX)
        rows("UPDATE reports SET ticket_id = :id", id=ticket_id)
    staff_ask(ticket_id)
    erase_them()
    assert value("SELECT asked_at IS NOT NULL FROM tickets ORDER BY id LIMIT 1") is waits


@pytest.mark.parametrize(
    "odd",
    ['{"ticket_id": "one"}', '{"ticket_id": 1e400}', '{"ticket_id": 1.5}', '{"ticket_id": null}',
     '{"ticket_id": 999999, "history_id": 1, "at": "2026-11-20T09:00:00Z"}', "[]", '"x"'],
)  # fmt: skip
def test_a_question_that_does_not_read_keeps_nobody_from_being_erased(odd: str) -> None:
    """Neither who was asked so, nor somebody beside them."""
    ticket_id = filed()
    filed(ALEX)
    rows("UPDATE reports SET ticket_id = :id", id=ticket_id)
    staff_ask(ticket_id)
    rows(
        "UPDATE residents SET question = CAST(:odd AS jsonb) WHERE id = :id",
        odd=odd,
        id=id_of(ALEX),
    )
    erase_them(HARUKA)
    erase_them(ALEX)
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL OR attempts > 0") == 0
    assert rows("SELECT 1 FROM residents") == []


def test_erasing_nobody_or_twice_changes_nothing() -> None:
    filed()
    me = id_of(HARUKA)
    with transaction() as db:
        erase(db, me)
    before = value("SELECT max(change) FROM tickets")
    with transaction() as db:
        erase(db, me)
        assert held(db, me) == Held(0, 0, 0, 0, draft=False, language=None)
    assert value("SELECT max(change) FROM tickets") == before
    assert value("SELECT count(*) FROM history WHERE what = 'erased'") == 1


def test_a_redelivered_event_of_somebody_erased_is_not_heard_again() -> None:
    sent = photo(), place(), words("大きな穴")
    hear(*sent)
    erase_them()
    assert hear(*sent) == 0
    assert rows("SELECT 1 FROM residents") == []


def test_what_they_write_afterwards_begins_anew() -> None:
    filed()
    hear(words("わたしのデータを消して"))
    confirmed = button(f"do=erase&draft={draft()['key']}")
    arrive(confirmed, photo(), place())
    hear()
    assert said() == [["erased"], ["ask"], ["ask"]]
    assert value("SELECT count(*) FROM photos WHERE state = 'waiting'") == 1
    assert value("SELECT count(*) FROM residents") == 1


def test_a_move_told_at_the_same_moment_leaves_no_message_behind() -> None:
    ticket_id = filed()
    me = id_of(HARUKA)
    with transaction() as db:
        move(db, ticket_id, Status.SCHEDULED, STAFF)
        erasing = threading.Thread(target=_erase_at_once, args=(me,))
        erasing.start()
        while not _somebody_waits():
            pass
    erasing.join()
    assert where_it_is_kept(HARUKA) - {"inbox.person", "inbox.raw"} == set()


def _erase_at_once(resident_id: int) -> None:
    with transaction() as db:
        erase(db, resident_id)


def _somebody_waits() -> bool:
    with engine().connect() as other:
        return bool(other.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_a_year_after_closing_ids_and_words_have_left_the_ticket() -> None:
    ticket_id = filed(spoken="わが家の前の穴")
    staff_ask(ticket_id)
    hear(words("しろいへいのまえ"), place(), photo())
    follows(ticket_id, HARUKA)
    closed_long_ago(ticket_id)
    assert forget_a_year_later() > 0
    rows("DELETE FROM inbox")
    assert where_it_is_kept(HARUKA, "わが家", "しろいへい") == set()
    at = door_of(HARUKA)
    kept = "SELECT status, category, ST_X(place), ST_Y(place) FROM tickets"
    assert rows(kept) == [("fixed", "pothole", at.lon, at.lat)]
    photos_left = rows("SELECT state, resident_id, line_message_id FROM photos")
    assert photos_left == [("waiting", None, None)] * 2
    assert rows("SELECT resident_id, place FROM reports") == [(None, None)]
    assert rows("SELECT 1 FROM followers UNION ALL SELECT 1 FROM residents") == []
    assert forget_a_year_later() == 0


def test_what_is_open_or_was_closed_this_year_is_left_alone() -> None:
    closed_long_ago(filed(), days=363)
    filed(ALEX)
    assert forget_a_year_later() == 0
    assert value("SELECT count(*) FROM remarks") == 2
    assert value("SELECT count(*) FROM residents") == 2


def test_a_ticket_that_was_opened_and_closed_again_is_forgotten_again() -> None:
    ticket_id = filed()
    closed_long_ago(ticket_id, days=800)
    forget_a_year_later()
    rows("UPDATE tickets SET status = 'reopened', closed_at = NULL, forgotten_at = :at",
         at=NOW - timedelta(days=400))  # fmt: skip
    filed(ALEX)
    rows("UPDATE reports SET ticket_id = :id", id=ticket_id)
    closed_long_ago(ticket_id)
    forget_a_year_later()
    assert rows("SELECT DISTINCT resident_id FROM reports") == [(None,)]
    assert rows("SELECT 1 FROM remarks") == []


def test_only_people_with_nothing_at_all_in_a_year_are_forgotten() -> None:
    for who in (HARUKA, ALEX, ICHIRO):
        hear(event(who, kind="follow"))
    closed_long_ago(0)
    hear(photo(ALEX))
    follows(filed("U" + "4" * 32), ICHIRO)
    rows("UPDATE residents SET created_at = now() - interval '2 years'")
    forget_a_year_later()
    left = {who for (who,) in rows("SELECT line_user_id FROM residents")}
    assert left == {ALEX, ICHIRO, "U" + "4" * 32}


def test_a_person_whose_draft_was_given_up_long_ago_is_forgotten_with_it() -> None:
    hear(photo(), words("ここにも穴"))
    with transaction() as db:
        intake.remove(db, value("SELECT id FROM photos"))
        assert forget_drafts(db, NOW - timedelta(hours=1)) == 0
        assert forget_drafts(db, datetime.now(UTC)) == 1
    assert draft() == {}
    closed_long_ago(0)
    forget_a_year_later()
    assert rows("SELECT 1 FROM residents UNION ALL SELECT 1 FROM photos") == []


def test_many_old_tickets_are_forgotten_batch_by_batch() -> None:
    rows(
        "INSERT INTO tickets (number, category, place, status, closed_at)"
        " SELECT 'T' || n, 'pothole', ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), 'fixed',"
        " now() - interval '2 years' FROM generate_series(1, 1200) AS n"
    )
    year_ago = NOW - timedelta(days=365)
    for forget in (retention.forget_words_of_closed, retention.forget_people):
        gone = []
        for _ in range(4):
            with transaction() as db:
                gone.append(forget(db, year_ago))
        assert gone == [500, 500, 200, 0]


def test_the_tickets_to_forget_are_found_through_their_index() -> None:
    rows(
        "INSERT INTO tickets (number, category, place, status, closed_at, forgotten_at)"
        " SELECT 'T' || n, 'pothole', ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), 'fixed',"
        " now() - interval '2 years', CASE WHEN n > 5 THEN now() END"
        " FROM generate_series(1, 2000) AS n"
    )
    rows("ANALYZE tickets")
    with transaction() as db:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        bare = retention.OLD_TICKETS.replace("%(most)s", "5")
        plans = []
        for has in (UNFORGOTTEN, HAS_WORDS, HAS_ORIGINALS, HAS_EXIF):
            asked = bare.format(rows=retention.closed(has)).replace("%(before)s", "now()")
            plans.append("\n".join(db.scalars(text(f"EXPLAIN {asked}"))))
        said_last = "\n".join(db.scalars(text(f"EXPLAIN {erasing._FORGET_SAID}")))
    for index, plan in zip(
        ("unforgotten", "with_words", "with_originals", "with_exif"), plans, strict=True
    ):
        assert f"ix_tickets_{index}" in plan
    assert "ix_messages_erased" in said_last
