"""Pushes leave together, each thing once, whatever happens on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import structlog
from line_nearby import PUSH, Line, push, send, states
from townsfolk import STAFF, file, hear, rows, value, words

from bot.delivery import send_due
from bot.fates import MOST_DRAWINGS
from reports.actions.follow import mute
from reports.actions.move import move
from reports.outbox import kinds, residents
from reports.tickets.status import Status
from settings import settings
from store.database import transaction


def test_three_pushes_to_one_person_are_one(line: Line, haruka: str) -> None:
    for key in ("groups", "sorry", "old_button"):
        push(haruka, key)
    send()
    assert states() == ["sent", "gathered", "gathered"]
    assert len(line.asked()) == 1
    assert len(line.words(haruka)) == 3


def test_what_does_not_fit_into_one_push_leaves_with_a_second(line: Line, haruka: str) -> None:
    for _ in range(7):
        push(haruka, "sorry")
    send()
    assert [len(call["body"]["messages"]) for call in line.asked()] == [5, 2]
    assert len(line.words(haruka)) == 7


def test_one_broken_thing_does_not_silence_what_it_was_gathered_with(
    line: Line, haruka: str
) -> None:
    push(haruka, "no such text")
    push(haruka, "groups")
    with structlog.testing.capture_logs() as logged:
        send()
    assert len(line.words(haruka)) == 1
    assert states() == ["sent", "gathered"]
    broken = [(one["kind"], one["message"]) for one in logged if one["event"] == "not_drawn"]
    assert broken == [("text", value("SELECT min(id) FROM messages"))]


OF_ANOTHER_VERSION = '[{"say": "hologram"}]'
UNKNOWN = f"UPDATE messages SET say = '{OF_ANOTHER_VERSION}' WHERE state = 'waiting'"

WAITING_ROW = """
    SELECT state, say, contents, reply_token, reply_attempts, push_attempts, pushed_first_at
    FROM messages
"""


def as_the_other_version_reads_it() -> None:
    rows("""UPDATE messages SET say = '[{"say": "text", "key": "groups"}]'
            WHERE say @> '[{"say": "hologram"}]'""")


def test_what_another_version_has_to_say_silences_nothing_and_is_held(
    line: Line, haruka: str
) -> None:
    push(haruka, "groups")
    rows(f"UPDATE messages SET say = say || '{OF_ANOTHER_VERSION}'")
    with structlog.testing.capture_logs() as logged:
        send()
    assert (len(line.words(haruka)), states()) == (1, ["sent", "held"])
    assert value("SELECT say FROM messages WHERE state = 'held'") == [{"say": "hologram"}]
    assert [one["kind"] for one in logged if one["event"] == "unknown_words"] == ["hologram"]


def test_words_of_another_version_alone_wait_for_a_process_that_knows_them(
    line: Line, haruka: str
) -> None:
    push(haruka, "sorry")
    rows(UNKNOWN)
    before = rows(WAITING_ROW)
    for _ in range(MOST_DRAWINGS + 1):
        send()
    assert (line.asked(), rows(WAITING_ROW)) == ([], before)
    assert value("SELECT due_at > now() + interval '5 s' FROM messages")
    as_the_other_version_reads_it()
    send()
    assert (len(line.words(haruka)), states()) == (1, ["sent"])


def test_an_answer_of_another_version_keeps_its_token_and_comes_back_at_once(
    line: Line, haruka: str
) -> None:
    hear(words("使い方", haruka))
    rows(UNKNOWN)
    before = rows(WAITING_ROW)
    send_due(replies_only=True)
    assert rows(WAITING_ROW) == before
    assert value("SELECT due_at BETWEEN now() AND now() + interval '2 s' FROM messages")


def test_words_that_no_version_has_known_for_an_hour_hold_nobody_up(
    line: Line, haruka: str
) -> None:
    push(haruka, "sorry")
    rows(UNKNOWN)
    rows("UPDATE messages SET created_at = now() - interval '2 hours'")
    send()
    assert states() == ["held"]
    push(haruka, "groups")
    send()
    assert (len(line.words(haruka)), states()) == (1, ["held", "sent"])


def test_what_waits_for_another_version_goes_along_with_nothing_and_stops_nothing(
    line: Line, haruka: str
) -> None:
    push(haruka, "sorry")
    rows(UNKNOWN)
    send()
    push(haruka, "groups")
    send()
    assert len(line.words(haruka)) == 1
    assert sorted(states()) == ["gathered", "held", "sent"]


def test_a_push_that_is_tried_again_keeps_its_words(line: Line, haruka: str) -> None:
    line.order("faults", path=PUSH, kind="reset_after", times=1)
    push(haruka, "groups")
    send()
    push(haruka, "sorry")
    send()
    first, again = line.asked()[:2]
    assert first["body"] == again["body"]
    assert first["retryKey"] == again["retryKey"]
    send()
    assert len(line.words(haruka)) == 2


def test_a_card_that_line_refuses_is_said_in_words_and_the_way_on_stays(
    line: Line, haruka: str
) -> None:
    settings().public_url = "http://pictures.that.line.refuses"
    with transaction() as db:
        residents.push(db, [haruka], [kinds.Hello()])
    send()
    send()
    assert [call["status"] for call in line.asked()] == [400, 200]
    refused, taken = (call["body"]["messages"][0] for call in line.asked())
    assert taken["text"] == refused["altText"]
    ways = taken["quickReply"]["items"]
    assert [way for way in ways if way in refused["quickReply"]["items"]] == ways[:-1]
    assert ways[-1]["action"]["uri"].startswith("http://pictures.that.line.refuses/terms")
    assert states() == ["sent"]


NOWHERE = "http://127.0.0.1:9"
LONG_AGO = "UPDATE messages SET pushed_first_at = pushed_first_at - interval '25 hours'"


@pytest.mark.parametrize("kind", ["500_after", "reset_after", "500_before"])
def test_an_echo_that_may_have_been_pushed_a_day_ago_is_not_pushed_again(
    line: Line, haruka: str, kind: str
) -> None:
    line.order("faults", path=PUSH, kind=kind, times=1)
    push(haruka, "groups")
    send()
    rows(LONG_AGO)
    line.order("clock", advance=timedelta(hours=25).total_seconds())
    send()
    assert states() == ["held"]
    assert len(line.asked()) == 1


@pytest.mark.parametrize("kind", ["429_rate", "429_one_user"])
def test_what_line_surely_refused_for_a_day_is_pushed_when_it_may(
    line: Line, haruka: str, kind: str
) -> None:
    line.order("faults", path=PUSH, kind=kind, times=2)
    push(haruka, "groups")
    send()
    rows(LONG_AGO)
    send()
    assert value("SELECT pushed_first_at IS NULL FROM messages")
    send()
    assert states() == ["sent"]
    assert len(line.words(haruka)) == 1


def test_an_answer_that_never_reached_line_is_pushed_when_its_token_is_over(
    line: Line, haruka: str
) -> None:
    hear(words("使い方", haruka))
    settings().line_api_url = NOWHERE
    for _ in range(3):
        send()
    assert states() == ["waiting"]
    settings().line_api_url = line.api
    rows("UPDATE messages SET reply_until = now() - interval '1 s'")
    send()
    assert states() == ["sent"]
    assert len(line.words(haruka)) == 1


def test_who_mutes_a_ticket_before_its_push_leaves_hears_only_of_the_others(
    line: Line, haruka: str
) -> None:
    with transaction() as db:
        me = value("SELECT id FROM residents")
        mine = [file(db, me) for _ in range(2)]
        for ticket_id in mine:
            move(db, ticket_id, Status.SCHEDULED, STAFF)
        mute(db, mine[0], me, muted=True)
    send()
    (told,) = line.asked()
    numbers = rows("SELECT number FROM tickets ORDER BY id")
    read = str(told["body"]["messages"])
    assert [number in read for (number,) in numbers] == [False, True]


def test_who_mutes_the_only_ticket_before_its_push_leaves_costs_no_push(
    line: Line, haruka: str
) -> None:
    with transaction() as db:
        me = value("SELECT id FROM residents")
        ticket_id = file(db, me)
        move(db, ticket_id, Status.SCHEDULED, STAFF)
        mute(db, ticket_id, me, muted=True)
    send()
    assert line.asked() == []
    assert "waiting" not in states()


@pytest.mark.parametrize("fault", ["429_quota", "500_after", None])
def test_who_was_erased_is_forgotten_as_soon_as_they_have_heard_so(
    line: Line, haruka: str, fault: str | None
) -> None:
    if fault:
        line.order("faults", path=PUSH, kind=fault, times=1)
    with transaction() as db:
        residents.push(db, [haruka], [kinds.Erased()])
    send()
    send()
    assert rows("SELECT recipient FROM messages") == []


def test_a_group_is_answered_with_its_token_or_not_at_all(line: Line) -> None:
    push("C" + "1" * 32, "groups")
    send()
    assert line.asked() == []
    assert states() == ["held"]


def test_pushing_and_sending_at_once_says_everything_once(line: Line, haruka: str) -> None:
    settings().push_gather_seconds = 0
    begin = threading.Barrier(6)

    def write(thread: int) -> None:
        begin.wait()
        for number in range(6):
            push(haruka, *["groups"] * (1 + (thread + number) % 2))

    def say() -> None:
        begin.wait()
        for _ in range(30):
            send_due()

    with ThreadPoolExecutor(6) as hands:
        done = [hands.submit(write, thread) for thread in range(4)]
        done += [hands.submit(say) for _ in range(2)]
        for one in done:
            one.result()
    while "waiting" in states():
        send()
    assert len(line.words(haruka)) == 36
