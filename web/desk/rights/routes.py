"""/staff/rights: the table of permissions as it holds, to be read and printed."""

from fastapi import Response

from reports.people.permissions import MAY, OPENS
from web.auth import who
from web.desk import quota
from web.desk.rights.words import GROUPS, OF_PROGRAMS, ROLES, WHOSE
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.roles import SCOPES
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/staff/rights")
def rights(visitor: who.SeesRights, db: Db) -> Response:
    """Role by action, each cell with whose; the visitor's own column is marked. Below
    it, what the scopes of programs' keys open."""
    return page(
        "desk/rights/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        roles=ROLES,
        groups=GROUPS,
        may=MAY,
        whose=WHOSE,
        scopes=SCOPES,
        of_programs=OF_PROGRAMS,
        opens=OPENS,
    )
