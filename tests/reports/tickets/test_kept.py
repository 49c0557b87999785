"""What the database keeps with a ticket for lists is what counting anew would give."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
from counted_anew import amiss, unmarked
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, HONCHO, ICHIRO, STAFF, file, resident, rows, value
from years import year_after_closing

from reports.actions.add import add, add_photo, take_out
from reports.actions.file import NewReport, join
from reports.actions.follow import follow, mute
from reports.actions.merge import merge
from reports.actions.move import move, reopen
from reports.actions.withdraw import withdraw
from reports.photos import intake
from reports.privacy.erase import erase
from reports.privacy.unsend import unsend
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")

Kept = tuple[int, int | None, bool]
STORED: Final = {"state": "stored", "original": "o", "large": "l", "small": "s"}
_names = count(1)


class Street:
    """Three tickets: Haruka's, Alex's and Ichiro's; no photo yet. Each act is a commit."""

    def __init__(self) -> None:
        self.people, self.tickets = [], []
        for who in (HARUKA, ALEX, ICHIRO):
            with transaction() as db:
                self.people.append(resident(db, who))
                self.tickets.append(file(db, self.people[-1]))
        self.photos: list[int] = []

    def do(self, what: Callable[..., object], *facts: Any, **named: Any) -> None:
        with transaction() as db:
            what(db, *facts, **named)
        assert amiss() == unmarked() == []

    def sent(self, who: int, **of_set: int) -> int:
        """A photo that is on its way."""
        with transaction() as db:
            self.photos.append(announced(db, self.people[who], **of_set))
        return self.photos[-1]

    def taken_in(self, which: int) -> None:
        self.do(intake.keep, self.photos[which], STORED)

    def joined(self, ticket: int, who: int, *photos: int) -> None:
        self.do(join, self.tickets[ticket], report(self.people[who], photos))

    def report(self, ticket: int) -> int:
        found = "SELECT min(id) FROM reports WHERE ticket_id = :id"
        return int(value(found, id=self.tickets[ticket]))

    def merge(self, ticket: int, into: int) -> None:
        self.do(merge, self.tickets[ticket], number(self.tickets[into]), STAFF)

    def kept(self) -> list[Kept]:
        """Of each ticket; a photo by its place in `photos`."""
        facts = "SELECT follower_count, cover_id, is_withdrawn FROM tickets ORDER BY id"
        places = {photo: place for place, photo in enumerate(self.photos)}
        return [(many, places.get(cover), gone) for many, cover, gone in rows(facts)]


def announced(db: Session, resident_id: int, **of_set: int) -> int:
    name = f"kept-{next(_names)}"
    return intake.announced(
        db, resident_id=resident_id, line_message_id=name, image_set=None, **of_set
    )


def report(resident_id: int, photo_ids: tuple[int, ...] = ()) -> NewReport:
    return NewReport(
        resident_id, f"kept-{next(_names)}", "pothole", HONCHO, "line", photo_ids=photo_ids
    )


def number(ticket_id: int) -> str:
    return str(value("SELECT number FROM tickets WHERE id = :id", id=ticket_id))


def message_of(photo_id: int) -> str:
    return str(value("SELECT line_message_id FROM photos WHERE id = :id", id=photo_id))


def photo_before_the_report(at: Street) -> None:
    at.sent(0)
    at.taken_in(0)
    at.joined(1, 0, at.photos[0])


def photo_after_the_report(at: Street) -> None:
    at.joined(1, 0, at.sent(0))
    at.taken_in(0)


def photo_that_never_came(at: Street) -> None:
    at.joined(1, 0, at.sent(0))
    at.do(intake.keep, at.photos[0], {"state": "gone"})


def set_in_another_order(at: Street) -> None:
    first = at.sent(0, set_index=3)
    rows("UPDATE photos SET set_first = :id", id=first)
    at.joined(1, 0, first, at.sent(0, set_first=first, set_index=1))
    at.taken_in(0)
    at.taken_in(1)


def set_loses_its_first(at: Street) -> None:
    set_in_another_order(at)
    at.do(intake.remove, at.photos[1])


def with_photo_of_its_own(at: Street, ticket: int) -> None:
    at.do(add_photo, at.report(ticket), at.sent(ticket))
    at.taken_in(-1)


def added_in_a_session(at: Street) -> None:
    at.sent(0)
    at.taken_in(0)
    at.do(add, at.report(0), "add", "s", photo_id=at.photos[0])


def taken_out_again(at: Street) -> None:
    added_in_a_session(at)
    at.do(take_out, at.report(0), "s")


def unsent(at: Street) -> None:
    added_in_a_session(at)
    at.do(unsend, at.people[0], message_of(at.photos[0]))


def erased(at: Street) -> None:
    with_photo_of_its_own(at, 1)
    at.joined(1, 0)
    at.do(erase, at.people[1])


def muted(at: Street) -> None:
    at.do(follow, at.tickets[0], at.people[1])
    at.do(follow, at.tickets[0], at.people[1])
    at.do(mute, at.tickets[0], at.people[0], muted=True)


def merged(at: Street) -> None:
    with_photo_of_its_own(at, 0)
    with_photo_of_its_own(at, 1)
    at.merge(0, 1)


def parted(at: Street) -> None:
    merged(at)
    at.do(move, at.tickets[0], Status.REOPENED, STAFF)


def merged_in_a_chain_and_parted(at: Street) -> None:
    merged(at)
    at.merge(1, 2)
    at.do(move, at.tickets[0], Status.REOPENED, STAFF)


def withdrawn(at: Street) -> None:
    at.do(withdraw, at.tickets[0], at.people[0])


def withdrawn_where_another_waits(at: Street) -> None:
    at.joined(0, 1)
    withdrawn(at)


def withdrawn_and_reopened(at: Street) -> None:
    withdrawn(at)
    at.do(move, at.tickets[0], Status.REOPENED, STAFF)


def declined_by_staff(at: Street) -> None:
    at.do(move, at.tickets[0], Status.DECLINED, STAFF, note="私道です")


def not_mended(at: Street) -> None:
    at.do(move, at.tickets[0], Status.FIXED, STAFF)
    at.do(reopen, at.tickets[0], at.people[0])


def forgotten(at: Street) -> None:
    with_photo_of_its_own(at, 0)
    withdrawn(at)
    at.do(year_after_closing, datetime.now(UTC) + timedelta(days=400))


def photo_written_by_hand(at: Street) -> None:
    photo = "INSERT INTO photos (state, report_id) VALUES ('stored', :id) RETURNING id"
    at.photos += [value(photo, id=at.report(0)), value(photo, id=at.report(0))]
    assert amiss() == unmarked() == []
    rows("DELETE FROM photos WHERE id = :id", id=at.photos[0])


ALONE: Final[Kept] = (1, None, False)
CASES: Final[dict[Callable[[Street], None], list[Kept]]] = {
    photo_before_the_report: [ALONE, (2, 0, False), ALONE],
    photo_after_the_report: [ALONE, (2, 0, False), ALONE],
    photo_that_never_came: [ALONE, (2, None, False), ALONE],
    set_in_another_order: [ALONE, (2, 1, False), ALONE],
    set_loses_its_first: [ALONE, (2, 0, False), ALONE],
    added_in_a_session: [(1, 0, False), ALONE, ALONE],
    taken_out_again: [ALONE] * 3,
    unsent: [ALONE] * 3,
    erased: [ALONE] * 3,
    muted: [(2, None, False), ALONE, ALONE],
    merged: [ALONE, (2, 0, False), ALONE],
    parted: [(1, 0, False), (1, 1, False), ALONE],
    merged_in_a_chain_and_parted: [(1, 0, False), ALONE, (2, 1, False)],
    withdrawn: [(1, None, True), ALONE, ALONE],
    withdrawn_where_another_waits: [ALONE] * 3,
    withdrawn_and_reopened: [ALONE] * 3,
    declined_by_staff: [ALONE] * 3,
    not_mended: [ALONE] * 3,
    forgotten: [(0, 0, True), ALONE, ALONE],
    photo_written_by_hand: [(1, 1, False), ALONE, ALONE],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_after_each_act_it_is_what_there_is(case: Callable[[Street], None]) -> None:
    at = Street()
    case(at)
    assert amiss() == unmarked() == []
    assert at.kept() == CASES[case]


@pytest.mark.parametrize(
    ("trigger", "table", "case"),
    [
        ("ticket_changed", "tickets", declined_by_staff),
        ("followers_came", "followers", muted),
        ("followers_went", "followers", forgotten),
        ("photo_came", "photos", photo_written_by_hand),
        ("photo_went", "photos", photo_written_by_hand),
        ("photo_changed", "photos", photo_before_the_report),
        ("report_went_on", "reports", merged),
        ("ticket_moved", "history", withdrawn),
    ],
)
def test_without_one_of_the_triggers_it_is_noticed(
    trigger: str, table: str, case: Callable[[Street], None]
) -> None:
    at = Street()
    rows(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        with pytest.raises(AssertionError):  # noqa: PT012
            case(at)
            assert amiss() == unmarked() == []
    finally:
        rows(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
