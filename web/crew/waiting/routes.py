"""What waits on this phone: the page is the same for everybody, the phone fills it."""

from fastapi import Response

from web.auth import who
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/crew/waiting")
def waiting(visitor: who.GoesOut) -> Response:
    """Also what is shown for a page that the phone does not have."""
    return page("crew/waiting/page.html", visitor=visitor)
