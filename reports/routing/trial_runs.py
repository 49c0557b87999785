"""Trials that staff have asked for: work after the commit, a piece at a time, two at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.routing import versions
from reports.routing.models import TrialRun
from reports.routing.trial import Trial, begin, go_on
from store.tasks import later

MOST_AT_ONCE: Final = 2
KEPT_FOR: Final = timedelta(days=1)
_UNFINISHED: Final = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Piece:
    """How far a trial has come, of `total` tickets."""

    trial: Trial
    total: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Run:
    """As of `TrialRun`; `ahead`: how many will be done before one that waits. `result`: once it is
    done, the JSON of `Trial.told`, not read: it may be large."""

    state: str
    done: int
    total: int
    ahead: int
    result: str | None


def ask_for(db: Session, version: int, since: datetime) -> int:
    """Try this version on the tickets received since then; gives the trial's id.

    One that has been asked for and is not done yet is the same. Raises NoSuchTable.
    """
    versions.version(db, version)
    _one_at_a_time(db)
    same = TrialRun.table_id == version, TrialRun.since == since, TrialRun.state.in_(_UNFINISHED)
    if known := db.scalar(select(TrialRun.id).where(*same)):
        return known
    run = TrialRun(table_id=version, since=since)
    db.add(run)
    db.flush()
    _begin_next(db)
    return run.id


def look_on(db: Session, trial_id: int, enough: Callable[[], bool]) -> Piece | None:
    """Look at some more tickets, until it is enough; None for a trial that is none to go on with.

    Nothing is written: see `keep`.
    """
    run = db.get(TrialRun, trial_id)
    if run is None or run.state != "running":
        return None
    so_far = Trial.from_json(run.found) if run.found else None
    trial, total = (so_far, run.total) if so_far else begin(db, run.since)
    for _ in go_on(db, versions.rules(db, run.table_id), run.since, trial):
        if enough():
            return Piece(trial, total, is_done=False)
    return Piece(trial, total, is_done=True)


def keep(db: Session, trial_id: int, piece: Piece) -> None:
    """What was found so far; then it goes on, or makes room for the next."""
    _one_at_a_time(db)
    run = db.get_one(TrialRun, trial_id)
    run.done = piece.trial.looked_at
    run.total = max(piece.total, run.done)
    if piece.is_done:
        run.found = piece.trial.told(dict(db.execute(_NAMES).all()))
        _end(db, run, "done")
    else:
        run.found = piece.trial.to_json()
        later(db, "try_rules", trial_id=trial_id)


def fail(db: Session, trial_id: int) -> None:
    """It cannot be done."""
    _one_at_a_time(db)
    if run := db.get(TrialRun, trial_id):
        _end(db, run, "failed")


def run_of(db: Session, trial_id: int) -> Run | None:
    """How far it is; None where there is none (any more)."""
    row = db.execute(_RUN, {"id": trial_id}).one_or_none()
    return Run(**row._mapping) if row else None


def forget(db: Session, before: datetime) -> int:
    """Delete those that were asked for before then; how many went."""
    _one_at_a_time(db)
    gone = db.execute(delete(TrialRun).where(TrialRun.made_at < before).returning(TrialRun.id))
    count = len(gone.all())
    if count:
        _begin_next(db)
    return count


def _end(db: Session, run: TrialRun, state: str) -> None:
    run.state = state
    db.flush()
    _begin_next(db)


def _begin_next(db: Session) -> None:
    """As many as there is room for, whoever has waited longest first."""
    for (trial_id,) in db.execute(_BEGIN, {"most": MOST_AT_ONCE}).all():
        later(db, "try_rules", trial_id=trial_id)


def _one_at_a_time(db: Session) -> None:
    """Until the commit nobody else begins or ends one."""
    db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('trial_runs', 0))"))


_RUN: Final = text("""
    SELECT state, done, total, CASE WHEN state = 'done' THEN found::text END AS result,
           CASE WHEN state = 'waiting' THEN (
               SELECT count(*) FROM trial_runs AS before
               WHERE before.id < run.id AND before.state IN ('waiting', 'running')
           ) ELSE 0 END AS ahead
    FROM trial_runs AS run WHERE id = :id
""")
_NAMES: Final = select(Department.key, Department.name)
_BEGIN: Final = text("""
    UPDATE trial_runs SET state = 'running' WHERE id IN (
        SELECT id FROM trial_runs WHERE state = 'waiting' ORDER BY id
        LIMIT greatest(0, :most - (SELECT count(*) FROM trial_runs WHERE state = 'running')))
    RETURNING id
""")
