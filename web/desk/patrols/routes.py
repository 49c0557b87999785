"""Patrols at the desk: a month's list, and one with its way and its finds."""

import re
from datetime import date, datetime
from typing import Final, NamedTuple

from fastapi import Response

from reports.city import profile
from reports.city.clock import begin_of, today
from reports.patrols import queries, way
from web.auth import who
from web.desk import quota
from web.kit.deps import Db, Id
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.maps.base_map import first_look
from web.maps.ways import numbers, spots

router = Router(include_in_schema=False)


class Month(NamedTuple):
    """A month of the calendar."""

    year: int
    month: int

    @property
    def words(self) -> str:
        return f"{self.year}年{self.month}月"

    @property
    def key(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def before(self) -> "Month":
        return Month(self.year - 1, 12) if self.month == 1 else Month(self.year, self.month - 1)

    @property
    def after(self) -> "Month":
        return Month(self.year + 1, 1) if self.month == 12 else Month(self.year, self.month + 1)

    @property
    def begin(self) -> datetime:
        return begin_of(date(self.year, self.month, 1))


@router.get("/staff/patrols")
def listing(visitor: who.SeesPatrols, db: Db, month: str = "", department: str = "") -> Response:
    """Those of a month (2026-12; this one where it is none), of one department (a key) or all."""
    asked, now = _month(month), today()
    this_month = Month(now.year, now.month)
    shown = asked or this_month
    known = dict(queries.departments(db))
    whose = department if department in known else ""
    found = queries.patrols(
        db, since=shown.begin, until=shown.after.begin, departments=[whose] if whose else []
    )
    return page(
        "desk/patrols/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        month=shown,
        this_month=this_month,
        department=whose,
        departments=known.items(),
        patrols=found,
        cut=len(found) == queries.MOST_LISTED,
        km=sum(one.km_known or 0 for one in found),
        finds=sum(one.finds for one in found),
        fixed=sum(one.fixed for one in found),
    )


@router.get("/staff/patrols/{patrol_id}")
def one_patrol(patrol_id: Id, visitor: who.SeesPatrols, db: Db) -> Response:
    """Its facts, the way on the map, what was found."""
    found = queries.patrol(db, patrol_id)
    if found is None:
        raise NotFound("この巡回はありません。一覧を開き直してください。")
    finds = queries.finds(db, patrol_id)
    names = {key: one.name("ja") for key, one in profile.categories(db).items()}
    return page(
        "desk/patrols/one.html",
        visitor=visitor,
        quota=quota.notice(db),
        patrol=found,
        finds=finds,
        names=names,
        way=numbers(way.runs(queries.samples(db, patrol_id))),
        spots=spots(finds, names),
        look=first_look(db),
    )


def _month(typed: str) -> Month | None:
    read = _MONTH.fullmatch(typed)
    return Month(int(read[1]), int(read[2])) if read else None


_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
