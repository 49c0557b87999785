"""What a phone asks so that it can work without signal, and what it is told to keep."""

from datetime import UTC
from typing import Annotated, Any, Final

from fastapi import Depends, Response
from fastapi.responses import JSONResponse

from reports.actions.note import note
from reports.city import profile
from reports.city.clock import today
from reports.patrols.queries import running
from reports.people.permissions import Do, Role
from reports.people.phones import is_shut_out, keep, whose
from reports.people.sessions import Visitor
from reports.tickets import lists
from reports.tickets.read_models import HistoryLine
from reports.tickets.status import moves_for
from reports.tickets.wanted import of_any
from settings import settings
from web.auth import who
from web.auth.csrf import Form
from web.auth.sessions import visitor_or_none
from web.auth.sign_in import FORGET_CACHED
from web.kit import assets
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.moves import in_the_store
from web.kit.news import short
from web.kit.pages import local_moment
from web.kit.proof import in_turn, refuse_unreadable
from web.kit.router import Router
from web.kit.tickets import acting_on, shown, ticket_for

router = Router(include_in_schema=False)

LONGEST_NAME: Final = 64
MOST_TICKETS: Final = 500
"""Of so many a phone is told; how many of them it keeps is the phone's own."""
_OTHERS: Final = ("desk/", "open/", "auth/", "contractor/")
"""Screens of others; the rest a crew's pages may load."""
_DEEPEST: Final = {"own": 16, "chosen": 17}
_NO_STORE: Final = {"Cache-Control": "no-store"}


@router.get("/crew/sw.js")
def service_worker() -> Response:
    """For everybody: it changes with every version, by which a browser knows a new one."""
    if not assets.has_offline_files():
        raise NotFound("この端末に置くものがありません。")
    body = f'import "{assets.address("crew/offline/worker.js")}";\n'
    return Response(body, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/crew/app.webmanifest")
def web_manifest() -> Response:
    """For everybody, as browsers ask for it without a session (W3C Web Application Manifest)."""
    body = {
        "id": "/crew/",
        "name": "Michi 作業班",
        "short_name": "Michi",
        "lang": "ja",
        "start_url": "/crew/",
        "scope": "/crew/",
        "display": "standalone",
        "background_color": "#14463a",
        "theme_color": "#14463a",
        "icons": [
            {"src": assets.address("kit/michi.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(_icon(size, purpose) for size in (192, 512) for purpose in ("any", "maskable")),
        ],
        "shortcuts": [{"name": "送信待ち", "url": "/crew/waiting"}],
    }
    return JSONResponse(
        body, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
    )


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = f"crew/offline/{'icon' if purpose == 'any' else 'maskable'}-{size}.png"
    return {
        "src": assets.address(name),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@router.get("/crew/offline/standing")
def standing(
    db: Db, visitor: Annotated[Visitor | None, Depends(visitor_or_none)], of: str = ""
) -> Response:
    """Who is signed in here, with a token for what they send now; and whether the person `of` (as
    of `phones.whose`) may not come in any more, so that the phone forgets what is theirs."""
    user_id = whose(db, of[:LONGEST_NAME]) if of else None
    ended = user_id is not None and is_shut_out(db, user_id)
    crew = visitor if visitor and visitor.may(Do.WORKLIST) else None
    body = {
        "person": crew.name_on_phone if crew else None,
        "csrf": crew.csrf if crew else None,
        "ended": ended,
    }
    forget = {"Clear-Site-Data": FORGET_CACHED} if ended else {}
    return JSONResponse(body, headers=_NO_STORE | forget)


@router.get("/crew/offline/pack")
def pack(visitor: who.GoesOut, db: Db) -> Response:
    """The department's open tickets in the order of work, each with a tag that changes with its
    page; whether they are on patrol; the files of every screen; where the pieces of the map are."""
    lines = []
    if visitor.departments:
        wanted = of_any(visitor.departments)
        lines = lists.page(db, wanted, lists.CREW, limit=MOST_TICKETS)
    if not visitor.phone_name:
        keep(db, visitor.user_id, visitor.name_on_phone)
    version, day = assets.manifest().version, today()
    body = {
        "person": visitor.name_on_phone,
        "version": version,
        "patrol": running(visitor.user_id) is not None,
        "tickets": [
            {
                "number": line.number,
                "tag": short(f"{line.updated_at}|{line.unread}|{version}|{day}"),
                "lon": line.lon,
                "lat": line.lat,
            }
            for line in lines
        ],
        "files": [assets.address(name) for name in assets.manifest().files if _is_of_crews(name)],
        "map": _map(),
    }
    return JSONResponse(body, headers=_NO_STORE)


def _is_of_crews(name: str) -> bool:
    return not name.startswith(_OTHERS) and not name.endswith(".png")


def _map() -> dict[str, Any]:
    chosen = settings().map_tiles_url
    if chosen:
        return {"address": chosen, "deepest": _DEEPEST["chosen"]}
    return {"address": "/map/city/{z}/{x}/{y}.mvt", "deepest": _DEEPEST["own"]}


@router.get("/crew/offline/tickets/{number}")
def as_it_is(number: str, visitor: who.GoesOut, db: Db) -> Response:
    """How the ticket stands now, to be shown beside what was done on the phone."""
    found = ticket_for(db, visitor, number)
    ticket = shown(found.ticket, profile.categories(db))
    moved = next((line for line in reversed(found.history) if line.to_status), None)
    repairs = [one.id for one in found.photos if one.of == "repair" and one.state == "stored"]
    body = {
        "number": ticket["number"],
        "category": ticket["category"],
        "place": ticket["place"],
        "status": ticket["status"],
        "status_text": ticket["status_text"],
        "tone": ticket["tone"],
        "change": found.ticket.change,
        "may": sorted(moves_for(Role.CREW, found.ticket.status)),
        "moved": _told(moved) if moved else None,
        "photo": f"/staff/photos/{repairs[-1]}/small" if repairs else None,
    }
    return JSONResponse(body, headers=_NO_STORE)


def _told(line: HistoryLine) -> dict[str, str]:
    at = line.at.astimezone(UTC).isoformat()
    return {"at": at, "moment": local_moment(line.at), "who": line.actor_name, "words": line.note}


@router.post("/crew/offline/tickets/{number}/note")
async def keep_as_note(number: str, visitor: who.Notes, form: Form) -> Response:
    """What cannot be done any more stays with the ticket. Fields: words, photo (up to four).

    Raises NotFound, BadInput, FilesAway.
    """
    return await in_turn(form.photos, lambda: _keep_as_note(number, visitor, form))


def _keep_as_note(number: str, visitor: Visitor, form: Posted) -> Response:
    words = form.words("words")
    if not words:
        raise BadInput("メモにする言葉がありません。")
    refuse_unreadable(form.photos)
    with in_the_store(form.photos) as photos, acting_on(number) as (db, id):
        note(db, id, visitor.actor, words, photo_ids=photos, key=form.key)
    return JSONResponse({"done": True, "number": number}, headers=_NO_STORE)
