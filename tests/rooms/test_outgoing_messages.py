"""Everything we can say, drawn as it is sent, is within LINE's own description and limits."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import line_limits
import line_schema
import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session
from townsfolk import ALEX, BEHIND_THE_BORDER, CREW, HARUKA, HONCHO, STAFF, file, resident

from bot.drawing import _KINDS, draw
from bot.script import MOST_PHOTOS
from geo.points import Point
from reports import city, finding, tickets
from reports.lifecycle import NEEDS_A_REASON, OPEN, Status
from reports.models import Department, Photo, Ticket
from reports.tell import Say
from settings import settings

Json = dict[str, Any]
LOST = ("gone", "unfetched", "broken", "too_large", "not_image")
LONG = "とても長い名前の担当課😀𠮷" * 15


@pytest.fixture
def outdoors(db: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The sample city as a public installation, whose pictures LINE will fetch by https."""
    monkeypatch.setenv("PUBLIC_URL", "https://michi.example.jp")
    settings.cache_clear()
    assert settings().public_url.startswith("https:")
    resident(db, HARUKA, "ja")
    resident(db, ALEX, "en")
    return db


def take_photo(db: Session, who: str, state: str = "stored", **facts: Any) -> int:
    owner = db.scalar(text("SELECT id FROM residents WHERE line_user_id = :who"), {"who": who})
    taken = Photo(resident_id=owner, state=state, **facts)
    db.add(taken)
    db.flush()
    return taken.id


def filed(db: Session, who: str, category: str = "pothole", **how: Any) -> int:
    owner = db.scalar(text("SELECT id FROM residents WHERE line_user_id = :who"), {"who": who})
    return file(db, owner, category=category, **how)


def ask(**parts: Any) -> Say:
    usual: Say = {
        "say": "ask", "draft": "k_-9AZaz", "photos": [], "no_photo": False, "place": None,
        "category": None, "words": False,
    }  # fmt: skip
    said = usual | parts
    there = {
        "photo": said["photos"] or said["no_photo"],
        "place": said["place"],
        "category": said["category"],
    }
    return said | {"missing": [name for name, given in there.items() if not given]}


def asking(db: Session, who: str) -> Iterator[list[Say]]:
    """Every stage of a draft, with photos in every state."""
    photos = {state: take_photo(db, who, state) for state in ("waiting", "stored", *LOST)}
    inside = take_photo(db, who, exif_place=HONCHO.wkt, image_set="S")
    outside = take_photo(db, who, exif_place=BEHIND_THE_BORDER.wkt)
    take_photo(db, who, "removed", image_set="S")
    choices: list[list[int]] = [[], [inside], [outside], [*photos.values(), inside], [999_999]]
    choices += [[photo] for photo in photos.values()]
    places = [None, {"ja": "本町六丁目", "en": "Honcho 6-chome"}, {"ja": "", "en": ""}]
    for ids, place, category in itertools.product(choices, places, [None, "pothole"]):
        yield [ask(photos=ids, place=place, category=category, words=bool(category))]
    for place in places:
        yield [ask(no_photo=True, place=place, category="given up")]


def texts(db: Session, who: str) -> Iterator[list[Say]]:
    for key in ("sorry", "groups", "old_button"):
        yield [{"say": "text", "key": key}]
    full: Say = {"say": "text", "key": "photos_full", "values": {"most": MOST_PHOTOS}}
    yield [full, ask()]


def helping(db: Session, who: str) -> Iterator[list[Say]]:
    for key in ("how", "not_understood", "cancelled", "nothing_to_cancel"):
        yield [{"say": "help", "key": key}]


def hello(db: Session, who: str) -> Iterator[list[Say]]:
    yield [{"say": "hello"}]


def unusable(db: Session, who: str) -> Iterator[list[Say]]:
    for kind in ("sticker", "video", "audio", "external", "location", "hologram", "None", ""):
        yield [{"say": "unusable", "kind": kind}, ask()]


def outside(db: Session, who: str) -> Iterator[list[Say]]:
    for ja, en in (("国分寺市", "Kokubunji"), ("国分寺市", ""), ("", ""), (LONG, LONG)):
        yield [{"say": "outside", "ja": ja, "en": en}]


def urgent(db: Session, who: str) -> Iterator[list[Say]]:
    yield [{"say": "urgent"}, {"say": "ticket", "ticket_id": filed(db, who, "tree")}]


PLACES = {
    "city": HONCHO,
    "prefecture": Point(139.5078, 35.7014),
    "nobody": Point(139.5004, 35.7108),
}


def new_tickets(db: Session, who: str) -> Iterator[list[Say]]:
    """Every category, before and after routing; with photos in every state, and none."""
    for category, at in zip(city.categories(db), itertools.cycle(PLACES.values()), strict=False):
        ticket = filed(db, who, category, at=at)
        yield [{"say": "ticket", "ticket_id": ticket}]
        tickets.route(db, ticket)
        yield [{"say": "ticket", "ticket_id": ticket}]
    for state in ("waiting", "stored", *LOST, "removed"):
        ticket = filed(db, who, photo_ids=[take_photo(db, who, state), take_photo(db, who)])
        yield [{"say": "ticket", "ticket_id": ticket}]


def in_every_status(db: Session, who: str) -> Iterator[int]:
    for status, at in zip([*Status] * 2, itertools.cycle(PLACES.values()), strict=False):
        ticket = filed(db, who, at=at, photo_ids=[take_photo(db, who)])
        tickets.route(db, ticket)
        db.execute(update(Ticket).where(Ticket.id == ticket).values(status=status))
        yield ticket


def number_of(db: Session, ticket_id: int) -> str:
    page = finding.ticket(db, id=ticket_id)
    assert page
    return page.ticket.number


def status(db: Session, who: str) -> Iterator[list[Say]]:
    yield [{"say": "status", "number": None}]
    yield [{"say": "status", "number": "000-000-001"}]
    for ticket in in_every_status(db, who):
        yield [{"say": "status", "number": number_of(db, ticket)}]
    yield [{"say": "status", "number": None}]


def mine(db: Session, who: str) -> Iterator[list[Say]]:
    yield [{"say": "mine"}]
    for number, _ in enumerate(in_every_status(db, who)):
        if number % 8 == 0:
            yield [{"say": "mine"}]


def moved(db: Session, who: str) -> Iterator[list[Say]]:
    """Through every open status and to the end, with and without the crew's words and photo."""
    notes = ("", LONG * 12, "😀" * 3_000)
    for note, at in zip(notes, PLACES.values(), strict=True):
        ticket = filed(db, who, at=at, photo_ids=[take_photo(db, who)])
        tickets.route(db, ticket)
        for to in [*sorted(OPEN - {Status.RECEIVED, Status.REOPENED}), Status.FIXED]:
            reason = note or ("理由です" if to in NEEDS_A_REASON else "")
            repaired = [take_photo(db, who)] if to == Status.FIXED else []
            by = STAFF if to in NEEDS_A_REASON else CREW
            tickets.move(db, ticket, to, by, note=reason, photo_ids=repaired)
            line = db.scalar(text("SELECT max(id) FROM history"))
            yield [{"say": "moved", "ticket_id": ticket, "history_id": line}]


def photo_lost(db: Session, who: str) -> Iterator[list[Say]]:
    for state in LOST:
        yield [{"say": "photo_lost", "state": state, "ticket_id": None}]
        yield [{"say": "photo_lost", "state": state, "ticket_id": filed(db, who)}]


SCENES: dict[str, Callable[[Session, str], Iterator[list[Say]]]] = {
    "ask": asking,
    "text": texts,
    "help": helping,
    "hello": hello,
    "unusable": unusable,
    "outside": outside,
    "urgent": urgent,
    "ticket": new_tickets,
    "status": status,
    "mine": mine,
    "moved": moved,
    "photo_lost": photo_lost,
}
EVERY_KIND = list(itertools.product(SCENES, {"ja": HARUKA, "en": ALEX}.values()))
DESCRIBED = EVERY_KIND if line_schema.FILE.exists() else []


def drawn(db: Session, kind: str, who: str) -> Iterator[list[Json]]:
    """All of a kind, one outgoing request at a time."""
    for say in SCENES[kind](db, who):
        yield draw(db, who, say)


def with_long_words(db: Session) -> None:
    """A city of many letters: whoever fills in the tables tries this."""
    db.execute(update(Department).values(name=LONG, name_en=LONG, phone="042-000-0000 " * 5))
    db.execute(text("UPDATE areas SET name = :long, name_en = :long"), {"long": LONG})
    db.execute(
        text(
            "UPDATE categories SET facts ="
            " facts || jsonb_build_object('names', jsonb_build_object('ja', CAST(:l AS text)))"
        ),
        {"l": LONG},
    )
    db.execute(
        text("UPDATE city SET facts = facts || jsonb_build_object('name', CAST(:l AS text))"),
        {"l": LONG},
    )


def test_every_kind_of_thing_to_say_has_its_scenes_here() -> None:
    assert set(SCENES) == set(_KINDS)


@pytest.mark.parametrize(("kind", "who"), DESCRIBED)
def test_what_we_say_is_what_lines_description_allows(
    outdoors: Session, kind: str, who: str
) -> None:
    for messages in drawn(outdoors, kind, who):
        request = {"to": who, "messages": messages}
        assert line_schema.wrongs("PushMessageRequest", request) == [], messages
    request = {"replyToken": "t", "messages": messages}
    assert line_schema.wrongs("ReplyMessageRequest", request) == []


@pytest.mark.parametrize("kind", SCENES)
def test_what_we_say_keeps_lines_limits(outdoors: Session, kind: str) -> None:
    for messages in drawn(outdoors, kind, ALEX):
        assert line_limits.wrongs(messages) == []


@pytest.mark.parametrize("kind", SCENES)
def test_what_we_say_keeps_lines_limits_with_the_longest_words(
    outdoors: Session, kind: str
) -> None:
    with_long_words(outdoors)
    for messages in drawn(outdoors, kind, HARUKA):
        assert line_limits.wrongs(messages) == []


BAD: list[tuple[str, Json]] = [
    ("an unknown property", {"type": "text", "text": "t", "colour": "red"}),
    ("an unknown kind", {"type": "hologram"}),
    ("no kind", {"text": "t"}),
    ("no text", {"type": "text"}),
    ("an unknown property of a component", {"type": "flex", "altText": "a", "contents": {
        "type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [
            {"type": "text", "text": "t", "colour": "red"}]}}}),
    ("a property of another component", {"type": "flex", "altText": "a", "contents": {
        "type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [
            {"type": "separator", "text": "t"}]}}}),
    ("an unknown layout", {"type": "flex", "altText": "a", "contents": {
        "type": "bubble", "body": {"type": "box", "layout": "diagonal", "contents": []}}}),
    ("an unknown action", {"type": "text", "text": "t", "quickReply": {"items": [
        {"type": "action", "action": {"type": "dance"}}]}}),
    ("an action with too much data", {"type": "text", "text": "t", "quickReply": {"items": [
        {"type": "action", "action": {"type": "postback", "data": "d" * 301}}]}}),
]  # fmt: skip


@pytest.mark.parametrize("bad", [bad for _, bad in BAD if line_schema.FILE.exists()])
def test_the_strict_description_would_notice(bad: Json) -> None:
    assert line_schema.wrongs("PushMessageRequest", {"to": "U", "messages": [bad]})


def quick(**action: str) -> Json:
    items = [{"type": "action", "action": {"type": "postback", "label": "l", "data": "d"} | action}]
    return {"type": "text", "text": "t", "quickReply": {"items": items}}


def bubble(*contents: Json, layout: str = "vertical") -> Json:
    box = {"type": "box", "layout": layout, "contents": list(contents)}
    return {"type": "flex", "altText": "a", "contents": {"type": "bubble", "body": box}}


TOO_MUCH: list[tuple[list[Json], str]] = [
    ([], "no message"),
    ([{"type": "text", "text": "t"}] * 6, "6 messages"),
    ([{"type": "text", "text": "😀" * 2_501}], "text of 5002 units"),
    ([{"type": "text", "text": ""}], "text of 0 units"),
    ([bubble() | {"altText": "a" * 1_501}], "altText of 1501 units"),
    ([quick(label="l" * 21)], "quick reply label of 21 units"),
    ([quick(data="d" * 301)], "postback data of 301 units"),
    ([{"type": "text", "text": "t", "quickReply": {"items": []}}], "quick replies without any"),
    ([bubble({"type": "text", "text": ""})], "an empty flex text"),
    ([bubble({"type": "text", "text": "t" * 31_000})], "31109 bubble bytes"),
    ([bubble({"type": "image", "url": "http://a.example/"})], "not https: http://a.example/"),
    ([bubble({"type": "button", "action": {"type": "camera", "label": "c"}})],
     "camera outside of quick replies"),
    ([bubble({"type": "separator"}, layout="baseline")], "a separator on a baseline"),
]  # fmt: skip


@pytest.mark.parametrize(("messages", "wrong"), TOO_MUCH, ids=[wrong for _, wrong in TOO_MUCH])
def test_the_table_of_limits_would_notice(messages: list[Json], wrong: str) -> None:
    assert wrong in line_limits.wrongs(messages)


def test_a_card_shows_a_residents_own_photo_and_never_anothers(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA, photo_ids=[take_photo(outdoors, HARUKA)])
    say: list[Say] = [{"say": "status", "number": number_of(outdoors, ticket)}]
    own, others = draw(outdoors, HARUKA, say), draw(outdoors, ALEX, say)
    assert own[0]["contents"]["hero"]["url"].startswith("https://michi.example.jp/photos/")
    assert "hero" not in others[0]["contents"]


def test_a_set_of_photos_is_counted_whole_by_its_one_answer(outdoors: Session) -> None:
    first, *_ = [take_photo(outdoors, HARUKA, image_set="S") for _ in range(3)]
    take_photo(outdoors, ALEX, image_set="S")
    (message,) = draw(outdoors, HARUKA, [ask(photos=[first])])
    assert "写真 3枚" in message["text"]


def test_a_photo_that_was_taken_back_is_not_called_lost(outdoors: Session) -> None:
    (message,) = draw(outdoors, HARUKA, [ask(photos=[take_photo(outdoors, HARUKA, "removed")])])
    assert message["text"] == "現場の写真を送ってください。"


def test_a_person_without_a_language_is_spoken_to_in_japanese(outdoors: Session) -> None:
    stranger = "U" + "9" * 32
    assert draw(outdoors, stranger, [{"say": "text", "key": "groups"}])[0]["text"].startswith(
        "道路"
    )
    assert draw(outdoors, ALEX, [{"say": "text", "key": "groups"}])[0]["text"].startswith("Road")
