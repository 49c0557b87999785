"""The city's own closing days in the calendar of a year."""

from calendar import Calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response
from sqlalchemy.orm import Session

from reports.actions.edit_city import checked_facts
from reports.city import versions
from reports.city.calendar import is_business_day
from reports.city.clock import today
from reports.city.profile import closing_days
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import proposal, quota
from web.desk.city_words import range_words, ranges
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

DAYS: Final = "/staff/city/days"
_FIRST, _LAST = 2000, 2100
_MOST: Final = 92
_NO_DATE: Final = "初めの日と終わりの日を、日付で入れてください。"
_NO_RANGE: Final = f"終わりの日は初めの日と同じか後で、{_MOST}日までにしてください。"
_NONE_NEW: Final = (
    "この日はもともと閉庁日です。土・日、国民の祝日、12月29日から1月3日は、加えなくても数えません。"
)
Kind = Literal["open", "shut", "own", "out"]


@dataclass(frozen=True, slots=True)
class Day:
    """One field of the calendar. `kind`: "shut" for the whole country, the city's "own" closing
    day, or "out" of the month."""

    day: date
    kind: Kind
    is_today: bool


@router.get("/staff/city/days")
def calendar(
    visitor: who.EditsCity,
    db: Db,
    year: Annotated[int | None, Query(ge=_FIRST, le=_LAST)] = None,
    saved: bool = False,
    same: bool = False,
    later: int = 0,
) -> Response:
    """A year with the city's closing days, those of this year without a year."""
    return _page(db, visitor, year or today().year, saved=saved, same=same, later=later)


@router.post("/staff/city/days")
def change(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: act (add or remove), from, to (empty for one day), year, seen; do is look or save."""
    is_added = form.fields.get("act") == "add"
    year = _year(form)
    try:
        first, last = _range(form)
    except BadInput as wrong:
        with transaction() as db:
            return _page(db, visitor, year, typed=form.fields, sentence=wrong.sentence)
    wish = Wish(
        part="facts",
        title="閉庁日を加える" if is_added else "閉庁日をやめる",
        make=lambda db, now: checked_facts(_wanted(now, first, last, is_added=is_added)),
        action=DAYS,
        fields={
            "act": "add" if is_added else "remove",
            "from": first.isoformat(),
            "to": last.isoformat(),
            "year": str(first.year),
        },
        done=f"{DAYS}?year={first.year}",
        back=f"{DAYS}?year={year}",
    )
    try:
        return proposal.carry(visitor, form, wish)
    except NoneNew:
        with transaction() as db:
            return _page(db, visitor, year, typed=form.fields, sentence=_NONE_NEW)


class NoneNew(BadInput):
    """The city is closed on all of these days without that."""


def _range(form: Posted) -> tuple[date, date]:
    """Raises BadInput."""
    try:
        first = date.fromisoformat(form.words("from"))
        last = date.fromisoformat(form.words("to") or form.words("from"))
    except ValueError:
        raise BadInput(_NO_DATE) from None
    if not (first.year >= _FIRST and last.year <= _LAST and 0 <= (last - first).days < _MOST):
        raise BadInput(_NO_RANGE)
    return first, last


def _wanted(now: Mapping[str, Any], first: date, last: date, *, is_added: bool) -> dict[str, Any]:
    """Raises NoneNew."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kept = set(closing_days(now))
    if not is_added:
        return _with(now, kept - set(days))
    new = [day for day in days if is_business_day(day)]
    if not new:
        raise NoneNew(_NONE_NEW)
    return _with(now, kept | set(new))


def _with(now: Mapping[str, Any], days: Collection[date]) -> dict[str, Any]:
    return dict(now) | {"extra_holidays": [day.isoformat() for day in sorted(days)]}


def _year(form: Posted) -> int:
    typed = form.words("year")
    wanted = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else 0
    return wanted if _FIRST <= wanted <= _LAST else today().year


def _months(year: int, own: Collection[date]) -> list[list[list[Day]]]:
    """Each month as weeks that begin on Sunday."""
    weeks = Calendar(firstweekday=6)
    return [
        [[_day(day, month, own) for day in week] for week in weeks.monthdatescalendar(year, month)]
        for month in range(1, 13)
    ]


def _day(day: date, month: int, own: Collection[date]) -> Day:
    kind: Kind = "shut"
    if day.month != month:
        kind = "out"
    elif is_business_day(day):
        kind = "own" if day in own else "open"
    return Day(day, kind, day == today())


def _page(
    db: Session,
    visitor: Visitor,
    year: int,
    *,
    typed: Mapping[str, str] | None = None,
    sentence: str = "",
    saved: bool = False,
    same: bool = False,
    later: int = 0,
) -> Response:
    own = frozenset(closing_days(versions.now(db, "facts")))
    mine = [(first, last) for first, last in ranges(own) if first.year <= year <= last.year]
    return page(
        "desk/city/days.html",
        status=422 if sentence else 200,
        visitor=visitor,
        quota=quota.notice(db),
        version=proposal.newest(db, "facts"),
        year=year,
        years=[each for each in (year - 1, year, year + 1) if _FIRST <= each <= _LAST],
        months=_months(year, own),
        ranges=[(first, last, range_words(first, last)) for first, last in mine],
        typed=typed or {},
        sentence=sentence,
        saved=saved,
        same=same,
        later=later,
    )
