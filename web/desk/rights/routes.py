"""/staff/rights: the table of permissions as it holds, to be read and printed."""

from fastapi import APIRouter, Response

from reports.people.permissions import MAY
from web.auth import who
from web.desk import quota
from web.desk.rights.words import GROUPS, ROLES, WHOSE
from web.kit.deps import Db
from web.kit.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/staff/rights")
def rights(visitor: who.SeesRights, db: Db) -> Response:
    """Role by action, each cell with whose; the visitor's own column is marked."""
    return page(
        "desk/rights/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        roles=ROLES,
        groups=GROUPS,
        may=MAY,
        whose=WHOSE,
    )
