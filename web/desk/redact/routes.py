"""One photo at the desk: what of it is covered for others, and whether they may see it."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.orm import Session

from reports.actions.hide_photo import hide_photo, show_photo
from reports.actions.redact import NO_ORIGINAL, CannotRedact, redact, withhold
from reports.city import profile
from reports.people.permissions import Do, OnlyToSee
from reports.people.sessions import Visitor
from reports.photos import redaction
from reports.photos.redaction import BadPatches, patches_in, patches_of
from reports.tickets.photo_events import Patch
from reports.tickets.read_models import TicketDetail
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotAllowed, NotFound, Overtaken
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.photos import NO_PHOTO, bytes_of
from web.kit.proof import beside
from web.kit.router import Router
from web.kit.tickets import acting_on, ticket_for

router = Router(include_in_schema=False)

HERE: Final = "/staff/tickets/{number}/photos/{photo_id}"
MOST_WORDS: Final = 500
_DONE: Final = {
    "saved": "隠す範囲を保存しました。公開するかどうかは、まだ決まっていません。",
    "released": "公開してよいと決めました。",
    "withheld": "公開しないと決めました。",
    "hidden": "写真を隠しました。職員のほかは、だれも見られません。",
    "shown": "写真を、また見られるようにしました。",
}


@router.get(HERE)
def photo_page(
    number: str, photo_id: Id, visitor: who.Releases, db: Db, done: str = ""
) -> Response:
    """The photo with what is covered, and what is decided of it."""
    return _page(db, visitor, number, photo_id, done=done)


@router.get(f"{HERE}/faces")
async def faces_of(number: str, photo_id: Id, visitor: who.Releases) -> Response:
    """`faces`: where they may be, as [left, top, width, height]; `failed`: nobody could tell."""

    def answer() -> Response:
        from reports.photos.codec import faces  # with numpy, for those who cover

        with transaction() as db:
            _found(db, visitor, number, photo_id)
        try:
            return JSONResponse({"faces": faces.suggested(bytes_of(photo_id, "large", visitor))})
        except faces.NoSuggestions:
            return JSONResponse({"faces": [], "failed": True})

    return await beside(answer)


@router.post(f"{HERE}/patches")
def cover_them(number: str, photo_id: Id, visitor: who.Releases, form: Form) -> Response:
    """Fields: patches (JSON, see `patches_in`), seen (the redaction that the page showed), do
    ("release": strangers may see the rest), key."""
    release = form.fields.get("do") == "release"

    def act(db: Session) -> str:
        patches = patches_in(form.fields.get("patches", ""))
        redact(
            db, photo_id, patches, visitor.actor, release=release, seen=_seen(form), key=form.key
        )
        return "released" if release else "saved"

    return _answer(visitor, number, photo_id, form, act)


@router.post(f"{HERE}/withhold")
def withhold_it(number: str, photo_id: Id, visitor: who.Releases, form: Form) -> Response:
    """Fields: seen, key."""

    def act(db: Session) -> str:
        withhold(db, photo_id, visitor.actor, seen=_seen(form), key=form.key)
        return "withheld"

    return _answer(visitor, number, photo_id, form, act)


@router.post(f"{HERE}/hide")
def hide_it(number: str, photo_id: Id, visitor: who.Releases, form: Form) -> Response:
    """Fields: why, key."""

    def act(db: Session) -> str:
        why = form.words("why", most=MOST_WORDS)
        hide_photo(db, photo_id, visitor.actor, why=why, key=form.key)
        return "hidden"

    return _answer(visitor, number, photo_id, form, act)


@router.post(f"{HERE}/show")
def show_it(number: str, photo_id: Id, visitor: who.Releases, form: Form) -> Response:
    """Field: key."""

    def act(db: Session) -> str:
        show_photo(db, photo_id, visitor.actor, key=form.key)
        return "shown"

    return _answer(visitor, number, photo_id, form, act)


def _answer(
    visitor: Visitor, number: str, photo_id: int, form: Posted, act: Callable[[Session], str]
) -> Response:
    """Back to the photo; where it was refused, with what was drawn and why."""
    try:
        with acting_on(number) as (db, ticket_id):
            if redaction.ticket_of(db, photo_id) != ticket_id:
                raise NotFound(NO_PHOTO)
            done = act(db)
        return RedirectResponse(f"/staff/tickets/{number}/photos/{photo_id}?done={done}", 303)
    except (BadInput, Overtaken) as refusal:
        status, wrong = refusal.status, refusal.sentence
    except BadPatches as bad:
        status, wrong = 422, str(bad)
    except CannotRedact as cannot:
        status, wrong = 409, str(cannot)
    with transaction() as db:
        drawn = _drawn(form)
        return _page(db, visitor, number, photo_id, status=status, wrong=wrong, drawn=drawn)


def _drawn(form: Posted) -> list[Patch]:
    """What the refused form had on the photo."""
    try:
        return patches_in(form.fields.get("patches", "[]"))
    except BadPatches:
        return []


def _seen(form: Posted) -> int:
    """Raises BadInput."""
    seen = form.fields.get("seen", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        raise BadInput("画面が古くなっています。写真を開き直してください。")
    return int(seen)


def _found(
    db: Session, visitor: Visitor, number: str, photo_id: int
) -> tuple[TicketDetail, redaction.PhotoState]:
    """Raises NotFound, NotAllowed."""
    found = ticket_for(db, visitor, number)
    state = redaction.state_of(db, photo_id)
    if redaction.ticket_of(db, photo_id) != found.ticket.id or state is None:
        raise NotFound(NO_PHOTO)
    department = found.ticket.department
    if not visitor.may_with(Do.RELEASE, department.key if department else None):
        raise NotAllowed(str(OnlyToSee(Do.RELEASE)))
    return found, state


def _page(
    db: Session,
    visitor: Visitor,
    number: str,
    photo_id: int,
    *,
    status: int = 200,
    done: str = "",
    wrong: str = "",
    drawn: Sequence[Patch] = (),
) -> Response:
    from reports.photos.codec import faces

    found, photo = _found(db, visitor, number, photo_id)
    kept = set(patches_of(photo.patches))
    category = profile.category_names(db).get(found.ticket.category, found.ticket.category)
    return page(
        "desk/redact/page.html",
        status=status,
        visitor=visitor,
        ticket=found.ticket,
        category=category,
        photo=photo,
        photos=[one for one in found.photos if one.state in ("stored", "hidden")],
        here=f"/staff/tickets/{found.ticket.number}/photos/{photo.id}",
        done=_DONE.get(done, ""),
        wrong=wrong,
        drawn=[one for one in drawn if one not in kept],
        has_faces=photo.can_cover and faces.model() is not None,
        no_original=NO_ORIGINAL,
        shows_released=profile.shows_released(profile.profile(db)),
        most_words=MOST_WORDS,
        most_patches=redaction.MOST_PATCHES,
    )
