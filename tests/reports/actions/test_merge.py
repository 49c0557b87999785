"""Two tickets of the same hole become one; and apart again when that was wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, CREW, HARUKA, ICHIRO, STAFF, file, resident

from reports.actions.add import add, report_of
from reports.actions.follow import follow, mute
from reports.actions.merge import CannotMerge, merge
from reports.actions.move import move
from reports.actions.route import route
from reports.people.permissions import NotTheirs
from reports.tickets import followers, queries, residents_view
from reports.tickets.events import Merged, Moved
from reports.tickets.models import Ticket
from reports.tickets.read_models import TicketDetail
from reports.tickets.status import OPEN, Status
from store.database import transaction

NORIKO = "U" + "9" * 32


@pytest.fixture
def two(db: Session) -> tuple[int, int]:
    """はるか's and Alex's tickets."""
    made = file(db, resident(db), spoken="はるか"), file(db, resident(db, ALEX), spoken="Alex")
    return made


def page(db: Session, ticket: int) -> TicketDetail:
    db.expire_all()
    found = queries.ticket(db, id=ticket)
    assert found
    return found


def number(db: Session, ticket: int) -> str:
    return page(db, ticket).ticket.number


def merge_them(db: Session, ticket: int, into: int) -> None:
    merge(db, ticket, number(db, into), STAFF, note="同じ穴です。")


def reports(db: Session, ticket: int) -> int:
    found: int = db.scalar(
        text("SELECT count(*) FROM reports WHERE ticket_id = :id"), {"id": ticket}
    )
    return found


def who(db: Session, line_id: str) -> Any:
    return db.scalar(text("SELECT id FROM residents WHERE line_user_id = :id"), {"id": line_id})


def test_reports_words_and_followers_go_on_with_the_other(
    db: Session, two: tuple[int, int]
) -> None:
    ticket, into = two
    merge_them(db, ticket, into)
    ended, goes_on = page(db, ticket), page(db, into)
    assert (ended.ticket.status, ended.ticket.merged_into) == (
        Status.MERGED,
        goes_on.ticket.number,
    )
    assert ended.ticket.closed_at is not None
    assert (reports(db, ticket), reports(db, into)) == (0, 2)
    assert sorted(goes_on.words) == ["Alex", "はるか"]
    assert goes_on.merged == [ended.ticket.number]
    assert followers.followers(db, into) == [HARUKA, ALEX]
    assert (ended.history[-1].what, ended.history[-1].note) == ("moved", "同じ穴です。")
    assert goes_on.history[-1].event == Merged(ended.ticket.number)


def test_what_becomes_of_the_other_is_told_to_everybody(db: Session, two: tuple[int, int]) -> None:
    merge_them(db, *two)
    move(db, two[1], Status.SCHEDULED, STAFF)
    told = db.scalars(text("SELECT recipient FROM messages ORDER BY id"))
    assert list(told) == [HARUKA, ALEX]


def test_who_had_muted_it_stays_muted_and_who_follows_both_hears_once(
    db: Session, two: tuple[int, int]
) -> None:
    ticket, into = two
    mute(db, ticket, who(db, HARUKA), muted=True)
    follow(db, ticket, who(db, ALEX))
    merge_them(db, ticket, into)
    assert followers.followers(db, into) == [ALEX]
    assert residents_view.standing(db, into, who(db, HARUKA)).muted


def test_an_urgent_one_makes_the_other_urgent(db: Session, two: tuple[int, int]) -> None:
    db.execute(text("UPDATE tickets SET urgent = true WHERE id = :id"), {"id": two[0]})
    db.expire_all()
    merge_them(db, *two)
    assert page(db, two[1]).ticket.urgent


def test_a_ticket_merged_twice_leads_to_the_last(db: Session, two: tuple[int, int]) -> None:
    third = file(db, resident(db, ICHIRO))
    merge_them(db, *two)
    merge_them(db, two[1], third)
    for ticket in (*two, third):
        found = queries.ticket_that_goes_on(db, ticket)
        assert found
        assert found.id == third
    assert reports(db, third) == 3
    assert [line.id for line in residents_view.latest_of(db, who(db, HARUKA))] == [third]


def test_it_cannot_be_merged_with_itself_or_with_nothing(db: Session, two: tuple[int, int]) -> None:
    for into in (number(db, two[0]), "000-000-000"):
        with pytest.raises(CannotMerge):
            merge(db, two[0], into, STAFF)
    assert page(db, two[0]).ticket.status is Status.RECEIVED


@pytest.mark.parametrize("status", sorted(set(Status) - OPEN))
@pytest.mark.parametrize("which", [0, 1])
def test_what_is_over_is_not_merged(
    which: int, status: Status, db: Session, two: tuple[int, int]
) -> None:
    db.execute(
        text("UPDATE tickets SET status = :to, closed_at = now() WHERE id = :id"),
        {"to": str(status), "id": two[which]},
    )
    db.expire_all()
    with pytest.raises(CannotMerge):
        merge_them(db, *two)
    assert (reports(db, two[0]), reports(db, two[1])) == (1, 1)


def test_a_crew_does_not_merge(db: Session, two: tuple[int, int]) -> None:
    with pytest.raises(NotTheirs):
        merge(db, two[0], number(db, two[1]), CREW)


def test_reopening_a_merged_ticket_parts_them_again(db: Session, two: tuple[int, int]) -> None:
    ticket, into = two
    merge_them(db, ticket, into)
    move(db, ticket, Status.REOPENED, STAFF)
    apart, other = page(db, ticket), page(db, into)
    assert (apart.ticket.status, apart.ticket.merged_into) == (Status.RECEIVED, None)
    assert (apart.words, other.words) == (["はるか"], ["Alex"])
    assert other.history[-1].what == "parted"
    assert other.merged == []


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.FORWARDED, Status.REOPENED])
def test_a_parted_one_goes_on_as_it_was_and_its_followers_hear_so_once(
    db: Session, two: tuple[int, int], status: Status
) -> None:
    if status is Status.REOPENED:
        move(db, two[0], Status.FIXED, STAFF)
    move(db, two[0], status, STAFF, note="理由")
    merge_them(db, *two)
    told, mailed = (text(f"SELECT count(*) FROM {table}") for table in ("messages", "mails"))
    before, mails = db.scalar(told), db.scalar(mailed)
    assert move(db, two[0], Status.REOPENED, STAFF) is status
    assert page(db, two[0]).ticket.status is status
    assert (db.scalar(told), db.scalar(mailed)) == (before + 1, mails)
    last = page(db, two[0]).history[-1]
    assert (last.event, last.to_status) == (Moved(Status.MERGED, status), status)


def test_urgency_goes_back_with_the_report_that_brought_it(
    db: Session, two: tuple[int, int]
) -> None:
    for id in two:
        route(db, id)
    calm_days = db.get_one(Ticket, two[1]).deadline_days
    report_id = report_of(db, two[0], who(db, HARUKA))
    assert report_id
    add(db, report_id, "add", "s", urgent=True)
    merge_them(db, *two)
    route(db, two[1])
    assert db.get_one(Ticket, two[1]).urgent
    assert db.get_one(Ticket, two[1]).deadline_days != calm_days
    db.execute(text("DELETE FROM tasks"))
    move(db, two[0], Status.REOPENED, STAFF)
    assert [page(db, ticket).ticket.urgent for ticket in two] == [True, False]
    waits = db.execute(text("SELECT name, args FROM tasks WHERE name = 'route_ticket'")).all()
    assert waits == [("route_ticket", {"ticket_id": two[1]})]
    route(db, two[1])
    assert db.get_one(Ticket, two[1]).deadline_days == calm_days


def test_what_joined_the_other_afterwards_stays_with_it(db: Session, two: tuple[int, int]) -> None:
    ticket, into = two
    merge_them(db, ticket, into)
    third = file(db, resident(db, ICHIRO))
    merge_them(db, third, into)
    move(db, ticket, Status.REOPENED, STAFF)
    assert (reports(db, ticket), reports(db, into), reports(db, third)) == (1, 2, 0)


def test_after_a_chain_of_merges_each_gets_its_own_back(db: Session, two: tuple[int, int]) -> None:
    first, second = two
    third = file(db, resident(db, ICHIRO))
    merge_them(db, first, second)
    merge_them(db, second, third)
    move(db, first, Status.REOPENED, STAFF)
    assert [reports(db, ticket) for ticket in (first, second, third)] == [1, 0, 2]
    move(db, second, Status.REOPENED, STAFF)
    assert [reports(db, ticket) for ticket in (first, second, third)] == [1, 1, 1]
    assert page(db, third).history[-1].what == "parted"


@pytest.fixture
def three(database_url: str) -> tuple[int, int, int]:
    """はるか's, Alex's and 一郎's tickets, each filed at its own moment."""
    made = []
    for who in (HARUKA, ALEX, ICHIRO):
        with transaction() as db:
            made.append(file(db, resident(db, who)))
    first, second, third = made
    return first, second, third


def act(what: Callable[..., object], *facts: Any) -> None:
    """Committed, so that what follows happens at another moment."""
    with transaction() as db:
        what(db, *facts)


def hears(ticket: int) -> list[str]:
    with transaction() as db:
        return followers.followers(db, ticket)


def muted(ticket: int, x: int) -> list[bool]:
    """Whether this follower hears nothing of it; empty for who does not follow."""
    said = text("SELECT muted FROM followers WHERE ticket_id = :t AND resident_id = :x")
    with transaction() as db:
        return list(db.scalars(said, {"t": ticket, "x": x}))


def test_who_came_only_with_a_merge_leaves_with_it_again(three: tuple[int, int, int]) -> None:
    ticket, into, _ = three
    act(merge_them, ticket, into)
    assert hears(into) == [HARUKA, ALEX]
    act(move, ticket, Status.REOPENED, STAFF)
    assert (hears(ticket), hears(into)) == ([HARUKA], [ALEX])


def test_who_reported_or_followed_the_other_by_themselves_stays_with_it(
    three: tuple[int, int, int],
) -> None:
    ticket, into, _ = three
    with transaction() as db:
        haruka, alex, ichiro = (who(db, line_id) for line_id in (HARUKA, ALEX, ICHIRO))
    act(follow, ticket, alex)  # who reported the other one
    act(follow, ticket, ichiro)
    act(follow, into, ichiro)  # before the merge
    act(merge_them, ticket, into)
    act(follow, into, haruka)  # after it
    act(move, ticket, Status.REOPENED, STAFF)
    assert hears(into) == [HARUKA, ALEX, ICHIRO]


def test_after_a_chain_of_merges_followers_leave_the_last_one_too(
    three: tuple[int, int, int],
) -> None:
    first, second, third = three
    act(merge_them, first, second)
    act(merge_them, second, third)
    assert hears(third) == [HARUKA, ALEX, ICHIRO]
    act(move, first, Status.REOPENED, STAFF)
    assert [hears(ticket) for ticket in three] == [[HARUKA], [ALEX], [ALEX, ICHIRO]]
    act(move, second, Status.REOPENED, STAFF)
    assert [hears(ticket) for ticket in three] == [[HARUKA], [ALEX], [ICHIRO]]


def test_who_follows_two_of_the_merged_hears_until_the_last_of_them_is_parted(
    three: tuple[int, int, int],
) -> None:
    first, into, third = three
    with transaction() as db:
        x = resident(db, NORIKO)
    for ticket in (first, third):
        act(follow, ticket, x)
    for ticket in (first, third):
        act(merge_them, ticket, into)
    with transaction() as db:
        mute(db, into, x, muted=True)
    act(move, first, Status.REOPENED, STAFF)
    assert (muted(into, x), hears(into)) == ([True], [ALEX, ICHIRO])
    act(move, third, Status.REOPENED, STAFF)
    assert (muted(into, x), hears(into)) == ([], [ALEX])
    assert [NORIKO in hears(ticket) for ticket in three] == [True, False, True]


def test_who_follows_another_of_the_merged_through_a_chain_stays(
    three: tuple[int, int, int],
) -> None:
    first, between, last = three
    with transaction() as db:
        x, fourth = resident(db, NORIKO), file(db, resident(db, "U" + "8" * 32))
    for ticket in (first, fourth):
        act(follow, ticket, x)
    act(merge_them, first, last)
    act(merge_them, fourth, between)
    act(merge_them, between, last)
    act(move, first, Status.REOPENED, STAFF)
    assert muted(last, x) == [False]
    act(move, fourth, Status.REOPENED, STAFF)
    assert muted(last, x) == muted(between, x) == []
