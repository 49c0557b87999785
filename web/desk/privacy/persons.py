"""One person's data: found, handed out to whoever asked for it, erased."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import Path, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session

from reports.people.sessions import Visitor
from reports.privacy import audit, file
from reports.privacy.above import above
from reports.privacy.disclose import NobodyThere, hand_out, look_at
from reports.privacy.erase_person import ShownOtherwise, erase_person, seal
from reports.privacy.persons import find
from reports.privacy.tables import PLACES
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db, Id
from web.kit.errors import Gone
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

PAGE: Final = "/staff/privacy/people"
ONE: Final = f"{PAGE}/{{kind}}/{{person_id}}"
Kind = Annotated[Literal["resident", "caller"], Path()]
_LONGEST: Final = 200
_NOBODY: Final = "この人について持っているものは、ありません(消去されたか、期間が過ぎました)。"


@router.post(PAGE)
def search(visitor: who.KeepsPrivacy, form: Form, db: Db) -> Response:
    """Field: who (a LINE user id, a ticket's number, a telephone number or a mail address). Posted,
    so that it stands in no address."""
    typed = form.words("who", most=_LONGEST)
    found = find(db, typed)
    for each in found:
        audit.tell(db, visitor.actor, "found", {each.kind: each.id})
    return page(
        "desk/privacy/found.html",
        status=200 if found else 404,
        visitor=visitor,
        quota=quota.notice(db),
        typed=typed,
        found=found,
    )


@router.get(ONE)
def one(kind: Kind, person_id: Id, visitor: who.KeepsPrivacy, db: Db) -> Response:
    """How much there is of everything of theirs. Raises Gone."""
    return _page(db, visitor, kind, person_id, "desk/privacy/person.html")


@router.post(f"{ONE}/export")
def export(kind: Kind, person_id: Id, visitor: who.KeepsPrivacy, form: Form) -> StreamingResponse:
    """All of it as a file. Raises Gone, FilesAway."""
    try:
        with transaction() as db:
            told = hand_out(db, above(), kind, person_id, visitor.actor)
    except NobodyThere:
        raise Gone(_NOBODY) from None
    return _as_file(file.name_of(told.at), file.pieces(told))


@router.get(f"{ONE}/erase")
def look_first(kind: Kind, person_id: Id, visitor: who.KeepsPrivacy, db: Db) -> Response:
    """What goes, what stays, and why. Raises Gone."""
    return _page(db, visitor, kind, person_id, "desk/privacy/erase.html")


@router.post(f"{ONE}/erase")
def erase(kind: Kind, person_id: Id, visitor: who.KeepsPrivacy, form: Form) -> Response:
    """Field: seen, the seal of what was shown. Raises Gone."""
    shown = form.words("seen")
    try:
        with transaction() as db:
            erase_person(db, above(), kind, person_id, visitor.actor, shown=shown)
    except NobodyThere:
        raise Gone(_NOBODY) from None
    except ShownOtherwise:
        with transaction() as db:
            where = "desk/privacy/erase.html"
            return _page(db, visitor, kind, person_id, where, status=409)
    return RedirectResponse(f"{PAGE}/erased", 303)


@router.get(f"{PAGE}/erased")
def erased(visitor: who.KeepsPrivacy) -> Response:
    """It is done."""
    return page("desk/privacy/erased.html", visitor=visitor)


def _page(
    db: Session, visitor: Visitor, kind: Kind, person_id: int, template: str, *, status: int = 200
) -> Response:
    try:
        told = look_at(db, above(), kind, person_id)
    except NobodyThere:
        raise Gone(_NOBODY) from None
    sections = told.sections
    return page(
        template,
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        told=told,
        goes=[each for name, each in sections.items() if PLACES[name].erased == "goes"],
        emptied=[each for name, each in sections.items() if PLACES[name].erased == "emptied"],
        stays=[(_WHY[name], each) for name, each in sections.items() if name in _WHY],
        here=f"{PAGE}/{kind}/{person_id}",
        seen=seal(told),
        changed=status == 409,
    )


def _as_file(name: str, pieces: Iterator[bytes]) -> StreamingResponse:
    """Begun before it is answered, so that a photo store that is away is said."""
    first = next(pieces, b"")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(chain([first], pieces), media_type="application/zip", headers=headers)


_WHY: Final = {
    "pauses": "消去で停止が解けないように、人を指さない記号で残ります。",
    "crew_links": "作業班の人としての連携です。「利用者」の画面で外します。",
    "crew_link_tries": "1時間で消えます。",
    "notes": "職員が書いた経緯の記録です。本人のことが書かれていないか、読んで確かめてください。",
}
"""What erasing leaves, and why: as `PLACES` has it."""
