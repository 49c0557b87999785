"""Whatever ends a try, and at whichever moment: what surely was not said counts as unsaid, and what
may have been is said again only where somebody must know it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from line_nearby import PUSH, REPLY, Line, answer, push, send, states
from sqlalchemy import text
from townsfolk import STAFF, file, rows, value

from bot import delivery, speech
from bot.delivery import send_due
from bot.leases import Due, Lost, claim
from bot.line import messages
from bot.wording import wording
from reports.actions.move import move
from reports.outbox import kinds
from reports.outbox.say import Say
from reports.tickets.status import Status
from settings import ROOT
from store.database import transaction

LEASES_RUN_OUT = "UPDATE messages SET due_at = now() WHERE claim IS NOT NULL"
AGAIN = wording("ja")("again")
HELP = kinds.Help(key="how")


def ticket() -> int:
    with transaction() as db:
        return file(db, value("SELECT id FROM residents"))


def card() -> Say:
    return kinds.Ticket(ticket_id=ticket())


def number() -> str:
    found: str = value("SELECT number FROM tickets ORDER BY id DESC LIMIT 1")
    return found


def token_is_over(line: Line) -> None:
    rows("UPDATE messages SET reply_until = now() - interval '1 s' WHERE reply_until > now()")
    line.order("clock", advance=70)


def taken_up() -> Due:
    """The one message that is due, in a sender's hands."""
    (due,) = claim(1, replies_only=False)
    return due


def prepared(due: Due) -> Due:
    ready = speech.prepare(due)
    assert ready
    return ready


def claimed() -> None:
    taken_up()


def drawn() -> None:
    prepared(taken_up())


def heard_by_line() -> None:
    ready = prepared(taken_up())
    assert messages.reply(ready.reply_token or "", ready.contents or []).fate == "sent"


DIED: list[Callable[[], None]] = [claimed, drawn, heard_by_line]
"""Up to where a sender came that was killed there."""


@pytest.mark.parametrize("died", DIED)
def test_a_sender_dies_and_while_the_token_lives_its_answer_is_said_once(
    line: Line, haruka: str, died: Callable[[], None]
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    died()
    send_due()
    assert states() == ["waiting"]
    rows(LEASES_RUN_OUT)
    send()
    assert states() == ["sent"]
    assert len(line.words(haruka)) == 1
    assert value("SELECT via FROM messages") == "reply"


@pytest.mark.parametrize(
    ("died", "copies", "heading"), [(claimed, 1, 0), (drawn, 1, 1), (heard_by_line, 2, 1)]
)
def test_after_its_tokens_time_a_card_is_pushed_and_says_so_where_it_may_be_a_second_copy(
    line: Line, haruka: str, died: Callable[[], None], copies: int, heading: int
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    died()
    token_is_over(line)
    rows(LEASES_RUN_OUT)
    send()
    assert states() == ["sent"]
    said = line.words(haruka)
    assert [word == AGAIN for word in said].count(True) == heading
    assert sum(number() in word for word in said) == copies


@pytest.mark.parametrize(("died", "pushed"), [(claimed, 1), (drawn, 0), (heard_by_line, 0)])
def test_after_its_tokens_time_help_that_was_perhaps_said_comes_with_the_next_answer(
    line: Line, haruka: str, died: Callable[[], None], pushed: int
) -> None:
    answer(haruka, HELP, token=line.token(haruka))
    died()
    token_is_over(line)
    rows(LEASES_RUN_OUT)
    send()
    assert [call["status"] for call in line.asked() if "to" in call["body"]] == [200] * pushed
    assert states() == (["sent"] if pushed else ["held"])
    before = len(line.words(haruka))
    answer(haruka, kinds.Text(key="language"), token=line.token(haruka))
    send()
    said = line.words(haruka)[before:]
    told = [AGAIN, wording("ja")("how")]
    assert said == [*([] if pushed else told), wording("ja")("language")]


@contextmanager
def a_sender() -> Iterator["subprocess.Popen[str]"]:
    """A process of its own that says what is due; ready to begin when it writes a line."""
    begin = "import sys; from bot.delivery import send_due, messages; messages.warm_up();"
    code = f"{begin} print('ready', flush=True); sys.stdin.readline(); send_due()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@contextmanager
def nobody_reads_a_ticket() -> Iterator[None]:
    """Who draws a card waits until the block ends."""
    with transaction() as db:
        db.execute(text("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE"))
        yield


def until_somebody_draws() -> None:
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tickets'::regclass"
    end = time.monotonic() + 30
    while not value(waits):
        assert time.monotonic() < end, "nobody draws"
        time.sleep(0.02)


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def test_an_answer_whose_sender_was_killed_while_drawing_it_was_surely_not_said(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    with a_sender() as process, nobody_reads_a_ticket():
        go(process)
        until_somebody_draws()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert rows("SELECT reply_attempts, unsure FROM messages") == [(0, False)]
    token_is_over(line)
    rows(LEASES_RUN_OUT)
    send()
    assert states() == ["sent"]
    (said,) = line.words(haruka)
    assert number() in said


@pytest.mark.long
def test_a_sender_that_was_frozen_while_drawing_says_nothing_once_another_has_said_it(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    with a_sender() as process:
        with nobody_reads_a_ticket():
            go(process)
            until_somebody_draws()
            process.send_signal(signal.SIGSTOP)
        rows(LEASES_RUN_OUT)
        send_due()
        assert states() == ["sent"]
        noted = rows("SELECT * FROM messages")
        process.send_signal(signal.SIGCONT)
        assert process.wait(30) == 0
    assert rows("SELECT * FROM messages") == noted
    assert len(line.asked()) == 1


OTHERS: list[tuple[str | None, str, str]] = [
    (None, "sent", "400"),
    ("500_after", "waiting", "400"),
    ("reset_after", "waiting", "400"),
    ("500_before", "waiting", "200"),
    ("429_rate", "waiting", "200"),
]
"""What another sender met, what the row then says, and what the late one hears of LINE."""


@pytest.mark.parametrize(("fault", "state", "late"), OTHERS)
def test_a_late_sender_of_a_reply_changes_nothing_and_it_is_said_once(
    line: Line, haruka: str, fault: str | None, state: str, late: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    frozen = prepared(taken_up())
    rows(LEASES_RUN_OUT)
    if fault:
        line.order("faults", path=REPLY, kind=fault, times=1)
    send_due()
    assert states() == [state]
    noted = rows("SELECT * FROM messages")
    delivery.speak(frozen)
    assert rows("SELECT * FROM messages") == noted
    assert str(line.asked()[-1]["status"]) == late
    send()
    assert states() == ["sent"]
    assert len(line.words(haruka)) == 1


@pytest.mark.parametrize("fault", [None, "500_after", "500_before", "429_rate"])
def test_a_late_sender_of_a_push_changes_nothing_and_it_is_said_once(
    line: Line, haruka: str, fault: str | None
) -> None:
    push(haruka, "groups")
    rows("UPDATE messages SET due_at = now()")
    frozen = prepared(taken_up())
    rows(LEASES_RUN_OUT)
    if fault:
        line.order("faults", path=PUSH, kind=fault, times=1)
    send_due()
    noted = rows("SELECT * FROM messages")
    delivery.speak(frozen)
    assert rows("SELECT * FROM messages") == noted
    send()
    assert states() == ["sent"]
    assert len(line.words(haruka)) == 1


def test_who_draws_late_is_told_that_another_has_it_in_hand(line: Line, haruka: str) -> None:
    answer(haruka, card(), token=line.token(haruka))
    first = taken_up()
    rows(LEASES_RUN_OUT)
    second = taken_up()
    with pytest.raises(Lost):
        speech.prepare(first)
    assert speech.prepare(second)


def test_who_comes_to_speak_so_late_that_another_may_have_it_says_nothing(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    ready = prepared(taken_up())
    delivery.speak(ready._replace(speak_by=time.monotonic()))
    assert line.asked() == []
    assert rows("SELECT state, reply_attempts, claim FROM messages") == [("waiting", 0, None)]
    send()
    assert len(line.words(haruka)) == 1


def test_two_senders_that_have_the_same_message_in_hand_count_one_try(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    due = taken_up()
    with ThreadPoolExecutor(2) as hands:
        tries = [hands.submit(speech.prepare, due) for _ in range(2)]
        done = [one.exception() for one in tries]
    assert sum(isinstance(one, Lost) for one in done) <= 1
    assert value("SELECT reply_attempts FROM messages") == 1


KINDS: list[tuple[str, Callable[[int], Say], bool]] = [
    ("a card", lambda id: kinds.Ticket(ticket_id=id), True),
    ("a joined ticket's card", lambda id: kinds.Joined(ticket_id=id), True),
    ("danger", lambda id: kinds.Urgent(), True),
    ("another city's place", lambda id: kinds.Outside(ja="国分寺市", en=""), True),
    ("before what cannot be undone", lambda id: kinds.Sure(ticket_id=id), True),
    ("that all is erased", lambda id: kinds.Erased(language="ja"), True),
    ("help", lambda id: HELP, False),
    ("how it stands", lambda id: kinds.Status(), False),
    ("what a tap did", lambda id: kinds.About(key="muted", ticket_id=id), False),
    ("thanks for a sticker", lambda id: kinds.Unusable(kind="sticker"), False),
    ("hello", lambda id: kinds.Hello(), False),
]


@pytest.mark.parametrize(
    ("say", "is_pushed"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS]
)
def test_what_a_reply_may_have_said_is_decided_by_its_kind(
    line: Line, haruka: str, say: Callable[[int], Say], is_pushed: bool
) -> None:
    answer(haruka, say(ticket()), token=line.token(haruka))
    line.order("faults", path=REPLY, kind="500_before", times=1)
    send()
    assert states() == ["waiting"]
    token_is_over(line)
    before = len(line.words(haruka))
    send()
    said = line.words(haruka)[before:]
    assert said[:1] == ([AGAIN] if is_pushed else [])
    assert states() in ([["sent"], []] if is_pushed else [["held"]])


@pytest.mark.parametrize("fault", ["500_after", "reset_before", "reset_after"])
def test_whatever_makes_it_unsure_a_card_arrives_and_help_is_not_pushed(
    line: Line, haruka: str, fault: str
) -> None:
    line.order("faults", path=REPLY, kind=fault, times=2)
    for say in (card(), HELP):
        answer(haruka, say, token=line.token(haruka))
        send()
        token_is_over(line)
        send()
    assert states() == ["sent", "held"]
    copies = 1 + fault.endswith("_after")
    assert sum(number() in word for word in line.words(haruka)) == copies


def test_a_reply_of_unsure_fate_is_not_pushed_while_line_may_still_take_its_token(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    rows("UPDATE messages SET reply_until = now() + interval '0.4 s'")
    line.order("faults", path=REPLY, kind="500_before", times=1)
    send_due()
    late = "SELECT due_at > reply_until + interval '14 s', waits_for FROM messages"
    assert rows(late) == [(True, None)]


LATE_TOKENS = {
    "redelivered": 'UPDATE inbox SET raw = \'{"deliveryContext": {"isRedelivery": true}}\'',
    "long on its way": "UPDATE inbox SET received_at = occurred_at + interval '15 s'",
}


@pytest.mark.long
@pytest.mark.parametrize("how", LATE_TOKENS.values(), ids=LATE_TOKENS)
def test_of_a_token_that_came_late_nobody_knows_why_line_takes_it_no_more(
    line: Line, haruka: str, how: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    rows(how)
    rows("UPDATE inbox SET occurred_at = now() - interval '55 s'")
    line.order("faults", path=REPLY, kind="500_before", times=1)
    line.order("clock", advance=70)
    send()
    send()
    send()
    assert states() == ["sent"]
    assert [number() in word for word in line.words(haruka)] == [False, True]


def test_a_token_that_grew_old_while_line_was_asked_may_have_been_refused_for_that(
    line: Line, haruka: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    line.order("faults", path=REPLY, kind="500_before", times=1)
    send()
    rows("UPDATE messages SET due_at = now()")
    late = prepared(taken_up())
    line.order("clock", advance=70)
    delivery.speak(late._replace(token_lives_until=time.monotonic()))
    send()
    send()
    assert states() == ["sent"]
    assert [number() in word for word in line.words(haruka)] == [False, True]


@pytest.mark.parametrize("how", LATE_TOKENS.values(), ids=LATE_TOKENS)
def test_a_token_that_came_late_but_within_its_minute_is_refused_because_it_was_used(
    line: Line, haruka: str, how: str
) -> None:
    answer(haruka, card(), token=line.token(haruka))
    rows(how)
    line.order("faults", path=REPLY, kind="500_after", times=1)
    send()
    send()
    assert states() == ["sent"]
    assert len(line.words(haruka)) == 1


def test_a_move_that_rode_with_an_answer_is_pushed_where_that_may_not_have_arrived(
    line: Line, haruka: str
) -> None:
    mended = ticket()
    with transaction() as db:
        move(db, mended, Status.FIXED, STAFF)
    answer(haruka, HELP, token=line.token(haruka))
    line.order("faults", path=REPLY, kind="500_before", times=1)
    send_due()
    assert states() == ["gathered", "waiting"]
    token_is_over(line)
    send()
    send()
    said = line.words(haruka)
    assert (len(said), said[0]) == (3, AGAIN)
    assert number() in said[1]
    assert "対応済" in said[1]
    assert f"do=mended&number={number()}" in line.buttons(haruka)


def test_a_move_that_rode_with_a_refused_answer_goes_its_own_way(line: Line, haruka: str) -> None:
    mended = ticket()
    with transaction() as db:
        move(db, mended, Status.FIXED, STAFF)
    answer(haruka, HELP, token=line.token(haruka))
    ready = prepared(taken_up())
    simple = [{"type": "text", "text": "…"}]
    line.order("faults", path=REPLY, kind="500_before", times=1)
    delivery.note(ready, state="refused", error="400", contents=simple)
    send()
    assert states() == ["gathered", "refused", "sent"]
    assert number() in line.words(haruka)[0]


def test_what_rode_with_an_answer_that_was_said_is_not_said_again(line: Line, haruka: str) -> None:
    mended = ticket()
    with transaction() as db:
        move(db, mended, Status.FIXED, STAFF)
    answer(haruka, HELP, token=line.token(haruka))
    line.order("faults", path=REPLY, kind="500_after", times=1)
    send_due()
    send()
    token_is_over(line)
    send()
    assert states() == ["gathered", "sent"]
    assert len(line.words(haruka)) == 2


def test_a_push_that_may_have_arrived_a_day_ago_is_said_once_more_where_somebody_must_know(
    line: Line, haruka: str
) -> None:
    mended = ticket()
    with transaction() as db:
        move(db, mended, Status.FIXED, STAFF)
    line.order("faults", path=PUSH, kind="500_before", times=1)
    send()
    key = value("SELECT retry_key FROM messages")
    rows("UPDATE messages SET pushed_first_at = pushed_first_at - interval '25 hours'")
    send()
    assert states() == ["sent"]
    assert value("SELECT retry_key FROM messages") != key
    assert line.words(haruka)[0] == AGAIN
    assert number() in line.words(haruka)[1]
