"""Who hears of a ticket: followers who want to and can; and what they think of the repair."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, ICHIRO, STAFF, file, resident

from reports.actions.follow import confirm, follow, mute, rate
from reports.actions.move import move, reopen
from reports.actions.withdraw import withdraw
from reports.tickets import followers, queries, residents_view
from reports.tickets.status import MoveRefused, Status


@pytest.fixture
def haruka(db: Session) -> int:
    return resident(db)


@pytest.fixture
def alex(db: Session) -> int:
    return resident(db, ALEX)


@pytest.fixture
def ticket(db: Session, haruka: int) -> int:
    """はるか's."""
    return file(db, haruka)


def told(db: Session) -> Sequence[str]:
    found = db.scalars(text("SELECT recipient FROM messages WHERE event_id IS NULL ORDER BY id"))
    return list(found)


def last_line(db: Session) -> Any:
    found = text("SELECT actor, what, details FROM history ORDER BY id DESC LIMIT 1")
    return tuple(db.execute(found).one())


def go_to(db: Session, ticket: int, *to: Status) -> None:
    for status in to:
        move(db, ticket, status, STAFF, note="理由")


def test_who_reports_or_follows_hears_of_it_once(
    db: Session, ticket: int, haruka: int, alex: int
) -> None:
    follow(db, ticket, alex)
    follow(db, ticket, alex)
    follow(db, ticket, haruka)
    assert followers.followers(db, ticket) == [HARUKA, ALEX]
    assert followers.followers(db, ticket, without=haruka) == [ALEX]
    go_to(db, ticket, Status.SCHEDULED)
    assert told(db) == [HARUKA, ALEX]


def test_who_muted_it_or_blocked_us_hears_nothing(
    db: Session, ticket: int, haruka: int, alex: int
) -> None:
    blocked = resident(db, ICHIRO)
    for one in (alex, blocked):
        follow(db, ticket, one)
    db.execute(text("UPDATE residents SET blocked_at = now() WHERE id = :id"), {"id": blocked})
    mute(db, ticket, alex, muted=True)
    go_to(db, ticket, Status.SCHEDULED)
    assert told(db) == [HARUKA]
    mute(db, ticket, alex, muted=False)
    go_to(db, ticket, Status.FIXED)
    assert told(db) == [HARUKA, HARUKA, ALEX]


def test_following_again_is_hearing_again(db: Session, ticket: int, alex: int) -> None:
    follow(db, ticket, alex)
    mute(db, ticket, alex, muted=True)
    assert residents_view.standing(db, ticket, alex).muted
    follow(db, ticket, alex)
    assert not residents_view.standing(db, ticket, alex).muted


def test_a_stranger_cannot_mute_confirm_or_rate(db: Session, ticket: int, alex: int) -> None:
    mute(db, ticket, alex, muted=True)
    assert rate(db, ticket, alex, 1) is False
    standing = residents_view.standing(db, ticket, alex)
    assert (standing.follows, standing.muted, standing.rating) == (False, False, None)
    assert last_line(db)[1] == "filed"


def test_a_rating_counts_once_and_leaves_a_line(db: Session, ticket: int, haruka: int) -> None:
    assert rate(db, ticket, haruka, 4)
    assert last_line(db) == ("resident", "rated", {"stars": 4})
    assert not rate(db, ticket, haruka, 1)
    assert residents_view.standing(db, ticket, haruka).rating == 4


@pytest.mark.parametrize("stars", [0, 6])
def test_the_table_knows_one_to_five_stars_only(
    stars: int, db: Session, ticket: int, haruka: int
) -> None:
    with pytest.raises(IntegrityError):
        rate(db, ticket, haruka, stars)


def test_a_confirmation_counts_for_this_repair_and_not_for_the_next(
    db: Session, ticket: int, haruka: int
) -> None:
    go_to(db, ticket, Status.FIXED)
    confirm(db, ticket, haruka)
    db.execute(text("UPDATE tickets SET closed_at = now() - interval '1 hour'"))
    assert residents_view.standing(db, ticket, haruka).confirmed
    assert last_line(db)[:2] == ("resident", "confirmed")
    db.execute(text("UPDATE tickets SET closed_at = now() + interval '1 hour'"))
    assert not residents_view.standing(db, ticket, haruka).confirmed


def test_what_a_person_is_to_a_ticket(db: Session, ticket: int, haruka: int, alex: int) -> None:
    stranger = resident(db, ICHIRO)
    follow(db, ticket, alex)
    own = residents_view.standing(db, ticket, haruka)
    assert (own.reported, own.follows, own.others) == (True, True, 1)
    other = residents_view.standing(db, ticket, alex)
    assert (other.reported, other.follows, other.others) == (False, True, 1)
    for nobody in (stranger, None):
        found = residents_view.standing(db, ticket, nobody)
        assert (found.reported, found.follows, found.others) == (False, False, 2)


def test_nobody_left_to_follow_is_no_trouble(db: Session, ticket: int, haruka: int) -> None:
    db.execute(text("DELETE FROM followers"))
    found = residents_view.standing(db, ticket, haruka)
    assert (found.reported, found.follows, found.others) == (True, False, 0)


def test_withdrawing_alone_ends_the_ticket_and_tells_nobody(
    db: Session, ticket: int, haruka: int
) -> None:
    assert withdraw(db, ticket, haruka)
    page = queries.ticket(db, id=ticket)
    assert page
    assert (page.ticket.status, page.history[-1].actor) == (Status.DECLINED, "resident")
    assert told(db) == []
    assert not residents_view.standing(db, ticket, haruka).reported
    with pytest.raises(MoveRefused):
        withdraw(db, ticket, haruka)


def test_withdrawing_with_others_leaves_the_ticket_to_them(
    db: Session, ticket: int, haruka: int, alex: int
) -> None:
    follow(db, ticket, alex)
    assert not withdraw(db, ticket, haruka)
    page = queries.ticket(db, id=ticket)
    assert page
    assert page.ticket.status is Status.RECEIVED
    assert page.history[-1].what == "withdrawn"
    assert followers.followers(db, ticket) == [ALEX]
    assert residents_view.latest_of(db, haruka) == []


def test_who_says_it_is_not_mended_reopens_it_and_the_others_hear_of_it(
    db: Session, ticket: int, haruka: int, alex: int
) -> None:
    follow(db, ticket, alex)
    move(db, ticket, Status.FIXED, STAFF)
    db.execute(text("DELETE FROM messages"))
    reopen(db, ticket, haruka)
    assert told(db) == [ALEX]
    page = queries.ticket(db, id=ticket)
    assert page
    assert (page.ticket.status, page.ticket.closed_at) == (Status.REOPENED, None)


def test_mine_are_the_last_ten_newest_first_and_without_the_merged(
    db: Session, haruka: int, alex: int
) -> None:
    ids = [file(db, haruka, category="other") for _ in range(12)]
    file(db, alex)
    db.execute(text("UPDATE tickets SET status = 'merged' WHERE id = :id"), {"id": ids[-1]})
    assert [line.id for line in residents_view.latest_of(db, haruka)] == ids[-2:0:-1]
