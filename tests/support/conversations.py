"""Any conversation at all: what people and the office do, played once, and what is left of it.

Each person has spots of their own, with a stranger's ticket beside one of them, so that what two
people do at the same time never depends on who was first.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import townsfolk
from hypothesis import strategies as st
from sqlalchemy import text
from townsfolk import (
    ALEX,
    BEHIND_THE_BORDER,
    HARUKA,
    HONCHO,
    ICHIRO,
    STAFF,
    Json,
    leave,
    photo,
    place,
    rows,
    words,
)
from townsfolk import event as line_event

from bot.render.table import draw
from geo.points import Point
from reports.actions.ask import NobodyToAsk, ask
from reports.actions.move import move
from reports.outbox.kinds import from_json
from reports.tickets.status import MoveRefused, Status
from store.database import transaction

PEOPLE = (HARUKA, ALEX, ICHIRO)
STRANGER = "U" + "9" * 32
CROSSINGS = (Point(139.508, 35.7055), Point(139.5083, 35.7087), Point(139.507943, 35.704338))
"""Where a city road crosses a prefecture's."""
BEGAN = int(time.time() * 1000) - 24 * 3_600_000
TABLES = (
    "inbox", "messages", "tasks", "unsent_messages", "outside_counts", "mails", "followers",
    "history", "remarks", "photos", "reports", "tickets", "residents",
)  # fmt: skip
ERASE = "わたしのデータを消して"
SPOKEN = (
    "穴", "ミラーが割れています", "倒木で危ない", "こんにちは", "本町2丁目です", "通報", "状況",
    "わたしの通報", "使い方", "やめる", "終わる", "English", "やさしい", ERASE,
    "あと、電柱の横です", "ありがとうございました", "いつ直りますか", "991-611-303",
    "35.7011, 139.5067", "新しい通報です", "この通報に加える",
)  # fmt: skip
MENU = ("report", "status", "mine", "help")
ON_A_STRANGERS_TICKET = (
    "do=add", "do=withdraw_yes", "do=mute", "do=not_mended", "do=rate&stars=5", "do=mended",
    "do=recategorise&category=tree", "do=follow", "do=status",
)  # fmt: skip
FORGED_ERASE = "do=erase&draft="
"""Whoever has nothing here is erased by it, as by a second press: what was said to them goes."""
FORGED = ("do=cancel&draft=x", FORGED_ERASE, "do=road&owner=city", "do=same&ticket=1", "%00")
SILENT = ("unsend", "unfollow", "office", "later", "developed")
WAITS = ("press", "office", "later", "developed")
"""Acts that follow upon all that their person did before: a button must have been seen, and what
happens elsewhere happens at one moment."""

Act = tuple[str, Any]
PLACES = ("door", "next to it", "far", "crossing", "beside the stranger's", "outside")
PARTS = ("photo", "place", "words")
WHOLE_REPORT = st.tuples(
    st.permutations(PARTS), st.sampled_from(PLACES[:5]), st.sampled_from(SPOKEN[:3])
).map(lambda made: tuple((act, {"place": made[1], "words": made[2]}.get(act)) for act in made[0]))


def _act(name: str, *choices: Any) -> st.SearchStrategy[tuple[Act, ...]]:
    return st.sampled_from(choices).map(lambda what: ((name, what),))


def _numbered(name: str, most: int) -> st.SearchStrategy[tuple[Act, ...]]:
    return st.integers(0, most).map(lambda number: ((name, number),))


PRESSES = st.lists(st.integers(0, 40), min_size=1, max_size=3).map(
    lambda several: tuple(("press", which) for which in several)
)
SAYS = st.one_of(
    _act("words", *SPOKEN),
    _act("press", *MENU, *ON_A_STRANGERS_TICKET, *FORGED),
    _act("sticker", None, "video", "location", "hologram"),
    _act("follow", None),
    st.just((("unfollow", None), ("follow", None))),
)
SENDS = st.one_of(
    _act("photo", "image", "image", "file", "external"),
    _act("set", 2, 3, 9),
    _act("place", *PLACES),
    _numbered("unsend", 9),
)
AFTERWARDS = st.one_of(
    st.tuples(WHOLE_REPORT, _act("office", "fixed"), PRESSES).map(lambda parts: sum(parts, ())),
    st.tuples(_act("office", "ask"), st.one_of(SENDS, SAYS)).map(lambda parts: sum(parts, ())),
    _act("office", Status.SCHEDULED, Status.FIXED, Status.FORWARDED, Status.DECLINED),
    st.just((("words", ERASE), ("press", 0))),
    _act("later", 40, 40, 25 * 60),
    _act("developed", *PLACES),
)
ACTS = st.one_of(WHOLE_REPORT, SENDS, SAYS, PRESSES, WHOLE_REPORT, AFTERWARDS)
CONVERSATIONS = st.lists(st.tuples(st.sampled_from(PEOPLE), ACTS), min_size=3, max_size=9)


@dataclass(frozen=True)
class Step:
    """One action in its place in the conversation."""

    number: int
    who: str
    act: str
    what: Any


def steps_of(conversation: list[tuple[str, tuple[Act, ...]]]) -> list[Step]:
    acts = [(who, act) for who, several in conversation for act in several]
    return [Step(number, who, *act) for number, (who, act) in enumerate(acts)]


def begin() -> None:
    """Nothing is there but a stranger's hole beside one spot of each person."""
    with transaction() as db:
        for table in TABLES:
            db.execute(text(f"DELETE FROM {table}"))
        stranger = townsfolk.resident(db, STRANGER)
        for who in PEOPLE:
            townsfolk.file(db, stranger, at=spot(who, "the stranger's"))


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
        self.wanted[step.number] = 1 if made and step.act not in SILENT else 0
        return made

    def _time(self, step: Step, part: int) -> int:
        return BEGAN + step.number * 1000 + part

    def _made(self, step: Step) -> list[Json]:
        who, what = step.who, step.what
        match step.act:
            case "photo":
                return [_photo(who, what)]
            case "set":
                return [photo(who, f"set {step.number}") for _ in range(what)]
            case "place":
                return [place(who, spot(who, what))]
            case "words":
                return [words(what, who)]
            case "sticker":
                return [line_event(who, message={"type": what or "sticker"})]
            case "follow" | "unfollow":
                return [line_event(who, kind=step.act)]
            case "unsend":
                return [townsfolk.unsend(sent, who) for sent in self._sent_by(who)[-1 - what :][:1]]
            case "press":
                return [townsfolk.button(data, who) for data in _button(who, what)]
        ELSEWHERE[step.act](who, what)
        return []

    def _sent_by(self, who: str) -> list[Json]:
        return [e for e in self.events if "message" in e and e["source"]["userId"] == who]


def _photo(who: str, kind: str | None) -> Json:
    sent = photo(who)
    if kind == "external":
        sent["message"]["contentProvider"] = {"type": kind, "originalContentUrl": "https://x.test"}
    if kind == "file":
        sent["message"] |= {"type": kind, "fileName": "穴.jpg", "fileSize": 1}
        del sent["message"]["contentProvider"]
    return sent


def spot(who: str, where: str) -> Point:
    """A place of this person, away from everybody else's."""
    if where == "outside":
        return BEHIND_THE_BORDER
    number = PEOPLE.index(who)
    metres = {"next to it": 12, "far": 150, "the stranger's": 300, "beside the stranger's": 310}
    own = Point(HONCHO.lon - 0.0004 * 10 * number, HONCHO.lat + metres.get(where, 0) / 111_000)
    return CROSSINGS[number] if where == "crossing" else own


def _button(who: str, what: int | str) -> list[str]:
    """The data of the button with this number; of the menu's, a stranger's card's, a forged one."""
    if what in MENU:
        return [f"do={what}"]
    if what in ON_A_STRANGERS_TICKET:
        number = townsfolk.value(
            "SELECT number FROM tickets ORDER BY id LIMIT 1 OFFSET :nth", nth=PEOPLE.index(who)
        )
        return [f"{what}&number={number}"]
    if isinstance(what, str):
        return [what]
    buttons = _offered(who)
    return [buttons[what % len(buttons)]] if buttons else []


def _offered(who: str) -> list[str]:
    """The data of every button that this person's phone shows: of the last message, and older."""
    said = rows(
        "SELECT say FROM messages WHERE recipient = :who AND say <> '[]' ORDER BY id DESC LIMIT 2",
        who=who,
    )
    with transaction() as db:
        return [
            data for row in said for data in _postbacks(draw(db, who, [*map(from_json, row.say)]))
        ]


def _postbacks(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "postback":
            yield node["data"]
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from _postbacks(part)


NEWEST = """
    SELECT t.id FROM tickets t JOIN reports r ON r.ticket_id = t.id
    JOIN residents p ON p.id = r.resident_id WHERE p.line_user_id = :who ORDER BY r.id DESC LIMIT 1
"""


def _office(who: str, what: str) -> None:
    """Staff or crew deal with the newest ticket this person has; the push arrives at once."""
    for (ticket,) in rows(NEWEST, who=who):
        with suppress(MoveRefused, NobodyToAsk), transaction() as db:
            if what == "ask":
                ask(db, ticket, STAFF, "どちら側の車線ですか。")
            else:
                move(db, ticket, Status(what), STAFF, note="ご連絡ありがとうございます。")
    rows("UPDATE messages SET state = 'sent' WHERE recipient = :who AND event_id IS NULL"
         " AND state = 'waiting'", who=who)  # fmt: skip


def _developed(who: str, where: str) -> None:
    """The photos of this person are fetched, and know where they were taken."""
    rows("UPDATE photos SET state = 'stored', exif_place = ST_GeomFromEWKT(:place) FROM residents r"
         " WHERE r.id = resident_id AND line_user_id = :who AND state = 'waiting'",
         who=who, place=spot(who, where).wkt)  # fmt: skip


ELSEWHERE: dict[str, Callable[[str, Any], None]] = {
    "office": _office,
    "later": leave,
    "developed": _developed,
}
