"""A crew member's own LINE account: linked by a one-time code, and let go again."""

from datetime import timedelta
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.outbox import quota
from reports.people import crew_links
from reports.people.crew_links import CODE_LIVES, Code
from reports.people.link_codes import ORDER
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.crew.line.chat_link import chat_link
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.qr import qr
from web.kit.router import Router

router = Router(include_in_schema=False)

_MINUTES: Final = CODE_LIVES // timedelta(minutes=1)
_TOO_MANY: Final = "コードを何回も出したため、1時間ほど出せません。しばらく待ってください。"


@router.get("/crew/line")
def line_page(visitor: who.GoesOut, db: Db, ended: str = "") -> Response:
    """Whether they are linked, how it is done and what it is good for."""
    return _page(db, visitor, ended=bool(ended))


@router.post("/crew/line/code")
def give_code(visitor: who.GoesOut, form: Form) -> Response:
    """A code, shown only in this answer; 409 where they are linked, 429 after too many."""
    with transaction() as db:
        if crew_links.link_of_user(db, visitor.user_id):
            return _page(db, visitor, status=409)
        code = crew_links.new_code(db, visitor.user_id)
        if code is None:
            return _page(db, visitor, status=429, sentence=_TOO_MANY)
        return _page(db, visitor, code=code)


@router.post("/crew/line/end")
def end_link(visitor: who.GoesOut, form: Form) -> Response:
    """No words of the crew's go to their LINE from now on; pressed twice it is the same."""
    with transaction() as db:
        crew_links.unlink(db, visitor.user_id)
    return RedirectResponse("/crew/line?ended=1", 303)


def _page(
    db: Session,
    visitor: Visitor,
    *,
    status: int = 200,
    code: Code | None = None,
    sentence: str = "",
    ended: bool = False,
) -> Response:
    account, sent = quota.basic_id(db), f"{ORDER} {code.code}" if code else ""
    chat = chat_link(account, sent) if code and account else ""
    return page(
        "crew/line/page.html",
        status=status,
        visitor=visitor,
        linked=crew_links.link_of_user(db, visitor.user_id),
        code=code,
        sent=sent,
        chat=chat,
        qr=qr(chat) if chat else "",
        minutes=_MINUTES,
        sentence=sentence,
        ended=ended,
    )
