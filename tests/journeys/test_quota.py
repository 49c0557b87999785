"""Pushes cost the city money: they are gathered, counted, and held when they would be lost."""

from collections.abc import Iterator

import httpx
import pytest
from neighbours import Neighbour, Town, move, until

pytestmark = pytest.mark.long

MISSED = "お知らせできずにいたことがあります。"


def held(town: Town, who: Neighbour) -> int:
    found = "SELECT id FROM messages WHERE recipient = %s AND state = 'held'"
    return len(town.rows(found, who.user_id))


@pytest.fixture
def spent(town: Town) -> Iterator[None]:
    """The month's pushes are used up; afterwards there is no limit, and Michi has not heard yet."""
    town.line("quota", json={"limit": 0})
    yield
    town.line("quota", json={"limit": None})
    town.database.execute("DELETE FROM line_quota")


def test_three_moves_in_a_row_are_one_push_with_the_last_state(
    town: Town, haruka: Neighbour
) -> None:
    number = haruka.reports()
    before = len(haruka.heard())
    move(town, number, "scheduled", "fixed", "reopened")
    haruka.hears(before + 1)
    assert haruka.quiet(5) == before + 1
    assert len(town.sent(haruka.user_id)) == 1
    assert "再確認中" in haruka.words()[-1]


def test_what_moves_while_somebody_writes_is_told_by_reply(town: Town, haruka: Neighbour) -> None:
    number = haruka.reports()
    before = len(haruka.heard())
    move(town, number, "scheduled")
    haruka.says("使い方")
    haruka.hears(before + 2)
    assert haruka.quiet(5) == before + 2
    assert town.sent(haruka.user_id) == []
    assert "対応予定" in haruka.words()[before]


@pytest.mark.usefixtures("spent")
def test_without_pushes_tickets_go_on_and_the_next_reply_tells_what_was_missed_once(
    town: Town, haruka: Neighbour
) -> None:
    number = haruka.reports()
    move(town, number, "scheduled")
    until(lambda: held(town, haruka) == 1)
    asked = len(town.sent(haruka.user_id))
    move(town, number, "in_progress", "fixed")
    until(lambda: held(town, haruka) == 2)
    assert len(town.sent(haruka.user_id)) == asked
    assert "michi_push_quota_limit 0" in httpx.get(f"{town.michi.web}/metrics").text
    assert town.somebody("いちろう", "ja").reports()
    before = len(haruka.heard())
    haruka.says("使い方")
    heading, card, help_ = haruka.hears(before + 3)[before:]
    assert heading == MISSED
    assert number in card
    assert "対応済" in card
    haruka.says("使い方")
    haruka.hears(before + 4)
    assert haruka.quiet(1) == before + 4
    assert haruka.words()[-1] == help_


def test_who_blocked_us_unseen_is_found_out_and_told_when_they_come_back(
    town: Town, haruka: Neighbour
) -> None:
    number = haruka.reports()
    town.database.execute(
        "UPDATE inbox SET received_at = received_at - interval '2 days' WHERE person = %s",
        (haruka.user_id,),
    )
    shown(town, haruka, profile="404")
    move(town, number, "scheduled")
    until(lambda: held(town, haruka) == 1)
    move(town, number, "fixed")
    assert haruka.quiet(5) == len(haruka.heard())
    assert town.sent(haruka.user_id) == []
    shown(town, haruka, profile="ok")
    before = len(haruka.heard())
    haruka.says("使い方")
    assert haruka.hears(before + 3)[before] == MISSED
    before = len(haruka.heard())
    move(town, number, "reopened")
    haruka.hears(before + 1)
    assert len(town.sent(haruka.user_id)) == 1


def shown(town: Town, who: Neighbour, **facts: str) -> None:
    url = f"{town.michi.line_api}/_platform/people/{who.user_id}"
    httpx.patch(url, json=facts).raise_for_status()
