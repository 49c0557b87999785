"""Pushes leave together, each thing once, whatever happens on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor

from line_nearby import PUSH, Line, push, send, states

from bot.wire.sending import send_due
from settings import settings


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
    send()
    assert len(line.words(haruka)) == 1
    assert states() == ["sent", "gathered"]


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
