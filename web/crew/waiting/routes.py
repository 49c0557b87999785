"""What waits on this phone: the page is the same for everybody, the phone fills it."""

from fastapi import APIRouter, Response

from web.auth.sessions import Crew
from web.kit.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/crew/waiting")
def waiting(visitor: Crew) -> Response:
    """Also what is shown for a page that the phone does not have."""
    return page("crew/waiting/page.html", visitor=visitor)
