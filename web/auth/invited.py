"""Coming in for the first time, or with a new password, by a one-time link: /invited/…"""

from typing import Annotated, Final

from fastapi import Depends, Request, Response

from reports.actions.invite import LONGEST_NAME, Refused, accept
from reports.people import emergency, invitations, passwords
from reports.people.invitations import Ended
from reports.people.models import User
from reports.people.permissions import Role
from store.database import transaction
from web.auth.door import Asking
from web.auth.plain_forms import posted_plainly, refuse_strangers_form
from web.auth.second import step
from web.kit import roles
from web.kit.errors import Gone, NotFound
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

_GONE: Final = (
    "この招待のリンクは、もう使えません(1回だけ、72 時間まで使えます)。"
    "道路の担当課の管理者に、新しいリンクを頼んでください。すでに決めた人は、サインインしてください。"
)
_NONE: Final = "このページはありません。リンクの全部がコピーされているか、お確かめください。"


@router.get("/invited/{token}")
def ask(token: str) -> Response:
    """The form; looking at it uses nothing up, for programs look at links in mails, too."""
    return _form(token, _person(token))


@router.post("/invited/{token}")
def come(
    token: str, request: Request, asking: Asking, form: Annotated[Posted, Depends(posted_plainly)]
) -> Response:
    """Fields: shown_name, password. Signed in at once, and this browser is known."""
    refuse_strangers_form(request, "/invited/…")
    try:
        with transaction() as db:
            password = form.fields.get("password", "")
            person = accept(db, token, form.words("shown_name"), password)
            come = step.come_in(db, asking, person)
    except Refused as refused:
        return _form(token, _person(token), form.words("shown_name"), str(refused))
    except Ended as ended:
        raise Gone(_GONE) from ended
    return step.lead_on(come)


def _person(token: str) -> User:
    """Raises NotFound, Gone."""
    try:
        with transaction() as db:
            person = invitations.whose(db, token)
            is_useless = person is not None and not emergency.lets_in(db, person)
    except Ended as ended:
        raise Gone(_GONE) from ended
    if person is None:
        raise NotFound(_NONE)
    if is_useless:
        raise Gone(emergency.sentence())
    return person


def _form(token: str, person: User, typed: str | None = None, sentence: str = "") -> Response:
    is_new = not person.password
    kept = "" if is_new and person.shown_name == person.name else person.shown_name
    return page(
        "auth/invited.html",
        status=422 if sentence else 200,
        token=token,
        person=person,
        role=roles.NAMES[Role(person.role)],
        is_new=is_new,
        shown_name=kept if typed is None else typed,
        sentence=sentence,
        longest_name=LONGEST_NAME,
        shortest=passwords.SHORTEST,
        longest=passwords.LONGEST,
    )
