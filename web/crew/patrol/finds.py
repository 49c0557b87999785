"""What a crew finds on its patrol: photo, place and kind become a ticket, or one that is there."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import Query, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from geo.points import Point
from reports.actions.file import NewReport
from reports.actions.find import Done, find
from reports.actions.prove import NoProof, Shot, keep_told
from reports.city import profile
from reports.city.categories import Category
from reports.patrols import queries
from reports.people.permissions import NotTheirs
from reports.people.sessions import Visitor
from reports.photos.same_picture import is_same, look_of
from reports.routing.preview import ask
from reports.tickets import queries as tickets
from reports.tickets.duplicates import one_at_a_time, same_holes
from reports.tickets.numbers import number_in
from reports.tickets.read_models import Duplicate
from reports.tickets.status import MoveRefused
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.crew.patrol import typed
from web.kit import assets
from web.kit.deps import Db
from web.kit.errors import BadInput, Overtaken, Refusal
from web.kit.forms import Posted
from web.kit.moves import in_the_store
from web.kit.pages import fragment, page
from web.kit.points import point_in
from web.kit.proof import in_turn, refuse_unreadable
from web.kit.router import Router
from web.kit.shots import Seen, are_old, shots
from web.maps.base_map import first_look

router = Router(include_in_schema=False)

NEW: Final = "new"
_Photo = TypeVar("_Photo", int, Shot)


class There(BaseModel):
    """`point`: "lat, lon"; `category`: a key."""

    model_config = ConfigDict(extra="ignore")

    point: str = Field("", max_length=60)
    category: str = Field("", max_length=60)


class NearTheSame(Exception):
    """Tickets nearby that may be the same, and that whoever found it has not seen."""

    def __init__(self, found: Sequence[Duplicate]) -> None:
        super().__init__()
        self.found = found


@router.get("/crew/patrol/find")
def find_page(visitor: who.Patrols, db: Db) -> Response:
    """An empty form."""
    return _form(db, visitor)


@router.get("/crew/patrol/there.json")
def there_json(visitor: who.Patrols, db: Db, asked: Annotated[There, Query()]) -> Response:
    """What was reported at this point before, as `html`."""
    point = point_in(asked.point)
    category = _category(db, asked.category)
    near = _seen_by(db, visitor, _same(db, category, point))
    html = fragment("crew/patrol/near.html", near=near, typed={})
    return JSONResponse({"html": html}, headers={"Cache-Control": "no-store"})


@router.post("/crew/patrol/find")
async def write_down(visitor: who.Patrols, form: Form) -> Response:
    """Fields: photo, after (up to four together), place_N and taken_N of them (as of `shots`),
    point ("lat, lon"), accuracy, category, words, urgent, fixed ("yes"), done, told, why_far,
    same (a number, or "new"), known (numbers of tickets nearby that the page showed), looked ("no":
    the phone could not ask for them), done_at."""
    return await in_turn(form.photos, lambda: _written_down(visitor, form))


def _written_down(visitor: Visitor, form: Posted) -> Response:
    near: Sequence[Duplicate] = ()
    try:
        seen = refuse_unreadable(form.photos)
        old = _are_old(form, seen)
        with in_the_store(form.photos) as photos, transaction() as db:
            taken = shots(form, photos, seen, old)
            ticket_id = _find(db, visitor, form, photos, taken)
            keep_told(db, taken)
            found = tickets.ticket(db, id=ticket_id)
        number = found.ticket.number if found else ""
        return RedirectResponse(f"/crew/patrol?found={number}", 303)
    except NearTheSame as seen:
        near, status, sentence = seen.found, 409, _NEAR
    except NotTheirs:
        status, sentence = 409, _NOT_OURS
    except (Refusal, MoveRefused) as refused:
        status = refused.status if isinstance(refused, Refusal) else 409
        status, sentence = 422 if isinstance(refused, NoProof) else status, str(refused)
    with transaction() as db:
        return _form(db, visitor, filled=form.fields, status=status, sentence=sentence, near=near)


def _find(
    db: Session,
    visitor: Visitor,
    form: Posted,
    photos: Sequence[int],
    taken: Sequence[Shot],
) -> int:
    at = typed.moment(form)
    patrol_id = queries.id_at(db, visitor.user_id, at)
    if patrol_id is None:
        raise Overtaken("巡回中ではありません。巡回を始めてから、もう一度送ってください。")
    category, done = _category(db, form.fields.get("category", "")), _done(form, taken)
    place, source, accuracy = _place(form, taken)
    if ask(db, [place], category=category.key)[0].inside is False:
        raise BadInput("その場所は市の区域の外です。地図で場所を確かめてください。")
    one_at_a_time(db, category=category.key, place=place, radius_m=category.radius_m)
    words = form.words("words")
    report = NewReport(
        resident_id=None,
        draft_key=f"patrol-{visitor.user_id}-{typed.press(form)}",
        category=category.key,
        place=place,
        place_source=source,
        place_accuracy_m=accuracy,
        remarks=[(None, words)] if words else [],
        urgent=form.fields.get("urgent") == "yes",
        channel="patrol",
    )
    return find(
        db, patrol_id, report, visitor.actor, done, at=at,
        same_as=_same_as(db, form, category, place, report.draft_key),
        photo_ids=_of_field(form, photos, "photo"),
    )  # fmt: skip


def _are_old(form: Posted, seen: Seen) -> list[bool]:
    """Of each photo of the repair whether it is one of what was found, or one that the ticket had
    before; of the others it is not asked."""
    pairs = [*zip(seen, form.photos, form.photo_names, strict=True)]
    if form.fields.get("fixed") != "yes":
        return [False] * len(pairs)
    known = number_in(form.fields.get("same", ""))
    with transaction() as db:
        same = tickets.id_of(db, known) if known else None
    old = are_old(form, seen, same) if same else [False] * len(pairs)
    found = [(data, look_of(small)) for (_, small), data, name in pairs if name != "after"]
    for turn, ((_, small), data, name) in enumerate(pairs):
        mine = look_of(small)
        again = any(data == other or is_same(mine, look) for other, look in found)
        old[turn] = name == "after" and (old[turn] or again)
    return old


def _done(form: Posted, taken: Sequence[Shot]) -> Done:
    done, told = form.words("done", most=500), form.words("told", most=200)
    if form.fields.get("fixed") != "yes":
        return Done(told=told)
    why_far, after = form.words("why_far", most=300), _of_field(form, taken, "after")
    return Done(True, done, told, after, why_far)


def _of_field(form: Posted, photos: Sequence[_Photo], name: str) -> list[_Photo]:
    """Those of this field; where nothing was put right, all are of what was found."""
    fixed = form.fields.get("fixed") == "yes"
    pairs = zip(photos, form.photo_names, strict=True)
    return [one for one, field in pairs if (field == "after" and fixed) == (name == "after")]


def _place(form: Posted, taken: Sequence[Shot]) -> tuple[Point, str, float | None]:
    """The phone's place or what was chosen, else where a photo says that it was taken; and which,
    and how far it may be out in metres. Raises BadInput."""
    if form.fields.get("point", "").strip():
        return point_in(form.words("point")), "staff", typed.accuracy(form)
    for shot in taken:
        if shot.place:
            return shot.place, "exif", shot.accuracy_m or None
    raise BadInput("場所が分かりません。位置情報を許可するか、地図を押すか、座標を書いてください。")


def _same_as(
    db: Session, form: Posted, category: Category, place: Point, draft_key: str
) -> int | None:
    """The ticket that it is the same as. Raises NearTheSame, BadInput."""
    said = form.fields.get("same", "")
    if form.fields.get("looked") == "no" and said in ("", NEW):
        return None
    near = {one.number: one for one in _same(db, category, place)}
    if said and said != NEW:
        if said not in near:
            raise BadInput("その受付票は、もう終わったか動かされています。選び直してください。")
        return near[said].id
    unseen = set(near) - set(form.fields.get("known", "").split(","))
    if (unseen or (near and not said)) and not queries.is_found(db, draft_key):
        raise NearTheSame([*near.values()])
    return None


def _same(db: Session, category: Category, place: Point) -> list[Duplicate]:
    return same_holes(db, category=category.key, place=place, radius_m=category.radius_m)


def _seen_by(db: Session, visitor: Visitor, near: Sequence[Duplicate]) -> list[dict[str, Any]]:
    """Photos only of tickets that are this crew's to see; only those it can put right."""
    shown = []
    for one in near:
        found = tickets.ticket(db, id=one.id)
        department = found.ticket.department if found else None
        own = visitor.may_see(department.key if department else None)
        shown.append({"same": one, "own": own, "photo_id": one.photo_id if own else None})
    return shown


def _category(db: Session, key: str) -> Category:
    found = profile.offered(db).get(key)
    if found is None:
        raise BadInput("種類を選んでください。")
    return found


def _form(
    db: Session,
    visitor: Visitor,
    *,
    filled: Mapping[str, str] | None = None,
    status: int = 200,
    sentence: str = "",
    near: Sequence[Duplicate] = (),
) -> Response:
    return page(
        "crew/patrol/find.html",
        status=status,
        visitor=visitor,
        look=first_look(db),
        categories=profile.offered(db).values(),
        typed=filled or {},
        sentence=sentence,
        near=_seen_by(db, visitor, near),
        exif=assets.address_if_there("exifreader/exif-reader.js"),
    )


_NEAR: Final = "近くに、同じ種類の未完了の受付票があります。同じものかどうかを選んでください。"
_NOT_OURS: Final = (
    "この受付票は、ほかの課の担当です。「その場で直した」を外すと、「また見つけた」と記録できます。"
)
