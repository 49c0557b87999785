"""A crew's own page of who goes where: its foreman packs each person's day."""

from collections.abc import Mapping

from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.people.sessions import Visitor
from web.auth import who
from web.auth.csrf import Form
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.plan.packing import press, shown_day
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/crew/plan")
def plan_page(request: Request, visitor: who.GoesOut, db: Db) -> Response:
    """Whose day and which, as of `shown_day`; their own, where nobody is named."""
    return _page(db, visitor, request.query_params)


@router.post("/crew/plan")
def pack_day(visitor: who.PutsInCharge, form: Form) -> Response:
    """Fields: as of `press`."""

    def again(db: Session, where: Mapping[str, str], sentence: str) -> Response:
        return _page(db, visitor, where, status=409, sentence=sentence)

    return press(visitor, form, visitor.departments, "/crew/plan?", again)


def _page(
    db: Session,
    visitor: Visitor,
    asked: Mapping[str, str],
    *,
    status: int = 200,
    sentence: str = "",
) -> Response:
    day = shown_day(db, visitor.departments, asked, own=visitor.user_id)
    return page("crew/plan/page.html", status=status, visitor=visitor, sentence=sentence, **day)
