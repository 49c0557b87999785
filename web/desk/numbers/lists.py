"""The lists behind numbers: the tickets that one counts, and what somebody did in a time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Query, Response
from sqlalchemy.orm import Session

from reports.city import clock
from reports.city.calendar import full_day_words, moment_words
from reports.city.clock import begin_of, today
from reports.people.permissions import Do
from reports.stats import reading
from reports.stats.behind import TIMED
from reports.stats.kinds import hours_of
from reports.stats.reading import Behind
from reports.tickets import done_by, queries
from reports.tickets.done_by import Done
from reports.tickets.read_models import TicketSummary
from reports.tickets.wanted import TicketFilter
from reports.tickets.words import STATUSES, status_words
from web.auth import who
from web.desk import quota
from web.desk.numbers import divided
from web.desk.numbers.asked import BEHIND, WORK, Asked, days_words
from web.desk.numbers.figures import NAMES, days
from web.desk.numbers.names import Names, names_of, narrowed_in
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.maps.counted import LISTED

router = Router(include_in_schema=False)

AT_ONCE: Final = 100
"""Lines of a list."""
_MOST: Final = 2**63 - 1
_NO_NUMBER: Final = "この数字の一覧はありません。数字の画面から開いてください。"
_NO_WORK: Final = "この期間に、この人の仕事はありません。"
_NO_TICKET: Final = "受付票のない通知"
_GONE: Final = "保存期間が終わり、番号だけが残っています"
WORK_NAMES: Final[Mapping[str, str]] = {
    "tickets": "扱った", "filed": "受け付けた", "moved": "状態を変えた", "fixed": "修繕済みにした",
    "minutes": "作業時間を書いた",
}  # fmt: skip
"""By the names of `done_by.Work`."""


class Line(NamedTuple):
    """A row of a list in words. `is_there`: its page opens; else `state` says why not. `more`: what
    the number is about (days, stars, …)."""

    number: str
    is_there: bool
    category: str
    place: str
    state: str
    department: str
    day: str
    more: str


@router.get("/staff/numbers/behind")
def behind_a_number(
    visitor: who.SeesNumbers,
    db: Db,
    asked: Annotated[Asked, Query()],
    what: Annotated[str, Query(max_length=20)] = "received",
    after: Annotated[int, Query(ge=0, le=_MOST)] = 0,
    minutes: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """The tickets that a number counts, page by page: after the row with this id, and in a list by
    time after so many minutes. Raises BadInput."""
    if what not in LISTED:
        raise BadInput(_NO_NUMBER, reason="no_number")
    name, _, age = what.partition(":")
    period, names = asked.period(today()), names_of(db, asked)
    found = reading.behind(db, period, asked.only, what, after, AT_ONCE + 1, minutes=minutes)
    shown, more = found[:AT_ONCE], ""
    if len(found) > AT_ONCE:
        last = shown[-1]
        at = {"minutes": last.minutes or 0} if what in TIMED else {}
        more = asked.address(BEHIND, what=what, after=last.id, **at)
    return page(
        "desk/numbers/behind.html",
        visitor=visitor,
        quota=quota.notice(db),
        title=NAMES[name] + (f"({divided.age_names()[int(age)]})" if age else "") + "受付票",
        told="、".join([days_words(period), *_said(asked, names)]),
        is_sorted=what in TIMED,
        day=_DAYS.get(name, "日"),
        more_name=_MORE[name].name if name in _MORE else "",
        found=_lines(db, shown, names, _MORE.get(name), min(period.last, today())),
        more=more,
        at_once=AT_ONCE,
        saved=asked.saved(what, period) if visitor.may(Do.EXPORT) and what != "pushes" else "",
        back=asked.address(),
    )


_DAYS: Final = dict.fromkeys(("received", "open", "overdue"), "受け付けた日") | {
    "closed": "終わった日",
    "fixed": "直した日",
    "reopened": "再び開いた日",
}
"""What the day of a line is called, by the name of its list."""


@router.get("/staff/numbers/work")
def behind_work(
    visitor: who.SeesNumbers,
    db: Db,
    asked: Annotated[Asked, Query()],
    person: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    what: Annotated[str, Query(max_length=20)] = "tickets",
    after: Annotated[int, Query(ge=0, le=_MOST)] = 0,
) -> Response:
    """What somebody (an id; 0 oneself) did in a period, page by page; others for who manages people
    alone. Raises BadInput, NotFound."""
    if what not in WORK_NAMES:
        raise BadInput(_NO_NUMBER, reason="no_number")
    period = asked.period(today())
    begin, end = begin_of(period.first), begin_of(period.last + timedelta(1))
    person = person or visitor.user_id
    if person != visitor.user_id and not visitor.may(Do.PEOPLE):
        raise NotFound(_NO_WORK, reason="no_work")
    names = [one.name for one in done_by.work(db, begin, end, person)]
    found = done_by.lines(db, begin, end, person, what, after=after, limit=AT_ONCE + 1)
    shown, more = found[:AT_ONCE], ""
    if len(found) > AT_ONCE:
        more = asked.address(WORK, person=person, what=what, after=shown[-1].id)
    return page(
        "desk/numbers/behind.html",
        visitor=visitor,
        quota=quota.notice(db),
        title=f"{next(iter(names), '') or '名前なし'}: {WORK_NAMES[what]}受付票",
        told=days_words(period),
        is_sorted=False,
        day="最後に扱った日時" if what == "tickets" else "日時",
        more_name="" if what == "tickets" else "したこと",
        found=_lines_of_work(db, shown, names_of(db, asked)),
        more=more,
        at_once=AT_ONCE,
        saved="",
        back=asked.address(),
    )


class _More(NamedTuple):
    """A column: its name, and of a row (on the last day of the period) its words."""

    name: str
    words: Callable[[Behind, date], str]


def _took(one: Behind, _: date) -> str:
    return "" if one.minutes is None else f"{days(hours_of(one.minutes) / 24)}日"


def _result(one: Behind, _: date) -> str:
    return "守った" if one.good else "過ぎた"


def _stars(one: Behind, _: date) -> str:
    return "" if one.amount is None else f"★{one.amount:.0f}"


def _age(one: Behind, day: date) -> str:
    return "" if one.since is None else f"{(day - one.since).days}日"


_MORE: Final[Mapping[str, _More]] = {
    **{what: _More("かかった日数", _took) for what in TIMED},
    **{what: _More("期限", _result) for what in ("due", "kept", "missed")},
    **{what: _More("評価", _stars) for what in ("rated", "satisfied")},
    **{what: _More("受付から", _age) for what in ("open", "overdue")},
}


def _said(asked: Asked, names: Names) -> list[str]:
    return [f"{of}: {word}" for of, word, _ in narrowed_in(asked, names)]


def _lines(
    db: Session, some: Sequence[Behind], names: Names, more: _More | None, day: date
) -> list[Line]:
    tickets = _tickets(db, [one.ticket_id for one in some if one.ticket_id])
    is_by_age = more is not None and more.words is _age
    return [
        _line(one.number, tickets.get(one.ticket_id or 0), names, {
            "category": names["category"].get(one.category, one.category),
            "department": divided.name_of("department", one.department, names["department"]),
            "place": one.town,
            "day": full_day_words(one.since if is_by_age and one.since else one.day),
            "more": more.words(one, day) if more else "",
        })
        for one in some
    ]  # fmt: skip


def _lines_of_work(db: Session, some: Sequence[Done], names: Names) -> list[Line]:
    tickets = _tickets(db, [one.ticket_id for one in some])
    found = []
    for one in some:
        ticket = tickets.get(one.ticket_id)
        told = {
            "category": names["category"].get(ticket.category, ticket.category) if ticket else "",
            "department": (ticket.department_name if ticket else "") or "担当課未定",
            "place": "",
            "day": moment_words(clock.local(one.at)),
            "more": _did(one),
        }
        found.append(_line(ticket.number if ticket else "", ticket, names, told))
    return found


def _did(one: Done) -> str:
    if one.minutes is not None:
        return f"{one.minutes}分"
    known = {str(status): words for status, words in STATUSES.items()}
    return f"「{known.get(one.to_status, one.to_status)}」にした" if one.to_status else "受け付けた"


def _line(number: str, ticket: TicketSummary | None, names: Names, told: dict[str, Any]) -> Line:
    if ticket is None:
        state = _GONE if number else _NO_TICKET
        return Line(number, False, state=state, **told)
    told["place"] = ticket.place_name or told["place"]
    return Line(number, True, state=status_words(ticket), **told)


def _tickets(db: Session, ids: Sequence[int]) -> dict[int, TicketSummary]:
    wanted = TicketFilter(statuses=None, ids=sorted(set(ids)))
    return {one.id: one for one in queries.tickets(db, wanted, limit=len(ids) or 1)}
