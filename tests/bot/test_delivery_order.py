"""One person's answers leave in their order; what comes late is told as things are by then, and
what waited for LINE leaves when LINE is back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from line_nearby import PUSH, Line, answer, known, push, send, states
from townsfolk import STAFF, arrive, file, hear, rows, value, words

from bot import fates
from bot.delivery import send_due
from bot.drafts import draft_to_json, new_draft
from bot.leases import claim
from bot.wording import wording
from reports.actions.move import move
from reports.outbox import kinds
from reports.outbox.say import Say
from reports.people.models import Resident
from reports.tickets.status import Status
from settings import settings
from store.database import transaction

NOWHERE = "http://127.0.0.1:9"
LATE = wording("ja")("missed")
AGAIN = wording("ja")("again")
HOW = wording("ja")("how")
HELP = kinds.Help(key="how")


def ask(draft: str, *missing: str) -> Say:
    return kinds.Ask(
        draft=draft, photos=[], no_photo=True, category=None, inferred=False, words=False,
        missing=[*missing],
    )  # fmt: skip


def begun(key: str = "begun", *, ago: timedelta = timedelta(0)) -> str:
    """Haruka has begun a report so long ago; the key of its buttons."""
    at = datetime.now(UTC) - ago
    kept = draft_to_json(new_draft(at)) | {"key": key, "no_photo": True}
    kept |= {"touched_at": at.isoformat()}
    with transaction() as db:
        db.query(Resident).update({"draft": kept})
    return key


def card() -> Say:
    with transaction() as db:
        return kinds.Ticket(ticket_id=file(db, value("SELECT id FROM residents LIMIT 1")))


def number() -> str:
    found: str = value("SELECT number FROM tickets ORDER BY id DESC LIMIT 1")
    return found


def tokens_are_over() -> None:
    rows("UPDATE messages SET reply_until = now() - interval '1 s' WHERE reply_until > now()")


def away() -> None:
    settings().line_api_url = NOWHERE


def back(line: Line) -> None:
    settings().line_api_url = line.api


def pushes(line: Line) -> list[Any]:
    return [call for call in line.asked() if "to" in call["body"] and call["status"] == 200]


def test_answers_that_line_could_not_take_leave_as_one_push_of_how_things_are(
    line: Line, haruka: str
) -> None:
    key = begun()
    away()
    for say in (ask(key, "place", "category"), HELP, ask(key, "category")):
        answer(haruka, say)
        send()
    tokens_are_over()
    back(line)
    send()
    (told,) = pushes(line)
    assert line.words(haruka)[0] == HOW
    assert wording("ja")("ask.category") in line.words(haruka)[1]
    assert wording("ja")("ask.place") not in str(told)
    assert states() == ["sent", "gathered", "gathered"]


def test_what_could_not_be_said_goes_along_with_the_next_reply_for_nothing(
    line: Line, haruka: str
) -> None:
    key = begun()
    away()
    for say in (ask("over", "place"), card()):
        answer(haruka, say)
        send()
    tokens_are_over()
    back(line)
    answer(haruka, ask(key, "category"), token=line.token(haruka))
    send()
    said = line.words(haruka)
    assert (len(said), said[0]) == (3, LATE)
    assert number() in said[1]
    assert pushes(line) == []
    assert "draft=over" not in line.buttons(haruka)
    assert states() == ["gathered", "gathered", "sent"]


OVER: list[tuple[str, timedelta | None, bool]] = [
    ("open", timedelta(0), True),
    ("left and still there", timedelta(hours=3), True),
    ("given up", None, False),
    ("forgotten", timedelta(hours=25), False),
]


@pytest.mark.parametrize(
    ("ago", "is_open"), [row[1:] for row in OVER], ids=[row[0] for row in OVER]
)
def test_a_late_question_is_asked_only_while_its_draft_is_there(
    line: Line, haruka: str, ago: timedelta | None, is_open: bool
) -> None:
    key = "over" if ago is None else begun("asked", ago=ago)
    answer(haruka, kinds.Urgent(), ask(key, "category"), token=None)
    send()
    (told,) = pushes(line)
    assert (f"draft={key}" in str(told)) is is_open
    assert len(line.words(haruka)) == 1 + is_open


def test_where_nothing_of_a_late_answer_means_anything_it_is_how_things_stand(
    line: Line, haruka: str
) -> None:
    card()
    answer(haruka, ask("over", "place"), token=None)
    send()
    (said,) = line.words(haruka)
    assert said.startswith(f"{wording('ja')('card.now')} 受付番号 {number()}")


def test_a_late_question_is_dropped_once_something_newer_was_said(line: Line, haruka: str) -> None:
    key = begun()
    answer(haruka, ask(key, "place"), token=None)
    newer = answer(haruka, HELP, token=line.token(haruka))
    rows("UPDATE messages SET state = 'sent', sent_at = now() WHERE id = :id", id=newer)
    send()
    assert line.asked() == []
    assert states() == ["gathered", "sent"]


def test_the_button_of_what_was_added_leaves_late_only_while_more_can_be(
    line: Line, haruka: str
) -> None:
    with transaction() as db:
        ticket_id = file(db, value("SELECT id FROM residents"))
    added = kinds.Added(
        ticket_id=ticket_id, draft="over", why="add", photos=[], words=True, place=False
    )
    answer(haruka, added, token=None)
    send()
    assert len(line.words(haruka)) == 1
    assert "draft=over" not in line.buttons(haruka)
    assert f"do=status&number={number()}" in line.buttons(haruka)


def test_help_that_nobody_waits_for_any_more_is_worth_no_push(line: Line, haruka: str) -> None:
    answer(haruka, HELP, token=None)
    rows("UPDATE messages SET created_at = now() - interval '40 minutes'")
    send()
    assert (line.asked(), states()) == ([], ["held"])
    answer(haruka, kinds.Text(key="language"), token=line.token(haruka))
    send()
    assert line.words(haruka) == [LATE, HOW, wording("ja")("language")]


def test_a_push_tried_in_an_outage_is_not_repeated_with_buttons_of_a_draft_that_is_over(
    line: Line, haruka: str
) -> None:
    key = begun()
    answer(haruka, kinds.Urgent(), ask(key, "category"), token=None)
    line.order("faults", path=PUSH, kind="500_before", times=1)
    send()
    with transaction() as db:
        db.query(Resident).update({"draft": {}})
    send()
    (told,) = pushes(line)
    assert f"draft={key}" not in str(told)
    assert [AGAIN in word for word in line.words(haruka)] == [True, False]
    first, again = line.asked()
    assert first["retryKey"] != again["retryKey"]


def test_a_push_of_unsure_fate_is_settled_by_its_key_before_the_next_answer(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=None)
    line.order("faults", path=PUSH, kind="500_after", times=1)
    send()
    answer(haruka, HELP, token=line.token(haruka))
    assert claim(5, replies_only=True) == []
    send()
    assert states() == ["sent", "sent"]
    assert [call["status"] for call in line.asked()] == [500, 409, 200]
    assert len(line.words(haruka)) == 2


def test_an_answer_does_not_wait_for_an_unsure_push_until_its_own_token_is_over(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=None)
    line.order("faults", path=PUSH, kind="500_before", times=9)
    send()
    answer(haruka, HELP, token=line.token(haruka))
    rows("UPDATE messages SET reply_until = now() + interval '15 s' WHERE reply_token IS NOT NULL")
    send_due()
    said = line.words(haruka)
    assert (said[0], said[2]) == (AGAIN, HOW)
    assert number() in said[1]
    assert states() == ["gathered", "sent"]


def test_a_question_of_an_unsure_push_goes_along_with_the_answer_as_it_is_by_now(
    line: Line, haruka: str
) -> None:
    key = begun()
    answer(haruka, card(), ask(key, "place"), token=None)
    line.order("faults", path=PUSH, kind="500_before", times=1)
    send()
    answer(haruka, ask(key, "category"), token=line.token(haruka))
    send()
    assert pushes(line) == []
    said = line.words(haruka)
    assert (len(said), said[0]) == (3, AGAIN)
    assert number() in said[1]
    assert states() == ["gathered", "sent"]


def test_a_push_that_may_have_arrived_and_waits_for_its_turn_is_another_push_then(
    line: Line, haruka: str
) -> None:
    key = begun()
    answer(haruka, kinds.Urgent(), ask(key, "place"), token=None)
    line.order("faults", path=PUSH, kind="500_after", times=1)
    send()
    answer(haruka, kinds.MyData(draft=key), token=line.token(haruka))
    with transaction() as db:
        move(db, file(db, value("SELECT id FROM residents")), Status.FIXED, STAFF)
    rows("UPDATE messages SET due_at = now()")
    send()
    said = line.words(haruka)
    assert any(wording("ja")("status.fixed") in words for words in said), said


def test_a_push_waits_for_the_answer_that_can_take_it_along(line: Line, haruka: str) -> None:
    push(haruka, "groups")
    rows("UPDATE messages SET due_at = now()")
    answer(haruka, HELP, token=line.token(haruka))
    (due,) = claim(5, replies_only=False)
    assert due.via == "reply"
    assert claim(5, replies_only=False) == []


def test_a_late_answer_is_not_pushed_before_what_they_did_since_was_heard(
    line: Line, haruka: str
) -> None:
    answer(haruka, HELP, token=None)
    arrive(words("使い方", haruka))
    assert send_due() == 0
    hear()
    rows("UPDATE messages SET reply_token = NULL")
    send()
    assert line.words(haruka) == [HOW]
    assert states() == ["sent", "gathered"]


def test_while_one_sender_speaks_with_somebody_no_other_does(line: Line, haruka: str) -> None:
    for say in (HELP, card()):
        answer(haruka, say, token=line.token(haruka))
    (first,) = claim(5, replies_only=False)
    assert claim(5, replies_only=False) == []
    rows("UPDATE messages SET reply_until = now() - interval '1 s' WHERE claim IS NOT NULL")
    assert send_due() == 0
    assert first.say == [HELP]


def test_four_senders_tell_one_person_everything_in_order(line: Line, haruka: str) -> None:
    numbers = []
    for _ in range(6):
        answer(haruka, card(), token=line.token(haruka))
        numbers.append(number())
    with ThreadPoolExecutor(4) as hands:
        while "waiting" in states():
            for sender in [hands.submit(send_due) for _ in range(4)]:
                sender.result()
    said = line.words(haruka)
    assert [next(one for one in numbers if one in word) for word in said] == numbers


def not_reached(line: Line) -> None:
    away()


def in_trouble(line: Line) -> None:
    line.order("faults", path=PUSH, kind="500_before", times=2)


@pytest.mark.parametrize("outage", [not_reached, in_trouble])
def test_what_waits_for_line_leaves_as_soon_as_line_takes_anything(
    line: Line, haruka: str, outage: Callable[[Line], None]
) -> None:
    other = line.somebody(language="ja")
    known(other, language="ja")
    outage(line)
    for who in (haruka, other):
        push(who, "groups")
    rows("UPDATE messages SET push_attempts = 9, due_at = now()")
    send_due()
    waits = "SELECT waits_for, due_at < now() + interval '6 s' FROM messages ORDER BY id"
    assert [waiting for waiting, _ in rows(waits)] == ["line:push"] * 2
    assert [soon for _, soon in rows(waits)].count(True) >= 1
    back(line)
    third = line.somebody(language="ja")
    known(third, language="ja")
    push(third, "groups")
    rows("UPDATE messages SET due_at = now() WHERE waits_for IS NULL")
    send_due()
    assert states() == ["sent"] * 3
    assert [len(line.words(who)) for who in (haruka, other, third)] == [1, 1, 1]


def test_in_an_outage_the_oldest_is_tried_every_few_seconds_and_the_others_seldom(
    line: Line, haruka: str
) -> None:
    people = [haruka, *(line.somebody(language="ja") for _ in range(3))]
    for who in people[1:]:
        known(who, language="ja")
    away()
    for who in people:
        push(who, "groups")
        rows("UPDATE messages SET push_attempts = 9, due_at = now() WHERE waits_for IS NULL")
        send_due()
    pauses = rows("SELECT extract(epoch FROM due_at - now()) AS s FROM messages ORDER BY id")
    soon, *others = [float(row.s) for row in pauses]
    assert soon <= fates.LOOK_EVERY.total_seconds()
    assert all(other > 200 for other in others)


def test_the_pauses_are_measured_on_one_clock(line: Line, haruka: str) -> None:
    """The database's: a sender whose own is ten minutes ahead waits no longer."""
    push(haruka, "groups")
    rows("UPDATE messages SET due_at = now()")
    away()
    send_due()
    assert value("SELECT due_at - now() < interval '10 s' FROM messages")
    assert value("SELECT pushed_first_at IS NULL AND contents IS NULL FROM messages")


def test_a_reply_that_waits_for_line_is_tried_again_within_its_tokens_time(
    line: Line, haruka: str
) -> None:
    answer(haruka, HELP, token=line.token(haruka))
    away()
    send_due()
    assert rows("SELECT waits_for, reply_attempts FROM messages") == [("line:reply", 0)]
    back(line)
    other = line.somebody(language="ja")
    known(other, language="ja")
    answer(other, HELP, token=line.token(other))
    send_due(replies_only=True)
    assert states() == ["sent", "sent"]
    assert value("SELECT count(*) FROM messages WHERE via = 'reply'") == 2


def test_a_move_that_was_muted_or_answered_meanwhile_is_drawn_anew_after_an_outage(
    line: Line, haruka: str
) -> None:
    with transaction() as db:
        ticket_id = file(db, value("SELECT id FROM residents"))
        move(db, ticket_id, Status.SCHEDULED, STAFF)
    away()
    send()
    with transaction() as db:
        move(db, ticket_id, Status.FIXED, STAFF)
    back(line)
    send()
    (said,) = line.words(haruka)
    assert "対応済" in said
    assert states() == ["sent", "gathered"]
