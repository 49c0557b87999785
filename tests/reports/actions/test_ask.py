"""A question of staff reaches those who reported, and what they send next is its answer."""

from datetime import timedelta
from typing import Any

import pytest
from townsfolk import (
    ALEX,
    HARUKA,
    HONCHO,
    STAFF,
    button,
    draft,
    hear,
    message,
    photo,
    place,
    rows,
    said,
    value,
    words,
)

from reports.actions.ask import ANSWER_WITHIN, NobodyToAsk, ask
from reports.actions.follow import follow
from reports.actions.merge import merge
from reports.actions.move import move
from reports.tickets.lock import NoSuchTicket
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url", "hours_apart")

MARK = timedelta(minutes=1)
PUSHES = "SELECT recipient, say -> 0 AS say FROM messages WHERE event_id IS NULL ORDER BY id"


def filed(who: str = HARUKA, spoken: str = "穴") -> int:
    hear(photo(who), place(who), words(spoken, who))
    made: int = value("SELECT max(id) FROM tickets")
    return made


def staff_ask(ticket: int, spoken: str = "どちら側ですか。") -> None:
    """Staff ask, and it is pushed to the resident's phone."""
    with transaction() as db:
        ask(db, ticket, STAFF, spoken)
    rows("UPDATE messages SET state = 'sent', sent_at = now() WHERE event_id IS NULL")


def question(who: str = HARUKA) -> Any:
    return value("SELECT question FROM residents WHERE line_user_id = :who", who=who)


def asked_ago(ago: timedelta) -> None:
    rows(
        "UPDATE residents SET question = jsonb_set(question, '{at}', to_jsonb(now() - :ago))",
        ago=ago,
    )


def close(ticket: int) -> None:
    with transaction() as db:
        move(db, ticket, Status.FIXED, STAFF)


def number_of(ticket: int) -> str:
    return str(value("SELECT number FROM tickets WHERE id = :id", id=ticket))


def last_say() -> Any:
    return value(
        "SELECT say -> -1 FROM messages WHERE recipient = :who ORDER BY id DESC", who=HARUKA
    )


def answers() -> list[Any]:
    return rows("SELECT ticket_id, note FROM history WHERE what = 'answered' ORDER BY id")


def test_a_question_is_pushed_to_those_who_reported_and_waits() -> None:
    ticket = filed()
    hear(words("使い方", ALEX))
    with transaction() as db:
        alex = value("SELECT id FROM residents WHERE line_user_id = :who", who=ALEX)
        follow(db, ticket, alex)
    staff_ask(ticket)
    ((recipient, say),) = rows(PUSHES)
    line = value("SELECT id FROM history WHERE what = 'asked' AND note = 'どちら側ですか。'")
    assert recipient == HARUKA
    assert say == {"say": "question", "ticket_id": ticket, "history_id": line}
    assert question()["ticket_id"] == ticket
    assert value("SELECT asked_at IS NOT NULL FROM tickets")
    assert question(ALEX) == {}


@pytest.mark.parametrize(
    "gone",
    [
        "UPDATE residents SET blocked_at = now()",
        "UPDATE reports SET resident_id = NULL",
        "UPDATE followers SET muted = true",
    ],
)
def test_with_nobody_to_reach_nothing_is_asked(gone: str) -> None:
    ticket = filed()
    rows(gone)
    with pytest.raises(NobodyToAsk):
        staff_ask(ticket)
    assert rows("SELECT * FROM history WHERE what = 'asked'") == []


def test_what_was_sent_before_the_question_could_be_read_is_no_answer() -> None:
    ticket = filed()
    with transaction() as db:
        ask(db, ticket, STAFF, "どちら側ですか。")
    hear(photo())
    assert said()[-1] == ["ask"]
    assert answers() == []
    assert question()


def test_a_question_that_line_may_have_heard_of_may_have_been_read() -> None:
    ticket = filed()
    with transaction() as db:
        ask(db, ticket, STAFF, "どちら側ですか。")
    rows("UPDATE messages SET pushed_first_at = now() WHERE event_id IS NULL")
    hear(photo())
    assert said()[-1] == ["added"]
    assert not question()


def test_a_ticket_that_does_not_exist_is_not_asked_about() -> None:
    with pytest.raises(NoSuchTicket):
        staff_ask(999_999)


def test_words_photos_and_a_place_are_the_answer_until_it_is_done() -> None:
    ticket = filed()
    staff_ask(ticket)
    hear(words("右側です"), photo(), place(at=HONCHO), words("以上です"))
    assert said()[-4:] == [["added"], ["added"], ["added"], ["done"]]
    assert answers() == [(ticket, "右側です")]
    assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == 2
    assert (question(), draft()) == ({}, {})
    hear(photo())
    assert said()[-1] == ["ask"]


def test_with_a_report_begun_the_question_waits_until_it_is_filed() -> None:
    ticket = filed()
    hear(photo())
    staff_ask(ticket)
    hear(place(at=HONCHO), words("ミラー"), words("右側です"))
    assert said()[-1] == ["added"]
    assert answers() == [(ticket, "右側です")]
    assert value("SELECT count(*) FROM tickets") == 2


def test_who_asks_for_a_new_report_is_not_taken_for_answering() -> None:
    staff_ask(filed())
    hear(button("do=report"), photo())
    assert said()[-1] == ["ask"]
    assert answers() == []
    assert question()


def test_what_was_meant_for_a_new_report_leaves_the_ticket_and_the_question_stays() -> None:
    ticket = filed()
    staff_ask(ticket)
    before = question()
    hear(photo(), words("ミラーが割れています"))
    hear(button(f"do=not_this&draft={draft()['key']}"))
    assert said()[-1] == ["ask"]
    assert (question(), answers()) == (before, [])
    assert value("SELECT asked_at IS NOT NULL FROM tickets")
    hear(place(at=HONCHO))
    assert value("SELECT category FROM tickets ORDER BY id DESC LIMIT 1") == "mirror"
    hear(words("右側です"))
    assert answers() == [(ticket, "右側です")]


def test_a_new_report_that_was_complete_keeps_its_photo_and_its_words() -> None:
    staff_ask(filed())
    hear(photo(), place(at=HONCHO), words("ミラーが割れています"))
    hear(button(f"do=not_this&draft={draft()['key']}"))
    assert said()[-1] == ["ticket"]
    new = value("SELECT max(id) FROM reports")
    assert value("SELECT count(*) FROM photos WHERE report_id = :id", id=new) == 1
    assert value("SELECT words FROM remarks WHERE report_id = :id", id=new)
    assert answers() == []


def test_an_old_question_is_not_taken_for_the_subject_any_more() -> None:
    staff_ask(filed())
    asked_ago(ANSWER_WITHIN + MARK)
    hear(photo())
    assert said()[-1] == ["ask"]
    asked_ago(ANSWER_WITHIN - MARK)
    rows("UPDATE residents SET draft = '{}'")
    hear(photo())
    assert said()[-1] == ["added"]


def test_the_newer_of_two_questions_is_answered_first_and_the_older_from_its_card() -> None:
    mirror = filed(spoken="ミラー")
    hole = filed()
    staff_ask(mirror, "何色ですか。")
    staff_ask(hole)
    hear(button(f"do=add&number={number_of(mirror)}"), words("赤です"), words("以上です"))
    hear(words("右側です"))
    assert answers() == [(mirror, "赤です"), (hole, "右側です")]
    assert value("SELECT bool_and(asked_at IS NULL) FROM tickets")
    assert question() == {}


def test_a_question_about_another_ticket_ends_the_answer_to_the_first() -> None:
    mirror = filed(spoken="ミラー")
    hole = filed()
    staff_ask(mirror, "何色ですか。")
    hear(words("赤です"))
    staff_ask(hole)
    hear(words("右側です"))
    assert answers() == [(mirror, "赤です"), (hole, "右側です")]


def test_the_answer_follows_a_ticket_that_was_merged() -> None:
    ticket, into = filed(), filed(ALEX)
    staff_ask(ticket)
    number = value("SELECT number FROM tickets WHERE id = :id", id=into)
    with transaction() as db:
        merge(db, ticket, number, STAFF)
    hear(words("右側です"))
    assert answers() == [(into, "右側です")]


def test_who_withdrew_is_not_asked_and_does_not_answer() -> None:
    ticket = filed()
    staff_ask(ticket)
    rows("UPDATE reports SET withdrawn_at = now()")
    hear(photo())
    assert said()[-1] == ["ask"]
    with pytest.raises(NobodyToAsk):
        staff_ask(ticket)


@pytest.mark.parametrize("to", [Status.FIXED, Status.DECLINED])
def test_a_ticket_that_is_closed_waits_for_no_answer_and_what_comes_is_a_report(to: Status) -> None:
    ticket = filed()
    staff_ask(ticket)
    with transaction() as db:
        move(db, ticket, to, STAFF, note="直しました。")
    assert value("SELECT asked_at IS NULL FROM tickets")
    hear(words("北の側です"))
    assert said()[-1] == ["over", "not_understood"]
    assert (question(), answers()) == ({}, [])
    hear(photo(), place(at=HONCHO), words("穴"))
    assert said()[-3:] == [["ask"], ["ask"], ["ticket"]]
    assert value("SELECT count(*) FROM tickets") == 2


def test_a_report_begun_when_the_question_was_settled_goes_on_without_a_word() -> None:
    ticket = filed()
    hear(photo())
    staff_ask(ticket)
    close(ticket)
    hear(place(at=HONCHO), words("ミラー"))
    assert said()[-2:] == [["ask"], ["ticket"]]


def test_a_question_about_a_closed_ticket_is_answered() -> None:
    ticket = filed()
    close(ticket)
    staff_ask(ticket, "どこが直っていませんか。")
    hear(words("右側です"), photo())
    assert said()[-1] == ["added"]
    assert answers() == [(ticket, "右側です")]


def test_what_is_added_stops_at_the_moment_when_the_ticket_is_closed() -> None:
    ticket = filed()
    hear(button(f"do=add&number={number_of(ticket)}"), photo())
    close(ticket)
    hear(button(f"do=done&draft={draft()['key']}"))
    assert said()[-1] == ["done"]
    hear(button(f"do=add&number={number_of(ticket)}"), photo())
    assert said()[-2:] == [["not_open"], ["ask"]]


def test_a_photo_for_a_ticket_closed_meanwhile_begins_a_report_instead() -> None:
    ticket = filed()
    hear(button(f"do=add&number={number_of(ticket)}"), photo())
    close(ticket)
    hear(photo(), words("状況"))
    assert said()[-2:] == [["over", "ask"], ["status"]]
    assert len(draft()["photos"]) == 1
    assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == 2


def test_what_is_sent_after_withdrawing_is_a_new_report() -> None:
    ticket = filed()
    staff_ask(ticket)
    hear(words("右側です"), button(f"do=withdraw_yes&number={number_of(ticket)}"), photo())
    assert said()[-2:] == [["withdrawn"], ["ask"]]
    assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == 1


def test_what_is_added_names_the_ticket_that_goes_on() -> None:
    ticket, into = filed(), filed(ALEX)
    hear(button(f"do=add&number={number_of(ticket)}"))
    with transaction() as db:
        merge(db, ticket, number_of(into), STAFF)
    hear(photo())
    assert last_say()["ticket_id"] == into


def test_what_cannot_be_an_answer_is_told_what_would_be_one() -> None:
    ticket = filed()
    staff_ask(ticket)
    hear(message(HARUKA, "sticker"))
    assert said()[-1] == ["unusable", "onto"]
    assert last_say()["why"] == "answer"
    hear(words("右側です"))
    assert answers() == [(ticket, "右側です")]


def test_not_mended_can_be_typed_and_is_about_the_last_repair() -> None:
    other, ticket = filed(spoken="ミラー"), filed()
    for one in (other, ticket):
        close(one)
    hear(words("まだ直っていません。"))
    assert last_say() | {"draft": ""} == {
        "say": "onto", "ticket_id": ticket, "draft": "", "why": "reopened",
    }  # fmt: skip
    hear(words("以上です"), words("直りました"))
    assert last_say() == {"say": "rate", "ticket_id": other}


def test_mended_typed_in_answer_to_a_question_or_of_no_repair_is_words() -> None:
    ticket = filed()
    hear(words("直りました"))
    assert said()[-1] == ["not_understood"]
    staff_ask(ticket, "もう直りましたか。")
    hear(words("まだです"))
    assert answers() == [(ticket, "まだです")]


def test_an_answer_may_name_its_ticket() -> None:
    ticket = filed()
    staff_ask(ticket)
    hear(words(f"{number_of(ticket)} の件、右側です"), words(number_of(ticket)))
    assert said()[-2:] == [["added"], ["status"]]
    assert answers() == [(ticket, f"{number_of(ticket)} の件、右側です")]


def test_pages_from_before_the_upgrade_ask_once_however_often_they_are_pressed() -> None:
    """They send no key."""
    ticket = filed()
    for _ in range(2):
        staff_ask(ticket)
    assert value("SELECT count(*) FROM history WHERE what = 'asked'") == 1
    staff_ask(ticket, "何色ですか。")
    staff_ask(ticket)
    assert value("SELECT count(*) FROM history WHERE what = 'asked'") == 3
    hear(words("右側です"))
    staff_ask(ticket)
    with transaction() as db:
        ask(db, ticket, STAFF, "どちら側ですか。", key="1")
    assert value("SELECT count(*) FROM history WHERE what = 'asked'") == 5


def test_moving_a_ticket_leaves_its_question_open() -> None:
    ticket = filed()
    staff_ask(ticket)
    with transaction() as db:
        move(db, ticket, Status.INSPECTING, STAFF)
    hear(words("右側です"))
    assert answers() == [(ticket, "右側です")]
