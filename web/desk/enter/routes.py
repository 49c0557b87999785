"""What somebody tells by telephone becomes a ticket while they are still on the line."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from geo.named_places import FoundPlace, places
from geo.points import Point
from geo.written_points import point_in as point_in_words
from reports.actions.enter import ToldBy, enter, entered
from reports.actions.file import NewReport
from reports.city import profile
from reports.city.categories import Category
from reports.people.sessions import Visitor
from reports.routing.preview import ask
from reports.tickets import queries
from reports.tickets import words as said
from reports.tickets.duplicates import MOST_SAME, one_at_a_time, same_holes
from reports.tickets.neighbours import words_of
from reports.tickets.read_models import Duplicate
from reports.tickets.why_sentences import why_sentence
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit import labels
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.moves import in_the_store
from web.kit.pages import fragment, page
from web.kit.points import point_in
from web.kit.proof import in_turn, refuse_unreadable
from web.kit.router import Router
from web.maps.base_map import first_look

router = Router(include_in_schema=False)

NEW: Final = "new"


class Place(BaseModel):
    """`q`: what was said of the place; `point`: "lat, lon"; `category`: a key; `near`: "lat, lon",
    from where on roads are followed, else from the middle of the city."""

    model_config = ConfigDict(extra="ignore")

    q: str = Field("", max_length=200)
    point: str = Field("", max_length=60)
    near: str = Field("", max_length=60)
    category: str = Field("", max_length=60)


class NearTheSame(Exception):
    """Tickets nearby that may be the same, and that whoever wrote this down has not seen: as of
    `_near`."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        super().__init__()
        self.found = found


@router.get("/staff/new")
def enter_page(visitor: who.Files, db: Db) -> Response:
    """An empty form."""
    return _form(db, visitor)


@router.get("/staff/new/places.json")
def places_json(visitor: who.Files, db: Db, asked: Annotated[Place, Query()]) -> Response:
    """`places`: what the words of `q` may name, each with name, kind, lon, lat, `exact`, `outside`
    (written figures beyond the city's border); `outside` where figures are beyond any place."""
    found = [
        {
            "name": place.name,
            "kind": _KINDS[place.kind],
            "lon": place.point.lon,
            "lat": place.point.lat,
            "exact": place.is_exact,
            "outside": place.kind == "written" and _is_outside(db, place.point),
        }
        for place in _places(db, asked.q, asked.near)
    ]
    told = {"places": found, "outside": not found and _is_far_away(asked.q)}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _is_outside(db: Session, point: Point) -> bool:
    (answer,) = ask(db, [point], category=None)
    return answer.inside is False


def _is_far_away(words: str) -> bool:
    """Whether figures are written that are no place of this country."""
    try:
        point_in(words)
    except BadInput:
        return False
    return len(_POINTS.findall(words)) > 1


@router.get("/staff/new/there.json")
def there_json(visitor: who.Files, db: Db, asked: Annotated[Place, Query()]) -> Response:
    """What is at this point, as `html`: whose road, who gets it, what was reported there before."""
    point = point_in(asked.point)
    category = _category(db, asked.category) if asked.category else None
    html = fragment("desk/enter/there.html", labels=labels, **_there(db, point, category))
    return JSONResponse({"html": html}, headers={"Cache-Control": "no-store"})


@router.post("/staff/new")
async def enter_report(visitor: who.Files, form: Form) -> Response:
    """Fields: channel, place (words), point ("lat, lon"), category, words, urgent, same (a number,
    or "new"), known (numbers of tickets nearby that the page showed), name, phone, call_back, photo
    (up to four)."""
    return await in_turn(form.photos, lambda: _entered(visitor, form))


def _entered(visitor: Visitor, form: Posted) -> Response:
    near: Mapping[str, Any] = {}
    try:
        refuse_unreadable(form.photos)
        with in_the_store(form.photos) as photos, transaction() as db:
            ticket_id = _enter(db, visitor, form, photos)
            found = queries.ticket(db, id=ticket_id)
        number = found.ticket.number if found else ""
        what = "joined" if form.fields.get("same", NEW) not in ("", NEW) else "taken"
        return RedirectResponse(f"/staff/tickets/{number}?changed={what}", 303)
    except NearTheSame as seen:
        near, status, sentence = seen.found, 409, _NEAR
    except BadInput as refusal:
        status, sentence = refusal.status, refusal.sentence
    with transaction() as db:
        return _form(db, visitor, typed=form.fields, status=status, sentence=sentence, near=near)


def _enter(db: Session, visitor: Visitor, form: Posted, photos: Sequence[int]) -> int:
    category = _category(db, form.fields.get("category", ""))
    channel = form.fields.get("channel", "")
    if channel not in _CHANNELS:
        raise BadInput("どうやって届いたかを選んでください。")
    place, hint = _place(db, form), form.words("place", most=200)
    where = ask(db, [place], category=category.key)[0]
    if where.inside is False:
        raise BadInput("その場所は市の区域の外です。地図で場所を確かめてください。")
    one_at_a_time(db, category=category.key, place=place, radius_m=category.radius_m)
    draft_key = f"staff-{form.key or secrets.token_hex(16)}"
    if (ticket_id := entered(db, draft_key)) is not None:
        return ticket_id
    same_as = _same_as(db, form, category, place)
    words = form.words("words")
    report = NewReport(
        resident_id=None,
        draft_key=draft_key,
        category=category.key,
        place=place,
        place_source="staff",
        place_hint="" if point_in_words(hint) else hint,
        remarks=[(None, words)] if words else [],
        urgent=form.fields.get("urgent") == "yes",
        channel=channel,
    )
    told_by = _told_by(form)
    return enter(db, report, told_by, visitor.actor, same_as=same_as, photo_ids=photos)


def _told_by(form: Posted) -> ToldBy:
    told_by = ToldBy(
        name=form.words("name", most=80),
        phone=form.words("phone", most=80),
        call_back=form.fields.get("call_back") == "yes",
    )
    if told_by.call_back and not told_by.phone:
        raise BadInput("折り返しの電話番号を書いてください。")
    return told_by


def _place(db: Session, form: Posted) -> Point:
    """The point that was chosen; else the one place that the words name exactly."""
    if form.fields.get("point", "").strip():
        return point_in(form.words("point"))
    found = _places(db, form.words("place", most=200))
    if found and found[0].is_exact:
        return found[0].point
    raise BadInput("場所がまだ決まっていません。地図を押すか、候補から選んでください。")


def _same_as(db: Session, form: Posted, category: Category, place: Point) -> int | None:
    """The ticket that it is the same as. Raises NearTheSame, BadInput."""
    found = _same(db, category, place)
    near = {one.number: one for one in found[:MOST_SAME]}
    said = form.fields.get("same", "")
    if said and said != NEW:
        if said not in near:
            raise BadInput("その受付票は、もう終わったか動かされています。選び直してください。")
        return near[said].id
    unseen = set(near) - set(form.fields.get("known", "").split(","))
    if unseen or (near and not said):
        raise NearTheSame(_near(db, found, category, place))
    return None


def _same(db: Session, category: Category, place: Point) -> list[Duplicate]:
    """One more than are shown, where there are more."""
    radius, most = category.radius_m, MOST_SAME + 1
    return same_holes(db, category=category.key, place=place, radius_m=radius, limit=most)


def _there(db: Session, point: Point, category: Category | None) -> dict[str, Any]:
    (answer,) = ask(db, [point], category=category.key if category else None)
    near = _same(db, category, point) if category else []
    there = {"answer": answer, "category": category, "why_sentence": why_sentence}
    return there | (_near(db, near, category, point) if category else {"near": ()})


def _near(
    db: Session, found: Sequence[Duplicate], category: Category, point: Point
) -> dict[str, Any]:
    """Those nearest, what was written about each, and the list of all where there are more."""
    shown = found[:MOST_SAME]
    here = f"{point.lon:.6f},{point.lat:.6f}"
    return {
        "near": shown,
        "near_words": words_of(db, [one.id for one in shown]),
        "near_more": len(found) > len(shown),
        "near_list": urlencode({"category": category.key, "sort": "near", "near": here}),
    }


def _category(db: Session, key: str) -> Category:
    found = profile.offered(db).get(key)
    if found is None:
        raise BadInput("種類を選んでください。")
    return found


def _places(db: Session, words: str, near: str = "") -> list[FoundPlace]:
    look = first_look(db)
    here = point_in(near) if near else Point(look["lon"], look["lat"])
    return places(db, words, near=lambda: here)


def _form(
    db: Session,
    visitor: Visitor,
    *,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
    sentence: str = "",
    near: Mapping[str, Any] | None = None,
) -> Response:
    return page(
        "desk/enter/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        categories=profile.offered(db).values(),
        channels=_CHANNELS,
        typed=typed or {},
        sentence=sentence,
        **(near or {"near": ()}),
    )


_CHANNELS: Final = {
    key: name for key, name in said.CHANNELS.items() if key not in ("line", "open311")
}
_POINTS: Final = re.compile(r"[.．]\d")
_KINDS: Final = {
    "written": "座標", "address": "住所", "town": "町丁目", "crossing": "交差点",
    "landmark": "目印", "road": "道路",
}  # fmt: skip
_NEAR: Final = "近くに、同じ種類の未完了の受付票があります。同じものかどうかを選んでください。"
