"""The forms that give a ticket another place, another kind, another department."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from geo.points import NoPosition, Point
from reports.actions.assign import assign, decide_again, not_ours
from reports.actions.recategorise import change_category as recategorise
from reports.actions.relocate import relocate
from reports.city import profile
from reports.people.sessions import Visitor
from reports.tickets.read_models import TicketSummary
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.desk.ticket.page import done
from web.kit import labels
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted
from web.kit.tickets import department_key, held, point_words

router = APIRouter(include_in_schema=False)

BY_RULES: Final = "@rules"
NOT_OURS: Final = "@not-ours"


@router.post("/staff/tickets/{number}/place")
def move_point(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: point ("lat, lon" as maps show it), why, seen (the point the page showed)."""

    def move() -> str:
        point, note = point_in(form.words("point")), form.words("why")
        with _unchanged(visitor, number, form, point_words) as (db, ticket):
            relocate(db, ticket.id, point, visitor.actor, note)
        return "?changed=place"

    return done(move, visitor, number, form)


@router.post("/staff/tickets/{number}/category")
def change_category(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: category (a key), seen (the key the page showed)."""

    def change() -> str:
        key = form.fields.get("category", "")
        with _unchanged(visitor, number, form, lambda ticket: ticket.category) as (db, ticket):
            if key not in profile.offered(db):
                raise BadInput("種類を選んでください。")
            recategorise(db, ticket.id, key, visitor.actor)
        return "?changed=category"

    return done(change, visitor, number, form)


@router.post("/staff/tickets/{number}/department")
def change_department(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: department (a key, BY_RULES or NOT_OURS), why, seen (whose the page said it was)."""

    def change() -> str:
        to, note = form.fields.get("department", ""), form.words("why")
        with _unchanged(visitor, number, form, department_key) as (db, ticket):
            if not to:
                raise BadInput("どこの担当にするかを選んでください。")
            if to == BY_RULES:
                decide_again(db, ticket.id, visitor.actor, note)
            elif to == NOT_OURS:
                not_ours(db, ticket.id, visitor.actor, note)
            else:
                assign(db, ticket.id, to, visitor.actor, note)
        return "?changed=department"

    return done(change, visitor, number, form)


def point_in(typed: str) -> Point:
    """A point as typed: latitude first, or what cannot be one second. Raises BadInput."""
    plain = unicodedata.normalize("NFKC", typed).replace("、", ",")
    numbers = [float(number) for number in _NUMBER.findall(plain)]
    if len(numbers) != 2 or _NUMBER.sub("", plain).strip(" ,()°\n\t"):
        raise BadInput("緯度と経度を「35.70150, 139.52460」のように書いてください。")
    lat, lon = sorted(numbers, key=abs) if abs(numbers[0]) > _MOST_LAT else numbers
    try:
        return Point(lon, lat)
    except NoPosition:
        raise BadInput("その緯度と経度の場所はありません。数字を確かめてください。") from None


@contextmanager
def _unchanged(
    visitor: Visitor, number: str, form: Posted, look: Callable[[TicketSummary], str]
) -> Iterator[tuple[Session, TicketSummary]]:
    """One commit on a ticket that is still what the page showed. Raises NotFound, Overtaken."""
    with transaction() as db:
        ticket = held(db, visitor, number)
        if look(ticket) != form.fields.get("seen", ""):
            whose = ticket.department.name if ticket.department else labels.NOBODY
            raise Overtaken(
                "画面を開いている間に、ほかの人が変えました"
                f"(いまの担当: {whose})。内容を確かめてから、もう一度送ってください。"
            )
        yield db, ticket


_NUMBER: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,15})?(?![\d.])")
_MOST_LAT: Final = 90.0
