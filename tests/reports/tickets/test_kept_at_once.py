"""Whatever several do at once: what the database keeps with a ticket is what there is."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final

import pytest
from counted_anew import amiss
from examples import examples
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session
from townsfolk import HONCHO, STAFF, file, resident
from years import year_after_closing

from reports.actions.add import add, add_photo, take_out
from reports.actions.file import NewReport, join
from reports.actions.follow import follow
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.withdraw import withdraw
from reports.photos import intake
from reports.privacy.erase import erase
from reports.privacy.unsend import unsend
from reports.tickets.lock import NoSuchTicket
from reports.tickets.status import MoveRefused, Status
from store.database import transaction
from store.sql import is_passing, kind_of

pytestmark = pytest.mark.usefixtures("database_url")

_names = count(1)


Act = Callable[[Session, Random, "Town"], object]
STEPS: Final = examples(20)
HANDS: Final = 4
LAST: Final = 5


class Town:
    """A handful of tickets and residents, changed by several hands at once."""

    def __init__(self) -> None:
        self.passing: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        with transaction() as db:
            for n in range(LAST):
                file(db, resident(db, f"U{n}"))

    def hand(self, seed: int) -> None:
        """Acts of chance, one after the other; what is undone by the database is done again."""
        chance = Random(seed)
        for _ in range(STEPS):
            act = chance.choice(ACTS)
            while not self._did(act, chance):
                pass

    def _did(self, act: Act, chance: Random) -> bool:
        try:
            with transaction() as db:
                act(db, chance, self)
        except (MoveRefused, NoSuchTicket, NoResultFound):
            self.done["refused"] += 1
        except DBAPIError as trouble:
            if not is_passing(trouble):
                raise
            self.passing[f"{act.__name__} {kind_of(trouble)}"] += 1
            return False
        else:
            self.done[act.__name__] += 1
        return True


def some(db: Session, chance: Random, what: str) -> int:
    """One of those that this statement finds, 0 for none."""
    return chance.choice(db.scalars(text(what)).all() or [0])


def somebody(db: Session, chance: Random) -> int:
    """A resident who is being heard: nobody else's until the commit."""
    one = some(db, chance, "SELECT id FROM residents ORDER BY id")
    held = db.scalar(text("SELECT id FROM residents WHERE id = :id FOR NO KEY UPDATE"), {"id": one})
    return held or resident(db, f"U-{chance.random()}-{next(_names)}")


def ticket_in(db: Session, chance: Random) -> int:
    return some(db, chance, f"SELECT id FROM tickets ORDER BY id DESC LIMIT {LAST}")


def report_in(db: Session, chance: Random, who: int) -> int:
    return some(db, chance, f"SELECT id FROM reports WHERE resident_id = {who}")


def files(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    file(db, who, photo_ids=drafts_photos(db, who))


def joins(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    made = NewReport(who, f"at-once-{next(_names)}", "pothole", HONCHO, "line")
    join(db, ticket_in(db, chance), replace(made, photo_ids=drafts_photos(db, who)))


def announced(db: Session, who: int) -> int:
    name = f"at-once-{next(_names)}"
    return intake.announced(db, resident_id=who, line_message_id=name, image_set=None)


def drafts_photos(db: Session, who: int) -> tuple[int, ...]:
    mine = "SELECT id FROM photos WHERE resident_id = :who AND report_id IS NULL"
    return (announced(db, who), *db.scalars(text(mine), {"who": who}))


def sends_a_photo(db: Session, chance: Random, town: Town) -> None:
    announced(db, somebody(db, chance))


def adds(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    if of := report_in(db, chance, who):
        add(db, of, "add", f"s{who}", photo_id=drafts_photos(db, who)[-1])


def adds_to_a_set(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    if of := report_in(db, chance, who):
        for photo_id in drafts_photos(db, who):
            add_photo(db, of, photo_id)


def takes_out(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    if of := report_in(db, chance, who):
        take_out(db, of, f"s{who}")


def follows(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    follow(db, ticket_in(db, chance), who)


def withdraws(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    mine = f"SELECT ticket_id FROM followers WHERE resident_id = {who}"
    if ticket_id := some(db, chance, mine):
        withdraw(db, ticket_id, who)


def unsends(db: Session, chance: Random, town: Town) -> None:
    who = somebody(db, chance)
    mine = f"SELECT line_message_id FROM photos WHERE resident_id = {who}"
    unsend(db, who, str(some(db, chance, mine)))


def is_erased(db: Session, chance: Random, town: Town) -> None:
    erase(db, somebody(db, chance))


def staff_merge(db: Session, chance: Random, town: Town) -> None:
    into = f"SELECT number FROM tickets WHERE id = {ticket_in(db, chance)}"
    merge(db, ticket_in(db, chance), str(some(db, chance, into)), STAFF)


def staff_move(db: Session, chance: Random, town: Town) -> None:
    to = chance.choice([Status.FIXED, Status.DECLINED, Status.IN_PROGRESS])
    move(db, ticket_in(db, chance), to, STAFF, note="理由")


def staff_reopen(db: Session, chance: Random, town: Town) -> None:
    move(db, ticket_in(db, chance), Status.REOPENED, STAFF)


def worker_takes_in(db: Session, chance: Random, town: Town) -> None:
    waiting = "SELECT id FROM photos WHERE state = 'waiting' ORDER BY id"
    intake.keep(db, some(db, chance, waiting), {"state": chance.choice(["stored", "gone"])})


def a_year_goes_by(db: Session, chance: Random, town: Town) -> None:
    """In which nobody is heard."""
    db.execute(text("SELECT FROM residents ORDER BY id FOR NO KEY UPDATE"))
    year_after_closing(db, datetime.now(UTC) + timedelta(days=400))


ACTS: Final[list[Act]] = [
    files, joins, joins, sends_a_photo, sends_a_photo, adds, adds, adds_to_a_set, takes_out,
    follows, follows, follows, withdraws, unsends, is_erased, staff_merge, staff_merge, staff_move,
    staff_reopen, staff_reopen, worker_takes_in, worker_takes_in, worker_takes_in, worker_takes_in,
    a_year_goes_by,
]  # fmt: skip


def test_whatever_several_do_at_once_it_is_what_there_is() -> None:
    town = Town()
    with ThreadPoolExecutor(HANDS) as hands:
        for hand in [hands.submit(town.hand, seed) for seed in range(HANDS)]:
            hand.result()
    assert amiss() == []
    assert town.passing.total() <= town.done.total() // 20, town.passing
