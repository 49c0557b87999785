"""Whatever LINE can send besides a report: groups, kinds to come, and the first hello."""

from typing import Any

import httpx
import pytest
from neighbours import Neighbour, Row, Town, jpeg, until

from local.day.spoken import buttons_in, words

pytestmark = pytest.mark.long

GROUP = {"type": "group", "groupId": "C" + "0123456789abcdef" * 2}
ANSWERS = "SELECT say, state FROM messages WHERE recipient = %s ORDER BY id"
HEARD = "SELECT count(*) FROM inbox WHERE person = %s AND done_at IS NOT NULL"
STRANGE: list[Row] = [
    {"type": "beacon", "beacon": {"hwid": "374591320", "type": "enter"}},
    {"type": "membership", "membership": {"type": "joined", "membershipId": 3189}},
    {"type": "messageEdited", "message": {"id": "7", "type": "text", "text": "穴"}},
    {"type": "accountLink", "link": {"result": "ok", "nonce": "x"}},
    {"type": "module", "module": {"type": "attached"}},
    {"type": "videoPlayComplete", "videoPlayComplete": {"trackingId": "t"}},
    {"type": None},
]


def says_in_group(who: Neighbour, message: Row, **source: Any) -> None:
    who.does("raw", json={"source": {**GROUP, **source}, "message": message})


def test_a_group_is_told_once_a_day_to_write_in_private(town: Town, haruka: Neighbour) -> None:
    group = GROUP["groupId"]
    for number, spoken in enumerate(("穴があります", "わたしのデータを消して", "使い方")):
        says_in_group(haruka, {"id": f"g{number}", "type": "text", "text": spoken})
    says_in_group(haruka, {"id": "g4", "type": "sticker"}, userId=None)
    haruka.does("raw", json={"type": "leave", "source": GROUP})
    until(lambda: town.rows(HEARD, group)[0]["count"] == 5)
    (answer,) = town.rows(ANSWERS, group)
    assert answer["say"] == [{"say": "text", "key": "groups"}]
    until(lambda: town.rows(ANSWERS, group)[0]["state"] == "sent")
    for language in ("ja", "easy_ja", "en"):
        assert words(language, "groups") in haruka.reads()
    town.rows(
        "UPDATE residents SET told_on = told_on - 1 WHERE line_user_id = %s RETURNING id", group
    )
    says_in_group(haruka, {"id": "g5", "type": "text", "text": "穴"})
    until(lambda: len(town.rows(ANSWERS, group)) == 2)
    assert not town.rows("SELECT 1 FROM photos p JOIN residents r ON r.id = p.resident_id"
                         " WHERE r.line_user_id = %s", group)  # fmt: skip


def test_kinds_that_are_no_message_are_kept_without_an_answer_and_without_an_error(
    town: Town, haruka: Neighbour
) -> None:
    for strange in STRANGE:
        haruka.does("raw", json=strange)
    until(lambda: town.rows(HEARD, haruka.user_id)[0]["count"] == len(STRANGE))
    assert town.rows(ANSWERS, haruka.user_id) == []
    failed = "SELECT 1 FROM inbox WHERE person = %s AND (attempts > 0 OR error IS NOT NULL)"
    assert not town.rows(failed, haruka.user_id)
    assert words("ja", "ask.place") in haruka.answered(lambda: haruka.sends_photos(jpeg()))


def test_a_new_friend_is_shown_how_it_works_and_what_happens_to_the_data(
    town: Town, haruka: Neighbour, alex: Neighbour
) -> None:
    for who, language in ((haruka, "ja"), (alex, "en")):
        said = who.answered(lambda who=who: who.does("follow"))
        for key in ("hello.step_1", "hello.step_2", "hello.step_3", "hello.data"):
            assert words(language, key) in said
        picture = httpx.get(who.pictures()[0])
        assert picture.status_code == 200
        assert picture.headers["content-type"].startswith("image/")
        (terms,) = [
            action["uri"]
            for action in buttons_in(who.card()["contents"])
            if action["label"] == words(language, "hello.terms")
        ]
        page = httpx.get(terms)
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text


def test_a_first_photo_needs_no_consent(town: Town, haruka: Neighbour) -> None:
    haruka.answered(lambda: haruka.does("follow"))
    number = haruka.reports_at_once()
    assert number in haruka.reads()
    shown = httpx.get(f"{town.michi.web}/").text
    assert number not in shown
