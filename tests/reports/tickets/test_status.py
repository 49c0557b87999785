"""The table of moves leads everywhere, strands nobody, and lets each role do its own part."""

import itertools
from contextlib import nullcontext
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reports.people.permissions import Role
from reports.tickets.status import (
    MOVES,
    NEEDS_A_REASON,
    OPEN,
    TOLD_BY_PUSH,
    MoveRefused,
    Status,
    check_move,
    may_say_not_mended,
    moves_for,
)


def reachable(start: Status) -> set[Status]:
    found, frontier = {start}, [start]
    while frontier:
        new = set(MOVES[frontier.pop()]) - found
        found |= new
        frontier += new
    return found


def test_every_status_has_its_line_in_the_table() -> None:
    assert set(MOVES) == set(Status)


def test_every_status_but_merged_can_be_reached_by_moves_from_received() -> None:
    assert reachable(Status.RECEIVED) == set(Status) - {Status.MERGED}


@pytest.mark.parametrize("status", Status)
def test_no_move_merges_for_that_needs_another_ticket(status: Status) -> None:
    assert Status.MERGED not in MOVES[status]


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_open_ticket_can_be_ended_by_staff_in_one_move(status: Status) -> None:
    assert {Status.FIXED, Status.DECLINED} <= set(moves_for(Role.STAFF, status))


@pytest.mark.parametrize("status", sorted(set(Status) - OPEN))
def test_a_closed_ticket_only_opens_again(status: Status) -> None:
    assert set(MOVES[status]) == {Status.REOPENED}


@pytest.mark.parametrize("status", Status)
def test_no_ticket_moves_to_where_it_is(status: Status) -> None:
    assert status not in MOVES[status]


@pytest.mark.parametrize("status", Status)
def test_staff_may_do_whatever_a_crew_may(status: Status) -> None:
    assert set(moves_for(Role.CREW, status)) <= set(moves_for(Role.STAFF, status))


@pytest.mark.parametrize("status", Status)
def test_a_crew_neither_declines_nor_forwards_nor_merges_nor_reopens(status: Status) -> None:
    desk = {Status.DECLINED, Status.FORWARDED, Status.MERGED, Status.REOPENED}
    assert not desk & set(moves_for(Role.CREW, status))


@pytest.mark.parametrize("status", Status)
def test_a_resident_withdraws_what_is_open_and_says_what_is_not_mended(status: Status) -> None:
    says = {Status.DECLINED} if status in OPEN else set()
    says |= {Status.REOPENED} if status is Status.FIXED else set()
    assert set(moves_for(Role.RESIDENT, status)) == says


@pytest.mark.parametrize("role", Role)
def test_a_move_is_taken_exactly_when_it_is_offered(role: Role) -> None:
    offered = {(status, to) for status in Status for to in moves_for(role, status)}
    for status, to in itertools.product(Status, Status):
        wanted = (
            nullcontext() if (status, to) in offered else pytest.raises(MoveRefused, match=r"。$")
        )
        with wanted:
            check_move(role, status, to, "理由")


@pytest.mark.parametrize("to", sorted(NEEDS_A_REASON))
@pytest.mark.parametrize("reason", ["", " ", "\n\t", "\u3000"])
def test_what_a_resident_must_understand_needs_a_reason(to: Status, reason: str) -> None:
    with pytest.raises(MoveRefused, match="説明"):
        check_move(Role.STAFF, Status.RECEIVED, to, reason)


def test_declining_needs_a_reason_and_fixing_does_not() -> None:
    assert Status.DECLINED in NEEDS_A_REASON
    check_move(Role.CREW, Status.RECEIVED, Status.FIXED, "")


def test_what_is_pushed_is_what_the_field_says_and_no_more() -> None:
    assert {str(status) for status in TOLD_BY_PUSH} == {
        "scheduled", "fixed", "forwarded", "declined", "reopened",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "may"),
    [
        ("2026-11-01T10:00", True),
        ("2026-11-14T23:00", True),
        ("2026-11-15T00:00", True),
        ("2026-11-15T23:59", True),
        ("2026-11-16T00:00", False),
    ],
)
def test_fourteen_days_are_over_at_the_end_of_the_last_on_the_citys_clocks(
    now: str, may: bool
) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    closed = datetime(2026, 11, 1, 0, 30, tzinfo=tokyo).astimezone(ZoneInfo("UTC"))
    moment = datetime.fromisoformat(now).replace(tzinfo=tokyo)
    assert may_say_not_mended(Status.FIXED, closed, moment) is may
    assert not may_say_not_mended(Status.DECLINED, closed, moment)
