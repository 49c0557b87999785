"""Everything we can say, drawn as it is sent, is within LINE's own description and limits."""

import json
from typing import Any

import line_limits
import line_schema
import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session
from things_to_say import LONG, SCENES, go_outdoors
from townsfolk import HARUKA, ICHIRO

from bot.render.table import _DRAWN, _SIDE_BY_SIDE, draw
from reports.city.models import Department
from reports.outbox.kinds import KINDS, from_json
from reports.outbox.said import without_places
from reports.outbox.say import Unknown, kind_of, to_json
from reports.people.models import Resident

Json = dict[str, Any]


@pytest.fixture
def outdoors(db: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    return go_outdoors(db, monkeypatch)


LANGUAGES = ("easy_ja", "en", "ja")


def speaks(db: Session, who: str, language: str) -> None:
    db.execute(update(Resident).where(Resident.line_user_id == who).values(language=language))


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
    assert set(SCENES) == set(KINDS)
    assert {*_DRAWN, *_SIDE_BY_SIDE} == {Unknown, *(kind.of for kind in KINDS.values())}


@pytest.mark.parametrize("kind", SCENES)
def test_what_we_say_is_what_line_takes_and_as_many_messages_as_the_kind_says(
    outdoors: Session, kind: str
) -> None:
    """In every language, and with the longest words; also once its places are taken back."""
    counts, told = set(), []
    for say in SCENES[kind](outdoors, HARUKA):
        for language in LANGUAGES:
            speaks(outdoors, HARUKA, language)
            line_takes(draw(outdoors, HARUKA, say))
        told.append(say)
        for thing in (one for one in say if kind_of(one).name == kind):
            counts.add(len(draw(outdoors, HARUKA, [thing])))
            lefts = (without_places(said=said).get(kind) for said in (False, True))
            for left in filter(None, lefts):
                stripped = from_json(json.loads(json.dumps(to_json(thing) | left)))
                assert len(draw(outdoors, HARUKA, [stripped])) in (1, KINDS[kind].messages)
    assert max(counts) == KINDS[kind].messages
    with_long_words(outdoors)
    speaks(outdoors, HARUKA, "easy_ja")
    for say in told:
        assert line_limits.wrongs(draw(outdoors, HARUKA, say)) == []


def line_takes(messages: list[Json]) -> None:
    """By our table of limits; and as LINE describes it, where its description is at hand."""
    assert line_limits.wrongs(messages) == []
    if line_schema.FILE.exists():
        request = {"to": HARUKA, "messages": messages}
        assert line_schema.wrongs("PushMessageRequest", request) == [], messages


@pytest.mark.long
@pytest.mark.parametrize("kind", SCENES)
def test_what_we_say_keeps_lines_limits_where_all_was_done_with_the_longest_words(
    outdoors: Session, kind: str
) -> None:
    with_long_words(outdoors)
    for say in SCENES[kind](outdoors, ICHIRO):
        assert line_limits.wrongs(draw(outdoors, ICHIRO, say)) == []


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


@pytest.mark.shared
def test_what_line_describes_is_a_description() -> None:
    line_schema.is_one("PushMessageRequest")


@pytest.mark.shared
@pytest.mark.parametrize("bad", [bad for _, bad in BAD], ids=[why for why, _ in BAD])
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
