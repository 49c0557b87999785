"""Months and their versions in the database: asked for, made, kept for good."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reports.documents.exports.forms import blocks
from reports.documents.open_data.models import OpenDataFile, OpenDataPart, OpenDataVersion
from reports.documents.open_data.shapes import File, Made, Run, Version
from store import sql
from store.database import transaction
from store.tasks import later


def ask(db: Session, month: date, *, by: int | None, key: str | None, task: bool = True) -> int:
    """This month (its first day) is to be made anew; gives the run's id. The same press, and one
    while another's run waits, is that run. `task`: a worker does it."""
    sql.run(db, _ONE_AT_A_TIME)
    pressed = (OpenDataVersion.key == key) if key else None
    waits = (OpenDataVersion.month == month) & (OpenDataVersion.state == "waiting")
    wanted = waits if pressed is None else waits | pressed
    if known := db.scalar(select(OpenDataVersion.id).where(wanted).limit(1)):
        return known
    run = OpenDataVersion(month=month, by_id=by, key=key)
    db.add(run)
    db.flush()
    if task:
        later(db, "make_open_data", run_id=run.id)
    return run.id


def ask_in_turn(db: Session, turn: date, months: list[date]) -> int:
    """At the beginning of the month `turn` these are to be made, each once; how many are new."""
    made = [one for month in months for one in sql.run(db, _IN_TURN, month=month, turn=turn)]
    for (run_id,) in made:
        later(db, "make_open_data", run_id=run_id)
    return len(made)


def month_asked(db: Session, run_id: int) -> date | None:
    """Which month is to be made; None where there is nothing to do (any more)."""
    waits = OpenDataVersion.id == run_id, OpenDataVersion.state == "waiting"
    return db.scalar(select(OpenDataVersion.month).where(*waits))


def note(db: Session, run_id: int, done: int, total: int) -> None:
    """So many of its tickets are read."""
    row = OpenDataVersion.id == run_id
    db.execute(update(OpenDataVersion).where(row).values(done=done, total=total))


def keep(db: Session, run_id: int, made: Made, now: datetime) -> int | None:
    """The files are made: they are the month's next version, from the commit on; which one. None
    where nothing is other than in the newest one, or the run is over."""
    sql.run(db, _ONE_AT_A_TIME)
    run = db.get(OpenDataVersion, run_id, with_for_update=True)
    if run is None or run.state != "waiting":
        return None
    before = newest(db, run.month)
    if before and before.digest == made.sha256["csv"] and before.rule == made.rule:
        run.state, run.made_at = "same", now
        return None
    run.version = before.version + 1 if before else 1
    run.state, run.made_at, run.digest = "done", now, made.sha256["csv"]
    run.figures, run.rule, run.note = dict(made.figures), dict(made.rule), dict(made.note)
    db.flush()
    for form, path in made.paths.items():
        size = 0
        db.add(OpenDataFile(version_id=run_id, form=form, bytes=0, sha256=made.sha256[form]))
        db.flush()
        with path.open("rb") as file:
            for place, data in enumerate(blocks(file)):
                sql.run(db, _PUT, id=run_id, form=form, place=place, data=data)
                size += len(data)
        kept = OpenDataFile.version_id == run_id, OpenDataFile.form == form
        db.execute(update(OpenDataFile).where(*kept).values(bytes=size))
    return run.version


def fail(db: Session, run_id: int) -> None:
    """It cannot be made."""
    waits = OpenDataVersion.id == run_id, OpenDataVersion.state == "waiting"
    db.execute(update(OpenDataVersion).where(*waits).values(state="failed"))


def newest(db: Session, month: date) -> Version | None:
    """Of a month."""
    return next(iter(_versions(db, _DONE & (OpenDataVersion.month == month), most=1)), None)


def version_of(db: Session, month: date, version: int) -> Version | None:
    """This one of a month."""
    wanted = (OpenDataVersion.month == month) & (OpenDataVersion.version == version)
    return next(iter(_versions(db, wanted)), None)


def published(db: Session) -> list[Version]:
    """All that there is, the newest month and in it the newest version first."""
    return _versions(db, _DONE)


def newest_of_each(db: Session) -> list[Version]:
    """Of each month, the newest month first."""
    wanted = select(func.max(OpenDataVersion.id)).where(_DONE).group_by(OpenDataVersion.month)
    return _versions(db, OpenDataVersion.id.in_(wanted))


def is_any(db: Session, month: date | None = None) -> bool:
    """Whether there is a version at all, or one of this month."""
    wanted = _DONE if month is None else _DONE & (OpenDataVersion.month == month)
    return db.scalar(select(OpenDataVersion.id).where(wanted).limit(1)) is not None


def last_change(db: Session) -> int:
    """Grows with every version."""
    return db.scalar(select(func.max(OpenDataVersion.id)).where(_DONE)) or 0


def pieces(version_id: int, form: str) -> Iterator[bytes]:
    """A file, piece by piece, each read by itself."""
    for place in count():
        found = piece(version_id, form, place)
        if found is None:
            return
        yield found


def piece(version_id: int, form: str, place: int) -> bytes | None:
    """This one of it, from 0; None after the last."""
    with transaction() as db:
        part = db.get(OpenDataPart, (version_id, form, place))
    return part.data if part else None


def runs(db: Session, most: int) -> list[Run]:
    """The last ones, the newest first."""
    return [Run(*row) for row in sql.run(db, _RUNS, most=most, id=None)]


def run_of(db: Session, run_id: int) -> Run | None:
    """The one of this id."""
    rows = sql.run(db, _RUNS, most=1, id=run_id)
    return Run(*rows[0]) if rows else None


def _versions(db: Session, wanted: Any, most: int | None = None) -> list[Version]:
    order = OpenDataVersion.month.desc(), OpenDataVersion.version.desc()
    rows = db.scalars(select(OpenDataVersion).where(wanted).order_by(*order).limit(most)).all()
    ids = [row.id for row in rows]
    files: dict[int, dict[str, File]] = {id: {} for id in ids}
    kept = select(OpenDataFile).where(OpenDataFile.version_id.in_(ids)).order_by(OpenDataFile.form)
    for one in db.scalars(kept):
        files[one.version_id][one.form] = File(one.form, one.bytes, one.sha256)
    return [
        Version(
            row.id,
            row.month,
            row.version or 0,
            row.made_at or row.asked_at,
            row.figures,
            row.rule,
            row.note,
            row.digest,
            files[row.id],
        )
        for row in rows
    ]


_DONE: Final = OpenDataVersion.state == "done"
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('open data', 0))"
_IN_TURN: Final = """
    INSERT INTO open_data_versions (month, turn) VALUES (%(month)s, %(turn)s)
    ON CONFLICT DO NOTHING RETURNING id
"""
_PUT: Final = """
    INSERT INTO open_data_parts (version_id, form, place, data)
    VALUES (%(id)s, %(form)s, %(place)s, %(data)s)
"""
_RUNS: Final = """
    SELECT v.id, v.month, v.state, v.version, v.done, v.total, v.asked_at, u.shown_name
    FROM open_data_versions v LEFT JOIN users u ON u.id = v.by_id
    WHERE %(id)s::bigint IS NULL OR v.id = %(id)s ORDER BY v.id DESC LIMIT %(most)s
"""
