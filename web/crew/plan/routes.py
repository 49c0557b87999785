"""The foreman packs the morning: tickets for each person of the crew, in an order by hand."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute, ChangedMeanwhile
from reports.actions.pack import MOST_STOPS, CannotPack, PlanChanged, pack
from reports.city import profile
from reports.city.clock import today
from reports.people.permissions import NotTheirs
from reports.people.sessions import Visitor
from reports.tickets import lists, plans
from reports.tickets.lines import Line
from reports.tickets.plans import Worker
from reports.tickets.ranks import NoSuchPlace
from reports.tickets.wanted import TicketFilter, of_any
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.crew.plan.wish import NoWish, Wish, wish_in
from web.kit.days import day_in
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.pages import page
from web.kit.tickets import shown

router = APIRouter(include_in_schema=False)

AT_ONCE: Final = 60
_AHEAD: Final = timedelta(days=31)
_REFUSALS: Final = (PlanChanged, ChangedMeanwhile, CannotPack, CannotReroute)
_FASTER: Final = (
    "画面を開いている間に、ほかの人がこの日の順番か担当者を変えました。"
    "いまの内容を確かめてから、もう一度押してください。"
)


@router.get("/crew/plan")
def plan_page(request: Request, visitor: who.GoesOut, db: Db) -> Response:
    """Whose day (`person`), which day (`day`); `after`: what follows of the tickets to be given."""
    return _plan_page(db, visitor, request.query_params)


@router.post("/crew/plan")
def pack_day(visitor: who.PutsInCharge, form: Form) -> Response:
    """Fields: person, day, and as of `wish_in`. 409 where somebody was faster."""
    person, day = _person(form.fields.get("person", "")), _day(form.fields.get("day", ""))
    where = {"person": str(person), "day": day.isoformat()}
    try:
        wish = wish_in(form.fields)
        with transaction() as db:
            _pack(db, visitor, person, day, wish)
    except NoWish as nothing:
        raise BadInput("渡す受付票を選んでから押してください。") from nothing
    except NotTheirs as wrong:
        raise NotFound(_NOBODY) from wrong
    except _REFUSALS as refused:
        faster = isinstance(refused, (PlanChanged, ChangedMeanwhile))
        sentence = _FASTER if faster else str(refused)
        with transaction() as db:
            return _plan_page(db, visitor, where, status=409, sentence=sentence)
    moved = {"moved": wish.moved} if wish.moved else {}
    return RedirectResponse(f"/crew/plan?{urlencode(where | moved)}", 303)


def _pack(db: Session, visitor: Visitor, person: int, day: date, wish: Wish) -> None:
    known = plans.ids(db, visitor.departments, [*wish.order, *wish.seen])

    def ids(numbers: Sequence[str]) -> list[int]:
        return [known[number] for number in numbers if number in known]

    given = {known[number]: who for number, who in wish.given.items() if number in known}
    pack(db, person, day, ids(wish.order), visitor.actor, seen=ids(wish.seen), given=given)


def _plan_page(
    db: Session,
    visitor: Visitor,
    asked: Mapping[str, str],
    *,
    status: int = 200,
    sentence: str = "",
) -> Response:
    day = _day(asked.get("day") or today().isoformat())
    crew = plans.crew_on(db, visitor.departments, day)
    worker = _worker(crew, visitor, asked.get("person", ""))
    stops = plans.stops(db, worker.user_id, day)
    theirs, others, more = _to_give(db, visitor, worker, stops, asked.get("after", ""))
    planned = _lines(db, stops)
    row = _Rows(db, [*planned, *theirs, *others])
    return page(
        "crew/plan/page.html",
        status=status,
        visitor=visitor,
        crew=crew,
        worker=worker,
        day=day,
        today=today(),
        tomorrow=today() + timedelta(1),
        last=today() + _AHEAD,
        stops=[row(line) for line in planned],
        most=MOST_STOPS,
        theirs=[row(line) for line in theirs],
        others=[row(line) for line in others],
        more=more,
        moved=asked.get("moved", ""),
        sentence=sentence,
    )


class _Rows:
    """Lines as the page shows them, with who is in charge."""

    def __init__(self, db: Session, lines: Sequence[Line]) -> None:
        self.categories = profile.categories(db)
        self.closed = profile.closing_days(profile.profile(db))
        self.charge = plans.in_charge(db, [line.id for line in lines])

    def __call__(self, line: Line) -> dict[str, Any]:
        row = shown(line, self.categories, None, self.closed)
        return row | {"charge": self.charge.get(line.id, "")}


def _lines(db: Session, ids: Sequence[int]) -> list[Line]:
    """In this order."""
    wanted = TicketFilter(ids=list(ids))
    found = {line.id: line for line in lists.page(db, wanted, lists.NEWEST, limit=MOST_STOPS)}
    return [found[id] for id in ids if id in found]


def _to_give(
    db: Session, visitor: Visitor, worker: Worker, stops: Sequence[int], after: str
) -> tuple[list[Line], list[Line], str]:
    """What they have without a turn in this day; what is nobody's or another's, and its rank when
    more follows."""
    own = of_any(visitor.departments, assignee=worker.user_id)
    theirs = lists.page(db, own, lists.CREW, limit=AT_ONCE + MOST_STOPS)
    mine = {line.id for line in theirs}
    wanted = of_any(visitor.departments)
    try:
        rank = lists.rank_in(lists.CREW, after) if after else ()
    except NoSuchPlace as wrong:
        raise BadInput("一覧のその場所からは続けられません。開き直してください。") from wrong
    found = lists.page(db, wanted, lists.CREW, after=rank, limit=AT_ONCE + 1)
    more = found[AT_ONCE:] and lists.CREW.rank(found[AT_ONCE - 1])
    words = ",".join(str(part).lower() for part in more or ())
    others = [line for line in found[:AT_ONCE] if line.id not in mine]
    return [line for line in theirs if line.id not in stops], others, words


def _worker(crew: Sequence[Worker], visitor: Visitor, typed: str) -> Worker:
    """Themselves, where nobody is named. Raises NotFound."""
    wanted = _person(typed) if typed else visitor.user_id
    found = next((one for one in crew if one.user_id == wanted), None)
    if found is None:
        raise NotFound(_NOBODY)
    return found


def _person(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", typed):
        raise BadInput("だれの一日かを選んでください。")
    return int(typed)


def _day(typed: str) -> date:
    day = day_in(typed)
    if not today() <= day <= today() + _AHEAD:
        raise BadInput("今日から31日先までの日を選んでください。")
    return day


_NOBODY: Final = "この班に、その人はいません。班の人を選び直してください。"
