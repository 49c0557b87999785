"""However LINE delivers a conversation, the same tickets come of it, and one answer to each action.

Whatever is said in it: a conversation is made up, delivered in order, and delivered once more cut
into any webhook bodies, mixed, doubled and redelivered; both must end alike, down to the words.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from conversations import (
    CONVERSATIONS,
    ERASE,
    FORGED_ERASE,
    PEOPLE,
    WAITS,
    Step,
    Talk,
    begin,
    spot,
    steps_of,
)
from examples import examples
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from townsfolk import ALEX, HARUKA, Json, arrive, hear, photo, place, rows, unsend, words
from what_is_left import outcome

import settings as michi
from bot.hearing import hear_everything

pytestmark = pytest.mark.usefixtures("database_url", "no_limits")


@pytest.fixture
def no_limits(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Which of many photos are too many within an hour depends on which are heard first."""
    for what in ("PHOTOS", "DRAFTS", "TICKETS"):
        monkeypatch.setenv(f"RESIDENT_{what}_PER_HOUR", "0")
    michi.settings.cache_clear()
    yield
    michi.settings.cache_clear()


ANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Run:
    """A conversation that was delivered: what the phones sent, and what was answered to what."""

    talk: Talk = field(default_factory=Talk)
    answers: dict[str, list[Json]] = field(default_factory=dict)

    def hear(self, listeners: int = 1) -> None:
        """By so many processes at once."""
        with ThreadPoolExecutor(listeners) as processes:
            for heard in [processes.submit(hear_everything) for _ in range(listeners)]:
                heard.result()

    def note(self) -> None:
        """All answers so far: with whoever is erased, what they were told goes as well."""
        found = defaultdict(list)
        for row in rows("SELECT key, say FROM messages JOIN inbox ON inbox.id = event_id"):
            found[row.key].append(row.say)
        self.answers |= found


def in_order(steps: Sequence[Step]) -> Run:
    """Each event in a body of its own, heard before the next one is sent."""
    run = Run()
    for step in steps:
        if step.act == "press":
            run.note()
        for part in run.talk.events_of(step):
            arrive(part)
            hear_everything()
    run.note()
    return run


def any_how(steps: Sequence[Step], chance: random.Random) -> Run:
    """In rounds; of a round everything is mixed, doubled, and split into bodies before it is heard
    by several at once. What waits for all that its person did before begins a round of its own.
    """
    run = Run()
    left = {who: [step for step in steps if step.who == who] for who in PEOPLE}
    while any(left.values()):
        new = [part for who in PEOPLE for step in taken(left[who], chance) for part in
               run.talk.events_of(step)]  # fmt: skip
        again = [redelivered(part) for part in run.talk.events * 3 if chance.random() < 0.15]
        late = [redelivered(part) if chance.random() < 0.1 else part for part in new]
        for body in bodies([*late, *again, *idle(new, chance)], chance):
            arrive(*body)
        run.hear(listeners=chance.choice((1, 3)))
        run.note()
    return run


def taken(left: list[Step], chance: random.Random) -> list[Step]:
    wanted = left[: chance.randint(0, 5)]
    until = next((n for n, step in enumerate(wanted) if n and step.act in WAITS), len(wanted))
    del left[:until]
    return wanted[:until]


def redelivered(sent: Json) -> Json:
    return sent | {"deliveryContext": {"isRedelivery": True}}


def idle(events: Sequence[Json], chance: random.Random) -> Iterator[Json]:
    """What nobody may hear: the same in standby and in a group, and kinds that LINE may invent."""
    for sent in events:
        key = f"idle {sent['webhookEventId']}"
        group = sent["source"] | {"type": "group", "groupId": "C" + "1" * 32}
        for change in ({"mode": "standby"}, {"source": group}, {"type": "teleport"}):
            if chance.random() < 0.1:
                yield sent | {"webhookEventId": f"{key} {change}"} | change


def bodies(events: list[Json], chance: random.Random) -> Iterator[Sequence[Json]]:
    chance.shuffle(events)
    cuts = sorted({0, len(events), *(chance.randint(0, len(events)) for _ in range(3))})
    for start, end in itertools.pairwise(cuts):
        yield events[start:end]


def one_answer_each(run: Run) -> None:
    said = defaultdict(int)
    for key, answers in run.answers.items():
        said[key.split(".")[0]] += len(answers)
    assert {number: said[str(number)] for number in run.talk.wanted} == run.talk.wanted


@pytest.mark.long
@settings(ANY, max_examples=examples(12))
@given(CONVERSATIONS, st.integers(0, 2**32))
def test_any_delivery_of_any_conversation_gives_the_same_tickets_with_one_answer_to_each_action(
    conversation: list[tuple[str, tuple[Any, ...]]], seed: int
) -> None:
    steps = steps_of(conversation)
    begin()
    plainly = in_order(steps)
    expected = outcome(plainly.talk, plainly.answers)
    one_answer_each(plainly)
    begin()
    mixed = any_how(steps, random.Random(seed))
    found = outcome(mixed.talk, mixed.answers)
    assert {part: found[part] for part in found if found[part] != expected[part]} == {}
    one_answer_each(mixed)
    told_groups = rows("SELECT 1 FROM messages WHERE recipient LIKE 'C%'")
    assert len(told_groups) <= 1
    event(f"{len(expected['tickets']) - len(PEOPLE)} tickets")


def belated(steps: Sequence[Step], chance: random.Random) -> Run:
    """What is sent may come long after what was sent later, when that has long been answered."""
    run, on_the_way = Run(), []
    for step in steps:
        on_the_way += run.talk.events_of(step)
        while chance.random() < 0.4 and on_the_way:
            chance.shuffle(on_the_way)
            arrive(*(on_the_way.pop() for _ in range(chance.randint(1, len(on_the_way)))))
            arrive(redelivered(chance.choice(run.talk.events)))
            hear_everything()
    hear(*on_the_way, *map(redelivered, run.talk.events))
    run.note()
    return run


def is_of_an_end(step: Step) -> bool:
    """Whether it may make us forget what belongs to something that comes only later."""
    return step.act == "later" or step.what in (ERASE, FORGED_ERASE)


LOST = """
    SELECT p.line_message_id FROM photos p LEFT JOIN residents r ON r.id = p.resident_id
    WHERE state <> 'removed' AND report_id IS NULL AND line_message_id IS NOT NULL
      AND NOT coalesce(draft -> 'photos' @> to_jsonb(p.id), false)
      AND NOT coalesce(draft -> 'before' -> 'photos' @> to_jsonb(p.id), false)
"""


@pytest.mark.long
@settings(ANY, max_examples=examples(8))
@given(CONVERSATIONS, st.integers(0, 2**32))
@example([(HARUKA, (("words", "こんにちは"),)), (HARUKA, (("press", FORGED_ERASE),))], 0)
def test_what_comes_out_of_its_order_is_answered_once_as_well_and_no_photo_goes_astray(
    conversation: list[tuple[str, tuple[Any, ...]]], seed: int
) -> None:
    begin()
    steps = [step for step in steps_of(conversation) if not is_of_an_end(step)]
    run = belated(steps, random.Random(seed))
    taken_back = {sent["unsend"]["messageId"] for sent in run.talk.events if "unsend" in sent}
    for number in {id.removeprefix("m").split(".")[0] for id in taken_back}:
        del run.talk.wanted[int(number)]
    one_answer_each(run)
    assert rows("SELECT key FROM inbox WHERE done_at IS NULL OR attempts > 0") == []
    assert rows(LOST) == []
    assert rows("SELECT id FROM reports WHERE draft_key IS NULL OR category IS NULL") == []


def whole_report(who: str) -> list[Json]:
    two_photos = [photo(who, "S"), photo(who, "S")]
    return [*two_photos, place(who, spot(who, "door")), words("穴", who)]


FILED = """
    SELECT line_user_id, count(DISTINCT o.ticket_id), count(DISTINCT p.id), count(DISTINCT m.id)
    FROM residents r JOIN reports o ON o.resident_id = r.id JOIN remarks m ON m.report_id = o.id
    JOIN photos p ON p.report_id = o.id GROUP BY 1 ORDER BY 1
"""


@pytest.mark.long
@settings(ANY, max_examples=examples(8))
@given(st.randoms(use_true_random=False))
def test_the_parts_of_a_report_heard_in_any_order_make_one_ticket_for_each_person(
    chance: random.Random,
) -> None:
    begin()
    sent = [part for who in PEOPLE for part in whole_report(who)]
    chance.shuffle(sent)
    for part in sent:
        arrive(part, redelivered(chance.choice(sent)))
        hear_everything()
    assert rows(FILED) == [(who, 1, 2, 1) for who in sorted(PEOPLE)]
    assert rows("SELECT count(*) FROM messages GROUP BY recipient") == [(3,)] * 3


@pytest.mark.long
def test_a_photo_that_is_heard_after_its_set_was_given_up_goes_the_same_way() -> None:
    for part in (photo(image_set="S"), words("やめる"), photo(image_set="S"), photo(ALEX, "S")):
        arrive(part)
        hear_everything()
    assert [row.state for row in rows("SELECT state FROM photos ORDER BY id")] == [
        "removed",
        "removed",
        "waiting",
    ]
    assert rows("SELECT count(*) FROM messages") == [(3,)]


@pytest.mark.long
def test_a_photo_whose_set_lost_one_that_was_taken_back_is_kept() -> None:
    first = photo(image_set="S")
    for part in (first, unsend(first), photo(image_set="S")):
        arrive(part)
        hear_everything()
    assert [row.state for row in rows("SELECT state FROM photos ORDER BY id")] == [
        "removed",
        "waiting",
    ]
