"""The first page: what this is, and whom to call."""

from typing import Annotated

from fastapi import Depends, Response

from reports.city import profile
from reports.city.opened import opened
from reports.people.sessions import Visitor
from web.auth.sessions import visitor_or_none
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router
from web.open.limit import Limited

router = Router(include_in_schema=False, dependencies=[Limited])


@router.get("/")
def home(db: Db, visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Response:
    """What this is, whom to call, and where to sign in."""
    facts = profile.profile(db)
    return page("open/home.html", visitor=visitor, facts=facts, shown=opened(facts).shown)
