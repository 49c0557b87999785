"""Months and the versions of their reports in the database: asked for, made, kept for good."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.documents.monthly import readers
from reports.documents.monthly.models import MonthlyReport, MonthlyReportPart
from reports.documents.monthly.shapes import Made, Run, Version
from reports.tickets.models import RELEASED
from store import sql
from store.database import transaction
from store.tasks import later

PIECE: Final = 256 * 1024


def ask(db: Session, month: date, *, by: int | None, key: str | None, mail: bool) -> int:
    """This month's report (its first day) is to be made; gives the run's id. The same press, and
    one while another's run waits, is that run. `mail`: those who are named get it."""
    sql.run(db, _ONE_AT_A_TIME)
    if key and (known := db.scalar(select(MonthlyReport.id).where(MonthlyReport.key == key))):
        return known
    waits = MonthlyReport.month == month, MonthlyReport.state == "waiting"
    run = db.scalars(select(MonthlyReport).where(*waits).with_for_update()).first()
    if run is not None:
        run.mail = run.mail or mail
        return run.id
    run = MonthlyReport(month=month, by_id=by, key=key, mail=mail)
    db.add(run)
    db.flush()
    later(db, "make_monthly_report", run_id=run.id)
    return run.id


def ask_in_turn(db: Session, month: date, turn: str, *, mail: bool) -> bool:
    """The clock asks: for each of "first" and "closed" once in a month, whoever else does, and
    again some hours after it failed; whether this one is new."""
    made = sql.run(db, _IN_TURN, month=month, turn=turn, mail=mail).fetchone()
    if made is not None:
        later(db, "make_monthly_report", run_id=made[0])
    return made is not None


def month_asked(db: Session, run_id: int) -> date | None:
    """Which month is to be made; None where there is nothing to do (any more)."""
    waits = MonthlyReport.id == run_id, MonthlyReport.state == "waiting"
    return db.scalar(select(MonthlyReport.month).where(*waits))


def note(db: Session, run_id: int, done: int, total: int) -> None:
    """So many of its steps are over."""
    row = MonthlyReport.id == run_id
    db.execute(update(MonthlyReport).where(row).values(done=done, total=total))


def keep(db: Session, run_id: int, made: Made, sha256: str, now: datetime) -> int | None:
    """It is set: it is the month's next version from the commit on, and its mails are written;
    which version. None where the newest one says the same, or the run is over."""
    sql.run(db, _ONE_AT_A_TIME)
    run = db.get(MonthlyReport, run_id, with_for_update=True)
    if run is None or run.state != "waiting":
        return None
    before = newest(db, run.month)
    if before and before.can_be_read and _digest(db, before.id) == made.digest:
        run.state, run.made_at = "same", now
        if run.mail:
            readers.write_mails(db, before.id)
        return None
    run.version = before.version + 1 if before else 1
    run.state, run.made_at, run.told, run.digest = "done", now, dict(made.told), made.digest
    run.is_open, run.tickets, run.photos = made.is_open, made.tickets, made.photos
    run.bytes, run.pages, run.sha256 = len(made.data), made.pages, sha256
    db.flush()
    for place, begin in enumerate(range(0, len(made.data), PIECE)):
        piece = made.data[begin : begin + PIECE]
        sql.run(db, _PUT, id=run_id, place=place, data=piece)
    if run.mail:
        readers.write_mails(db, run_id)
    return run.version


def fail(db: Session, run_id: int) -> None:
    """It cannot be made."""
    waits = MonthlyReport.id == run_id, MonthlyReport.state == "waiting"
    db.execute(update(MonthlyReport).where(*waits).values(state="failed"))


def newest(db: Session, month: date) -> Version | None:
    """Of a month."""
    return next(iter(of(db, month)), None)


def of(db: Session, month: date | None = None) -> list[Version]:
    """All that there are, or those of a month; the newest first."""
    return [Version(*row) for row in sql.run(db, _VERSIONS, month=month, id=None)]


def by_id(db: Session, report_id: int) -> Version | None:
    """The one of this id, if it is made."""
    rows = sql.run(db, _VERSIONS, month=None, id=report_id).fetchall()
    return Version(*rows[0]) if rows else None


def pieces(report_id: int) -> Iterator[bytes]:
    """The PDF, piece by piece, each read by itself."""
    for place in count():
        with transaction() as db:
            part = db.get(MonthlyReportPart, (report_id, place))
        if part is None:
            return
        yield part.data


def last_run(db: Session, month: date) -> Run | None:
    """The newest making of a month."""
    row = sql.run(db, _RUN, month=month).fetchone()
    return Run(*row) if row else None


def _digest(db: Session, report_id: int) -> str | None:
    return db.scalar(select(MonthlyReport.digest).where(MonthlyReport.id == report_id))


_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('monthly reports', 0))"
_IN_TURN: Final = """
    INSERT INTO monthly_reports (month, turn, mail)
    SELECT %(month)s::date, %(turn)s::text, %(mail)s WHERE NOT EXISTS (
        SELECT FROM monthly_reports WHERE month = %(month)s::date AND turn = %(turn)s::text
          AND state = 'failed' AND asked_at > now() - interval '6 hours')
    ON CONFLICT DO NOTHING RETURNING id
"""
_PUT: Final = """
    INSERT INTO monthly_report_parts (report_id, place, data)
    VALUES (%(id)s, %(place)s, %(data)s)
"""
_VERSIONS: Final = f"""
    SELECT r.id, r.month, r.version, r.is_open, r.bytes, r.pages, r.sha256, r.made_at,
           r.emptied_at, u.shown_name, r.turn,
           NOT EXISTS (SELECT FROM photos p WHERE p.id = ANY(r.photos) AND NOT ({RELEASED}))
    FROM monthly_reports r LEFT JOIN users u ON u.id = r.by_id
    WHERE r.state = 'done' AND (%(month)s::date IS NULL OR r.month = %(month)s)
      AND (%(id)s::bigint IS NULL OR r.id = %(id)s)
    ORDER BY r.month DESC, r.version DESC
"""
_RUN: Final = """
    SELECT r.id, r.month, r.state, r.version, r.done, r.total, r.asked_at, u.shown_name
    FROM monthly_reports r LEFT JOIN users u ON u.id = r.by_id
    WHERE r.month = %(month)s ORDER BY r.id DESC LIMIT 1
"""
