"""Many tickets, one after another: chosen, looked at, done with progress, taken back for a while.

Each ticket is a commit of its own that ticks its row off, so that whoever goes on after a crash
does none twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from reports.actions.bulk import (
    REFUSALS,
    Act,
    UndoEach,
    act_from,
    carry_out,
    hold,
    is_told,
    seal,
)
from reports.actions.undo import Before, before_it
from reports.people.models import User
from reports.people.permissions import Actor, Do, NotTheirs, OnlyToSee, Role, may_at_all
from reports.people.rights import actor_of
from reports.tickets.bulk_models import BulkItem, BulkRun
from reports.tickets.models import Ticket
from store import sql
from store.database import transaction
from store.tasks import later

MOST: Final = 5_000
AT_ONCE: Final = 50
"""So many are done before the page that asks for it is answered; further ones by a worker."""
MOST_WAITING: Final = 20
"""Runs of one person that wait for a decision or for their end."""
DECIDE_WITHIN: Final = timedelta(hours=1)
UNDO_FOR: Final = timedelta(minutes=10)
KEPT_FOR: Final = timedelta(days=1)
_GO_ON_AFTER: Final = timedelta(seconds=45)
_MAY_NOT: Final = "操作した人の権限がなくなったため、ここで止めました。"


class TooManyRuns(Exception):
    """This person has MOST_WAITING of them."""


class Left(IntEnum):
    """What of a run is left; ANOTHERS: some of it, and somebody else is at it."""

    NOTHING = 0
    SOME = 1
    ANOTHERS = 2


@dataclass(frozen=True, slots=True)
class Run:
    """As of `BulkRun`; of its tickets so many are `done`, and of those so many could not be."""

    id: int
    by_id: int
    by_name: str
    act: Act | None
    state: str
    undo_of: int | None
    undone_by: int | None
    ended_at: datetime | None
    total: int
    done: int
    wrong: int

    def may_be_undone(self, now: datetime) -> bool:
        """Nothing has been said to anybody, and it is not long ago."""
        return (
            self.state == "done"
            and self.undo_of is None
            and self.undone_by is None
            and self.act is not None
            and self.act.kind != "note"
            and not is_told(self.act)
            and self.done > self.wrong
            and self.ended_at is not None
            and now - self.ended_at < UNDO_FOR
        )


def choose(db: Session, ticket_ids: Sequence[int], by: Actor, *, key: str | None = None) -> int:
    """The run of these tickets, of which nothing is done yet; gives its id, also to a press (`key`)
    that comes again.

    What this person left undecided for DECIDE_WITHIN goes. Raises TooManyRuns.
    """
    db.execute(select(User.id).where(User.id == by.user_id).with_for_update(key_share=True))
    if key and (known := db.scalar(select(BulkRun.id).where(*_pressed(by, key)))):
        return known
    theirs = BulkRun.by_id == by.user_id, BulkRun.state != "done"
    left = BulkRun.state == "chosen", BulkRun.made_at < datetime.now(UTC) - DECIDE_WITHIN
    db.execute(delete(BulkRun).where(*theirs, *left))
    if (db.scalar(select(func.count()).where(*theirs)) or 0) >= MOST_WAITING:
        raise TooManyRuns
    run_id = db.scalars(
        insert(BulkRun).values(by_id=by.user_id, by_name=by.name, key=key).returning(BulkRun.id)
    ).one()
    sql.run(db, _CHOOSE, run=run_id, ids=list(ticket_ids))
    return run_id


def _pressed(by: Actor, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return BulkRun.by_id == by.user_id, BulkRun.key == key


def wish(db: Session, run_id: int, act: Act) -> None:
    """What is to be done with them; nothing where it has begun."""
    chosen = BulkRun.id == run_id, BulkRun.state == "chosen"
    db.execute(update(BulkRun).where(*chosen).values(act=act.model_dump(mode="json")))


def begin(db: Session, run_id: int, shown: str | None = None) -> bool:
    """From the commit on a worker goes on with it, if nobody else does; whether it begins now.

    `shown`: the `seal` of what whoever begins it has seen.
    """
    run = run_of(db, run_id, lock=True)
    if run is None or run.act is None or shown not in (None, seal(run.act)):
        return False
    wished = BulkRun.id == run_id, BulkRun.state == "chosen"
    begun = update(BulkRun).where(*wished).values(state="running").returning(BulkRun.id)
    if db.scalar(begun) is None:
        return False
    few = run.total <= AT_ONCE
    later(db, "go_on_with_bulk", after=_GO_ON_AFTER if few else timedelta(0), run_id=run_id)
    return True


def undo_run(db: Session, run_id: int, by: Actor) -> int | None:
    """A run that takes back what this one did; None where that may not be any more."""
    run = run_of(db, run_id, lock=True)
    if run is None or not run.may_be_undone(datetime.now(UTC)):
        return None
    act = UndoEach().model_dump(mode="json")
    made = insert(BulkRun).values(by_id=by.user_id, by_name=by.name, act=act, undo_of=run_id)
    undo_id = db.scalars(made.returning(BulkRun.id)).one()
    sql.run(db, _CHOOSE_DONE, run=undo_id, of=run_id)
    return undo_id


def give_up(db: Session, run_id: int) -> None:
    """Nothing is to be done with those that were chosen."""
    chosen = BulkRun.id == run_id, BulkRun.state == "chosen"
    db.execute(delete(BulkRun).where(*chosen))


def go_on(run_id: int, enough: Callable[[], bool], *, patience: str = "30s") -> Left:
    """Do its next tickets, each in a transaction of its own, until it is enough or somebody else is
    at it; what is left. Raises what the database says where a ticket is others' for longer
    than this `patience`."""
    while not enough():
        with transaction() as db:
            sql.run(db, "SELECT set_config('lock_timeout', %(patience)s, true)", patience=patience)
            if not _do_next(db, run_id):
                return Left.ANOTHERS if _is_left(db, run_id) else Left.NOTHING
    return Left.SOME


def run_of(db: Session, run_id: int, *, lock: bool = False) -> Run | None:
    """How far it is; None where there is none (any more)."""
    if lock:
        db.execute(select(BulkRun.id).where(BulkRun.id == run_id).with_for_update())
    row = sql.run(db, _RUN, run=run_id).fetchone()
    if row is None:
        return None
    id, by_id, by_name, act, *rest = row
    return Run(id, by_id, by_name, act_from(act) if act else None, *rest)


def refused(db: Session, run_id: int, *, limit: int = 500) -> list[tuple[str, str]]:
    """Numbers of the tickets that it could not be done to, each with why."""
    return [(number, why) for number, why in sql.run(db, _REFUSED, run=run_id, limit=limit)]


def ticket_ids(db: Session, run_id: int) -> list[int]:
    """Those that were chosen, in their order."""
    of_run = select(BulkItem.ticket_id).where(BulkItem.run_id == run_id)
    return list(db.scalars(of_run.order_by(BulkItem.place)))


def categories(db: Session, run_id: int) -> set[str]:
    """Of the tickets that were chosen, by their keys."""
    of_run = select(Ticket.category).join(BulkItem, BulkItem.ticket_id == Ticket.id)
    return set(db.scalars(of_run.where(BulkItem.run_id == run_id).distinct()))


def forget(db: Session, before: datetime) -> int:
    """Delete those that ended, or were chosen and not begun, before then; how many went."""
    old = func.coalesce(BulkRun.ended_at, BulkRun.made_at) < before, BulkRun.state != "running"
    return len(db.scalars(delete(BulkRun).where(*old).returning(BulkRun.id)).all())


def leave_out(db: Session, run_id: int) -> bool:
    """The next ticket cannot be done, whatever the cause; whether others are left."""
    run = _running(db, run_id)
    item = _next(db, run_id) if run else None
    if run and item:
        item.wrong, item.done = "うまくいきませんでした。", True
        _end_if_done(db, run)
    return _is_left(db, run_id)


def _do_next(db: Session, run_id: int) -> bool:
    """Whether one was done; the last one ends the run."""
    run = _running(db, run_id)
    item = _next(db, run_id) if run else None
    if run is None or item is None:
        return False
    if _may(db, run):
        _do(db, run, item)
    else:
        left = BulkItem.run_id == run_id, BulkItem.done.is_(False)
        db.execute(update(BulkItem).where(*left).values(done=True, wrong=_MAY_NOT))
    _end_if_done(db, run)
    return True


def _running(db: Session, run_id: int) -> BulkRun | None:
    """Nobody else's until the commit; None also where somebody has it."""
    running = select(BulkRun).where(BulkRun.id == run_id, BulkRun.state == "running")
    return db.scalar(running.with_for_update(skip_locked=True))


def _next(db: Session, run_id: int) -> BulkItem | None:
    left = BulkItem.run_id == run_id, BulkItem.done.is_(False)
    return db.scalar(select(BulkItem).where(*left).order_by(BulkItem.place).limit(1))


def _end_if_done(db: Session, run: BulkRun) -> None:
    db.flush()
    if not _is_left(db, run.id):
        run.state, run.ended_at = "done", datetime.now(UTC)


def _may(db: Session, run: BulkRun) -> bool:
    """Who asked for it may still do so; with which tickets, each one is asked."""
    person = db.get(User, run.by_id)
    return person is not None and not person.disabled and may_at_all(Role(person.role), Do.BULK)


def _do(db: Session, run: BulkRun, item: BulkItem) -> None:
    act = act_from(run.act or {})
    by = replace(actor_of(db, db.get_one(User, run.by_id)), name=run.by_name)
    attempt, wanted = db.begin_nested(), Before(**item.before) if item.before else None
    try:
        hold(db, item.ticket_id, act)
        before = before_it(db, item.ticket_id)
        carry_out(db, item.ticket_id, act, by, f"bulk-{run.id}", wanted)
        attempt.commit()
    except REFUSALS as wrong:
        attempt.rollback()
        item.wrong = _said(wrong) or "この受付票にはできません。"
    else:
        change = db.scalar(select(Ticket.change).where(Ticket.id == item.ticket_id))
        if before and act.kind not in ("note", "undo"):
            item.before = before.model_copy(update={"change": change}).model_dump(mode="json")
    item.done = True


def _said(wrong: Exception) -> str:
    """What a person can read of it."""
    is_bare = isinstance(wrong, NotTheirs) and not isinstance(wrong, OnlyToSee)
    return "" if is_bare else str(wrong)


def _is_left(db: Session, run_id: int) -> bool:
    left = exists().where(BulkItem.run_id == run_id, BulkItem.done.is_(False))
    return bool(db.scalar(select(left)))


_CHOOSE: Final = """
    INSERT INTO bulk_items (run_id, place, ticket_id)
    SELECT %(run)s, turn, id FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS chosen (id, turn)
"""
_CHOOSE_DONE: Final = """
    INSERT INTO bulk_items (run_id, place, ticket_id, before)
    SELECT %(run)s, place, ticket_id, before FROM bulk_items
    WHERE run_id = %(of)s AND done AND wrong IS NULL AND before IS NOT NULL
"""
_RUN: Final = """
    SELECT run.id, run.by_id, run.by_name, run.act, run.state, run.undo_of,
           (SELECT id FROM bulk_runs undo WHERE undo.undo_of = run.id), run.ended_at,
           count(item.place), count(*) FILTER (WHERE item.done), count(item.wrong)
    FROM bulk_runs run LEFT JOIN bulk_items item ON item.run_id = run.id
    WHERE run.id = %(run)s GROUP BY run.id
"""
_REFUSED: Final = """
    SELECT t.number, item.wrong FROM bulk_items item JOIN tickets t ON t.id = item.ticket_id
    WHERE item.run_id = %(run)s AND item.wrong IS NOT NULL ORDER BY item.place LIMIT %(limit)s
"""
