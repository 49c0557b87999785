"""Exactly one answer to one action, whatever LINE, the network or the clock do to it."""

from typing import Any

import pytest
from neighbours import ON_CITY_ROAD, Neighbour, Town, jpeg, move, until


def long(*faults: str) -> list[Any]:
    """Those that only a long run tries."""
    return [pytest.param(fault, marks=pytest.mark.long) for fault in faults]


MESSAGES = "SELECT state, via FROM messages WHERE recipient = %s ORDER BY id"


@pytest.mark.long
def test_a_reply_whose_token_is_gone_becomes_one_push(town: Town, haruka: Neighbour) -> None:
    haruka.sends_photos(jpeg(), content={"behaviour": "202"})
    town.line("clock", json={"advance": 90})
    haruka.hears(1)
    assert haruka.quiet() == 1
    assert haruka.heard()[0]["via"] == "push"


@pytest.mark.long
@pytest.mark.parametrize("fault", [*long("500_before", "500_after", "reset_before"), "reset_after"])
def test_a_reply_of_unsure_fate_is_said_once(fault: str, town: Town, haruka: Neighbour) -> None:
    town.line("faults", json={"path": "/v2/bot/message/reply", "kind": fault, "times": 1})
    haruka.says("使い方")
    haruka.hears(1)
    until(lambda: town.rows(MESSAGES, haruka.user_id)[0]["state"] == "sent")
    assert haruka.quiet(1) == 1


@pytest.mark.long
@pytest.mark.parametrize("fault", [*long("500_before", "500_after", "429_rate"), "reset_after"])
def test_a_push_in_trouble_arrives_once(fault: str, town: Town, haruka: Neighbour) -> None:
    number = haruka.reports()
    before = len(haruka.heard())
    town.line("faults", json={"path": "/v2/bot/message/push", "kind": fault, "times": 1})
    move(town, number, "scheduled")
    haruka.hears(before + 1)
    until(lambda: {row["state"] for row in town.rows(MESSAGES, haruka.user_id)} == {"sent"})
    assert haruka.quiet(1) == before + 1
    keys = {call["retryKey"] for call in town.sent(haruka.user_id)}
    assert len(keys) == 1


@pytest.mark.long
def test_used_up_pushes_are_held_and_replies_go_on(town: Town, haruka: Neighbour) -> None:
    number = haruka.reports()
    before = len(haruka.heard())
    fault = {"path": "/v2/bot/message/push", "kind": "429_quota", "times": 1}
    town.line("faults", json=fault)
    move(town, number, "scheduled")
    until(lambda: town.rows(MESSAGES, haruka.user_id)[-1]["state"] == "held")
    haruka.says("状況")
    haruka.hears(before + 1)
    assert "対応予定" in haruka.words()[-1]


@pytest.mark.long
def test_duplicated_shuffled_batched_webhooks_change_nothing(town: Town, haruka: Neighbour) -> None:
    rough = {"duplicates": 1.0, "shuffle": True, "batch_ms": 60, "seed": 3}
    town.line("delivery", json=rough)
    haruka.reports()
    town.line("delivery/flush")
    assert len({entry["answers"] for entry in haruka.heard()}) == 3
    assert (
        len(
            town.rows(
                "SELECT * FROM followers f JOIN residents r ON r.id = f.resident_id"
                " WHERE r.line_user_id = %s",
                haruka.user_id,
            )
        )
        == 1
    )


@pytest.mark.long
def test_a_blocked_account_is_not_pushed_to(town: Town, haruka: Neighbour) -> None:
    number = haruka.reports()
    haruka.does("unfollow")
    until(
        lambda: town.rows(
            "SELECT * FROM residents WHERE line_user_id = %s AND blocked_at IS NOT NULL",
            haruka.user_id,
        )
    )
    move(town, number, "scheduled")
    assert town.sent(haruka.user_id) == []


@pytest.mark.long
def test_standby_is_kept_and_never_answered(town: Town, haruka: Neighbour) -> None:
    town.line("delivery", json={"mode": "standby"})
    haruka.says("使い方")
    town.line("delivery/flush")
    assert haruka.quiet(2) == 0
    assert town.rows(
        "SELECT * FROM inbox WHERE person = %s AND done_at IS NOT NULL", haruka.user_id
    )


@pytest.mark.long
def test_events_of_unknown_kinds_are_kept_and_harm_nothing(town: Town, haruka: Neighbour) -> None:
    haruka.does("raw", json={"type": "teleport", "teleport": {"to": [1, {"deep": None}]}})
    haruka.does("raw", json={"type": "message", "message": {"type": "hologram", "id": "5"}})
    haruka.sends_place(*ON_CITY_ROAD)
    assert "この種類のメッセージは受け取れません" in " ".join(haruka.hears(2))
    assert len(town.rows("SELECT * FROM inbox WHERE person = %s", haruka.user_id)) == 3
