"""Staff pack a crew's morning, of any department that has one."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.city.clock import today
from reports.people.colleagues import Colleague, offices
from reports.people.permissions import Do
from reports.people.sessions import Visitor
from reports.tickets import plans
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.plan.packing import press, shown_day
from web.kit.router import Router

router = Router(include_in_schema=False)

PAGE: Final = "/staff/plan"


@router.get(PAGE)
def plan_page(request: Request, visitor: who.PutsInCharge, db: Db) -> Response:
    """Of which `department` (a key; else the visitor's, or the first that has a crew), whose day
    and which, as of `shown_day`."""
    return _page(db, visitor, request.query_params)


@router.post(PAGE)
def pack_day(visitor: who.PutsInCharge, form: Form) -> Response:
    """Fields: department (a key), and as of `press`."""
    with transaction() as db:
        department = _department(
            with_crews(db, visitor), visitor, form.fields.get("department", "")
        )
    of_it = {"department": department or ""}

    def again(db: Session, where: Mapping[str, str], sentence: str) -> Response:
        return _page(db, visitor, {**where, **of_it}, status=409, sentence=sentence)

    return press(visitor, form, _all(department), f"{PAGE}?{urlencode(of_it)}&", again)


def with_crews(db: Session, visitor: Visitor) -> Sequence[Colleague]:
    """The departments in which somebody of a crew may come in, and whose tickets are theirs to
    give."""
    return [
        one
        for one in offices(db)
        if one.department
        and visitor.may_with(Do.PUT_IN_CHARGE, one.department)
        and plans.crew_on(db, [one.department], today())
    ]


def _all(department: str | None) -> Sequence[str]:
    return [department] if department else []


def _page(
    db: Session,
    visitor: Visitor,
    asked: Mapping[str, str],
    *,
    status: int = 200,
    sentence: str = "",
) -> Response:
    departments = with_crews(db, visitor)
    department = _department(departments, visitor, asked.get("department", ""))
    return page(
        "desk/plan/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        departments=departments,
        department=department or "",
        sentence=sentence,
        **shown_day(db, _all(department), asked),
    )


def _department(known: Sequence[Colleague], visitor: Visitor, typed: str) -> str | None:
    """None where no department has a crew. Raises NotFound."""
    keys = [one.department for one in known]
    if typed and typed not in keys:
        raise NotFound("その課に、作業班の人はいません。課を選び直してください。")
    if typed:
        return typed
    return visitor.department if visitor.department in keys else next(iter(keys), None)
