"""However LINE delivers a conversation, the same tickets come of it, and one answer to each action.

Whatever is said in it: a conversation is made up, delivered in order, and delivered once more cut
into any webhook bodies, mixed, doubled and redelivered; both must end alike.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from townsfolk import (
    ALEX,
    BEHIND_THE_BORDER,
    HARUKA,
    HONCHO,
    ICHIRO,
    Json,
    arrive,
    photo,
    place,
    rows,
    words,
)
from townsfolk import event as line_event

from bot.conversation import hear_everything
from bot.saying.drawing import draw
from geo.points import Point
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")

PEOPLE = (HARUKA, ALEX, ICHIRO)
CROSSINGS = (Point(139.508, 35.7055), Point(139.5083, 35.7087), Point(139.507943, 35.704338))
"""Where a city road crosses a prefecture's; one for each person, so that nobody meets another."""
BEGAN = 1_790_000_000_000
EMPTY = (
    "TRUNCATE inbox, messages, tasks, unsent_messages, outside_counts, followers, history, remarks,"
    " photos, reports, tickets, residents CASCADE"
)
SPOKEN = (
    "穴", "ミラーが割れています", "倒木で危ない", "こんにちは", "本町2丁目です", "通報", "状況",
    "わたしの通報", "やめる", "終わる", "English",
)  # fmt: skip

Act = tuple[str, Any]
PLACES = ("door", "next to it", "far", "crossing", "outside")
WHOLE_REPORT = st.tuples(
    st.permutations(("photo", "place", "words")),
    st.sampled_from(PLACES[:4]),
    st.sampled_from(SPOKEN[:3]),
).map(lambda made: tuple((act, {"place": made[1], "words": made[2]}.get(act)) for act in made[0]))
ACTS: st.SearchStrategy[tuple[Act, ...]] = st.one_of(
    WHOLE_REPORT,
    st.just((("photo", None),)),
    st.integers(2, 3).map(lambda count: (("set", count),)),
    st.sampled_from(PLACES).map(lambda where: (("place", where),)),
    WHOLE_REPORT,
    st.sampled_from(SPOKEN).map(lambda spoken: (("words", spoken),)),
    st.integers(0, 30).map(lambda which: (("press", which),)),
    st.integers(0, 30).map(lambda which: (("press", which), ("press", which // 3))),
    st.integers(0, 9).map(lambda back: (("unsend", back),)),
    st.sampled_from((("sticker", None), ("follow", None))).map(lambda act: (act,)),
    WHOLE_REPORT,
)
CONVERSATIONS = st.lists(st.tuples(st.sampled_from(PEOPLE), ACTS), min_size=3, max_size=9)


@dataclass(frozen=True)
class Step:
    """One action in its place in the conversation."""

    number: int
    who: str
    act: str
    what: Any


@dataclass
class Talk:
    """One run of the conversation: the events made so far, and how many answers each step wants."""

    events: list[Json] = field(default_factory=list)
    wanted: dict[int, int] = field(default_factory=dict)

    def events_of(self, step: Step) -> list[Json]:
        """What the phone sends for this step, now; nothing where there is nothing to do it with."""
        made = [
            part | {"webhookEventId": f"{step.number}.{i}", "timestamp": self._time(step, i)}
            for i, part in enumerate(self._made(step))
        ]
        for i, part in enumerate(made):
            if "message" in part:
                part["message"] = part["message"] | {"id": f"m{step.number}.{i}"}
        self.events += made
        self.wanted[step.number] = 1 if made and step.act != "unsend" else 0
        return made

    def _time(self, step: Step, part: int) -> int:
        return BEGAN + step.number * 1000 + part

    def _made(self, step: Step) -> list[Json]:
        who, what = step.who, step.what
        match step.act:
            case "photo":
                return [photo(who)]
            case "set":
                return [photo(who, f"set {step.number}") for _ in range(what)]
            case "place":
                return [place(who, spot(who, what))]
            case "words":
                return [words(what, who)]
            case "sticker":
                return [line_event(who, message={"type": "sticker"})]
            case "follow":
                return [line_event(who, kind="follow")]
            case "unsend":
                sent = [part for part in self.events if is_message_of(part, who)]
                back = sent[-1 - what :][:1] if what < len(sent) else []
                ids = [part["message"]["id"] for part in back]
                return [line_event(who, kind="unsend", unsend={"messageId": id}) for id in ids]
        return [pressed(who, what)] if offered(who) else []


def spot(who: str, where: str) -> Point:
    """A place of this person, away from everybody else's."""
    if where == "outside":
        return BEHIND_THE_BORDER
    number = PEOPLE.index(who)
    metres = {"door": 0, "next to it": 12, "far": 150}.get(where, 0)
    own = Point(HONCHO.lon - 0.0004 * 10 * number, HONCHO.lat + metres / 111_000)
    return CROSSINGS[number] if where == "crossing" else own


def is_message_of(sent: Json, who: str) -> bool:
    return "message" in sent and sent["source"]["userId"] == who


def offered(who: str) -> list[str]:
    """The data of every button of the last message to this person, as their phone shows it."""
    with transaction() as db:
        said = rows("SELECT say FROM messages WHERE recipient = :who ORDER BY id DESC", who=who)
        return list(postbacks(draw(db, who, said[0].say)[-1])) if said else []


def postbacks(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "postback":
            yield node["data"]
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from postbacks(part)


def pressed(who: str, which: int) -> Json:
    buttons = offered(who)
    return line_event(who, kind="postback", postback={"data": buttons[which % len(buttons)]})


def in_order(steps: Sequence[Step]) -> Talk:
    """Each event in a body of its own, heard before the next one is sent."""
    talk = Talk()
    for step in steps:
        for part in talk.events_of(step):
            arrive(part)
            hear_everything()
    return talk


def any_how(steps: Sequence[Step], chance: random.Random) -> Talk:
    """In rounds; of a round everything is mixed, doubled, and split into bodies before it is heard.

    A button is pressed when all that its person did before has been heard: it was not there yet.
    """
    talk = Talk()
    left = {who: [step for step in steps if step.who == who] for who in PEOPLE}
    while any(left.values()):
        new = [part for who in PEOPLE for step in taken(left[who], chance) for part in
               talk.events_of(step)]  # fmt: skip
        again = [part | {"deliveryContext": {"isRedelivery": True}}
                 for part in talk.events if chance.random() < 0.3]  # fmt: skip
        both = new + again
        chance.shuffle(both)
        for body in bodies(both, chance):
            arrive(*body)
        hear_everything()
    return talk


def taken(left: list[Step], chance: random.Random) -> list[Step]:
    """The next steps of one person, up to the next button, which must wait for its message."""
    wanted = left[: chance.randint(0, 5)]
    until = next((n for n, step in enumerate(wanted) if n and step.act == "press"), len(wanted))
    del left[:until]
    return wanted[:until]


def bodies(events: Sequence[Json], chance: random.Random) -> Iterator[Sequence[Json]]:
    cuts = sorted({0, len(events), *(chance.randint(0, len(events)) for _ in range(3))})
    for start, end in itertools.pairwise(cuts):
        yield events[start:end]


REPORTS = """
    SELECT line_user_id, dense_rank() OVER (PARTITION BY line_user_id ORDER BY t.id) AS ticket,
           r.category, t.category AS now, t.status, t.urgent, ST_AsText(r.place), r.place_source,
           r.place_hint, r.owner_said, cardinality(r.differs_from), r.withdrawn_at IS NULL,
           ARRAY(SELECT line_message_id FROM photos WHERE report_id = r.id AND state <> 'removed'
                 ORDER BY 1) AS photos,
           ARRAY(SELECT line_message_id || words FROM remarks WHERE report_id = r.id ORDER BY 1),
           ARRAY(SELECT what || coalesce(to_status, '') FROM history WHERE ticket_id = t.id
                 ORDER BY id),
           ARRAY(SELECT muted FROM followers WHERE ticket_id = t.id)
    FROM reports r JOIN tickets t ON t.id = r.ticket_id
    LEFT JOIN residents p ON p.id = r.resident_id ORDER BY line_user_id, r.id
"""
DRAFTS = """
    SELECT line_user_id, language, draft -> 'place' ->> 'town', draft ->> 'category',
           draft -> 'inferred', draft -> 'remarks', draft -> 'no_photo', draft -> 'urgent',
           draft ->> 'road', draft -> 'onto' ->> 'why',
           ARRAY(SELECT line_message_id FROM photos WHERE draft -> 'photos' @> to_jsonb(id)
                 ORDER BY 1)
    FROM residents ORDER BY line_user_id
"""
PHOTOS = "SELECT line_message_id, state, report_id IS NULL FROM photos ORDER BY 1"
ANSWERS = """
    SELECT key, say FROM messages JOIN inbox ON inbox.id = event_id ORDER BY occurred_at
"""


def outcome() -> dict[str, Any]:
    """All that is left of a conversation, without ids, keys and times."""
    kinds = [(row.key, [(say["say"], say.get("key"), say.get("missing"), say.get("why"))
             for say in row.say]) for row in rows(ANSWERS)]  # fmt: skip
    return {
        "reports": [tuple(row) for row in rows(REPORTS)],
        "drafts": [tuple(row) for row in rows(DRAFTS)],
        "photos": [tuple(row) for row in rows(PHOTOS)],
        "outside": [tuple(row) for row in rows("SELECT neighbour, times FROM outside_counts")],
        "answers": kinds,
        "waiting": [tuple(row) for row in rows("SELECT key FROM inbox WHERE done_at IS NULL")],
    }


def one_answer_each(talk: Talk, found: dict[str, Any]) -> None:
    """To a set also where it is too much: which of its photos was the first not taken."""
    answered = [
        int(key.split(".")[0]) for key, said in found["answers"] if not is_too_much(key, said)
    ]
    assert {number: answered.count(number) for number in talk.wanted} == talk.wanted


def is_too_much(key: str, said: list[Any]) -> bool:
    return not key.endswith(".0") and said[0][1] == "photos_full"


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CONVERSATIONS, st.integers(0, 2**32))
def test_any_delivery_of_any_conversation_gives_the_same_tickets_with_one_answer_to_each_action(
    conversation: list[tuple[str, tuple[Act, ...]]], seed: int
) -> None:
    acts = [(who, act) for who, several in conversation for act in several]
    steps = [Step(number, who, *act) for number, (who, act) in enumerate(acts)]
    rows(EMPTY)
    plainly = in_order(steps)
    expected = outcome()
    one_answer_each(plainly, expected)
    rows(EMPTY)
    mixed = any_how(steps, random.Random(seed))
    assert outcome() == expected
    one_answer_each(mixed, expected)
    event(f"{len(expected['reports'])} reports")


THREE_ACTIONS = ("set.0", "set.1", "place", "words")


@pytest.mark.parametrize("order", list(itertools.permutations(THREE_ACTIONS))[::5], ids="-".join)
def test_the_parts_of_a_report_heard_one_by_one_in_any_order_make_one_ticket(
    order: tuple[str, ...],
) -> None:
    photos = [photo(image_set="S"), photo(image_set="S")]
    parts = dict(zip(THREE_ACTIONS, (*photos, place(), words("穴")), strict=True))
    for name in order:
        arrive(parts[name])
        hear_everything()
    ((filed, waiting, unfiled),) = rows(
        "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM inbox WHERE done_at IS NULL),"
        " (SELECT count(*) FROM photos WHERE report_id IS NULL)"
    )
    assert (filed, waiting, unfiled) == (1, 0, 0)
    assert len(rows(ANSWERS)) == 3


def test_a_photo_that_is_heard_after_its_set_was_given_up_goes_the_same_way() -> None:
    for part in (photo(image_set="S"), words("やめる"), photo(image_set="S"), photo(ALEX, "S")):
        arrive(part)
        hear_everything()
    assert [row.state for row in rows("SELECT state FROM photos ORDER BY id")] == [
        "removed",
        "removed",
        "waiting",
    ]
    assert len(rows(ANSWERS)) == 3


def test_a_photo_whose_set_lost_one_that_was_taken_back_is_kept() -> None:
    first = photo(image_set="S")
    back = line_event(HARUKA, kind="unsend", unsend={"messageId": first["message"]["id"]})
    for part in (first, back, photo(image_set="S")):
        arrive(part)
        hear_everything()
    assert [row.state for row in rows("SELECT state FROM photos ORDER BY id")] == [
        "removed",
        "waiting",
    ]
