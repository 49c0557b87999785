"""Many tickets, one after another: chosen, looked at, done with progress, taken back for a while.

Each ticket is a commit of its own that ticks its row off, so that whoever goes on after a crash
does none twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from reports.actions.bulk import REFUSALS, Act, UndoEach, act_from, carry_out, is_told
from reports.actions.undo import Before, before_it
from reports.people.permissions import Actor, Role
from reports.tickets.bulk_models import BulkItem, BulkRun
from reports.tickets.models import Ticket
from store import sql
from store.database import transaction
from store.tasks import later

MOST: Final = 5_000
AT_ONCE: Final = 50
"""So many are done before the page that asks for it is answered; further ones by a worker."""
UNDO_FOR: Final = timedelta(minutes=10)
KEPT_FOR: Final = timedelta(days=1)
_GO_ON_AFTER: Final = timedelta(seconds=45)


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


def choose(db: Session, ticket_ids: Sequence[int], by: Actor) -> int:
    """The run of these tickets, of which nothing is done yet; gives its id."""
    run_id = db.scalars(
        insert(BulkRun).values(by_id=by.user_id, by_name=by.name).returning(BulkRun.id)
    ).one()
    sql.run(db, _CHOOSE, run=run_id, ids=list(ticket_ids))
    return run_id


def wish(db: Session, run_id: int, act: Act) -> None:
    """What is to be done with them; nothing where it has begun."""
    chosen = BulkRun.id == run_id, BulkRun.state == "chosen"
    db.execute(update(BulkRun).where(*chosen).values(act=act.model_dump(mode="json")))


def begin(db: Session, run_id: int) -> bool:
    """From the commit on a worker goes on with it, if nobody else does; whether it begins now."""
    wished = BulkRun.id == run_id, BulkRun.state == "chosen", BulkRun.act.is_not(None)
    begun = update(BulkRun).where(*wished).values(state="running").returning(BulkRun.id)
    if db.scalar(begun) is None:
        return False
    few = len(ticket_ids(db, run_id)) <= AT_ONCE
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


def go_on(run_id: int, enough: Callable[[], bool]) -> bool:
    """Do its next tickets, each in a transaction of its own, until it is enough or somebody else is
    at it; whether some are left."""
    while not enough():
        with transaction() as db:
            if not _do_next(db, run_id):
                return _is_left(db, run_id)
    return True


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


def forget(db: Session, before: datetime) -> int:
    """Delete those that were chosen before then; how many went."""
    gone = delete(BulkRun).where(BulkRun.made_at < before).returning(BulkRun.id)
    return len(db.scalars(gone).all())


def _do_next(db: Session, run_id: int) -> bool:
    """Whether one was done; the last one ends the run."""
    running = select(BulkRun).where(BulkRun.id == run_id, BulkRun.state == "running")
    run = db.scalar(running.with_for_update(skip_locked=True))
    left = BulkItem.run_id == run_id, BulkItem.done.is_(False)
    item = db.scalar(select(BulkItem).where(*left).order_by(BulkItem.place).limit(1))
    if run is None or item is None:
        return False
    _do(db, run, item)
    db.flush()
    if not _is_left(db, run_id):
        run.state, run.ended_at = "done", datetime.now(UTC)
    return True


def _do(db: Session, run: BulkRun, item: BulkItem) -> None:
    act = act_from(run.act or {})
    by = Actor(Role.STAFF, run.by_name, run.by_id)
    attempt, wanted = db.begin_nested(), Before(**item.before) if item.before else None
    before = before_it(db, item.ticket_id)
    try:
        carry_out(db, item.ticket_id, act, by, f"bulk-{run.id}", wanted)
        attempt.commit()
    except REFUSALS as wrong:
        attempt.rollback()
        item.wrong = str(wrong) or "この受付票にはできません。"
    else:
        item.change = db.scalar(select(Ticket.change).where(Ticket.id == item.ticket_id))
        if before and act.kind not in ("note", "undo"):
            item.before = before.model_copy(update={"change": item.change}).model_dump(mode="json")
    item.done = True


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
           count(item.place), count(*) FILTER (WHERE item.done),
           count(*) FILTER (WHERE item.wrong IS NOT NULL)
    FROM bulk_runs run LEFT JOIN bulk_items item ON item.run_id = run.id
    WHERE run.id = %(run)s GROUP BY run.id
"""
_REFUSED: Final = """
    SELECT t.number, item.wrong FROM bulk_items item JOIN tickets t ON t.id = item.ticket_id
    WHERE item.run_id = %(run)s AND item.wrong IS NOT NULL ORDER BY item.place LIMIT %(limit)s
"""
