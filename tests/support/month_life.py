"""The last month of a town with its repairs, for the monthly report."""

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select, text
from web_scene import Filed, filed, people, stored_photo

from reports.city import clock
from reports.documents.monthly import readers
from reports.documents.monthly.turn import report_months
from reports.documents.open_data.months import later
from reports.people.models import User
from store.database import transaction
from workers.monthly import make_monthly_report
from workers.numbers import count

_DAYS: Final = 9


def last_month() -> date:
    return later(clock.today().replace(day=1), -1)


def mended(month: date, *, released: bool = True) -> Filed:
    """Reported on the 4th of this month and mended in it, with a photo before and one after."""
    one = filed(pictures=1)
    with transaction() as db:
        after = stored_photo(db, None)
        received = datetime.combine(month.replace(day=4), time(9), clock.zone())
        db.execute(
            text("UPDATE photos SET ticket_id = :ticket WHERE id = :photo"),
            {"ticket": one.id, "photo": after},
        )
        db.execute(
            text("UPDATE tickets SET status = 'fixed', received_at = :received,"
                 " closed_at = :fixed WHERE id = :id"),
            {"id": one.id, "received": received, "fixed": received + timedelta(days=_DAYS)},
        )  # fmt: skip
        if released:
            db.execute(
                text("UPDATE photos SET decision = 'released', public_at = now(),"
                     " public_large = large, public_small = small WHERE id = ANY(:ids)"),
                {"ids": [one.photo_id, after]},
            )  # fmt: skip
    return one


def reader(name: str, address: str) -> int:
    """This person gets it at this address."""
    people()
    with transaction() as db:
        user_id = db.scalars(select(User.id).where(User.name == name)).one()
        assert readers.name(db, user_id, address)
        return user_id


def turn(month: date) -> int:
    """All is counted; then the clock's, on the 20th after this month, and what the worker does: how
    many were asked for."""
    count()
    day = later(month, 1).replace(day=20)
    many = report_months(datetime.combine(day, time(10), clock.zone()))
    with transaction() as db:
        waiting = db.execute(text("SELECT id FROM monthly_reports WHERE state = 'waiting'"))
        ids = list(waiting.scalars())
    for run_id in ids:
        work(run_id)
    return many


def work(run_id: int) -> None:
    """What a worker does of it."""
    write = make_monthly_report(run_id)
    assert write is not None
    with transaction() as db:
        write(db)
