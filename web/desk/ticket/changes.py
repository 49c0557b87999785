"""The forms that give a ticket another place, another kind, another department."""

import re
from typing import Final

from fastapi import Response

from reports.actions.assign import assign, decide_again, not_ours
from reports.actions.put_in_charge import put_in_charge
from reports.actions.recategorise import recategorise
from reports.actions.relocate import relocate
from reports.actions.set_deadline import set_deadline
from reports.city import profile
from web.auth import who
from web.auth.csrf import Form
from web.desk.ticket.page import done
from web.kit.days import day_in
from web.kit.errors import BadInput
from web.kit.points import point_in
from web.kit.router import Router
from web.kit.tickets import acting_on, seen_on

router = Router(include_in_schema=False)

BY_RULES: Final = "@rules"
NOT_OURS: Final = "@not-ours"


@router.post("/staff/tickets/{number}/place")
def move_point(number: str, visitor: who.Relocates, form: Form) -> Response:
    """Fields: point ("lat, lon" as maps show it), why, seen (the point the page showed)."""

    def move() -> str:
        point, note = point_in(form.words("point")), form.words("why")
        with acting_on(number) as (db, id):
            relocate(db, id, point, visitor.actor, note, key=form.key, seen=seen_on(form))
        return "?changed=place"

    return done(move, visitor, number, form)


@router.post("/staff/tickets/{number}/category")
def change_category(number: str, visitor: who.Recategorises, form: Form) -> Response:
    """Fields: category (a key), seen (the key the page showed)."""

    def change() -> str:
        to = form.fields.get("category", "")
        with acting_on(number) as (db, id):
            if to not in profile.offered(db):
                raise BadInput("種類を選んでください。")
            recategorise(db, id, to, visitor.actor, key=form.key, seen=seen_on(form))
        return "?changed=category"

    return done(change, visitor, number, form)


@router.post("/staff/tickets/{number}/department")
def change_department(number: str, visitor: who.Assigns, form: Form) -> Response:
    """Fields: department (a key, BY_RULES or NOT_OURS), why, seen (whose the page said it was)."""

    def change() -> str:
        to, note = form.fields.get("department", ""), form.words("why")
        if not to:
            raise BadInput("どこの担当にするかを選んでください。")
        key, seen = form.key, seen_on(form)
        with acting_on(number) as (db, id):
            if to == BY_RULES:
                decide_again(db, id, visitor.actor, note, key=key, seen=seen)
            elif to == NOT_OURS:
                not_ours(db, id, visitor.actor, note, key=key, seen=seen)
            else:
                assign(db, id, to, visitor.actor, note, key=key, seen=seen)
        return "?changed=department"

    return done(change, visitor, number, form)


@router.post("/staff/tickets/{number}/deadline")
def change_deadline(number: str, visitor: who.SetsDeadlines, form: Form) -> Response:
    """Fields: day (ISO), why, seen (the day that the page showed, or "")."""

    def change() -> str:
        day, note = day_in(form.fields.get("day", "")), form.words("why")
        with acting_on(number) as (db, id):
            set_deadline(db, id, day, visitor.actor, note, key=form.key, seen=seen_on(form))
        return "?changed=deadline"

    return done(change, visitor, number, form)


@router.post("/staff/tickets/{number}/person")
def change_person(number: str, visitor: who.PutsInCharge, form: Form) -> Response:
    """Fields: person (an id, "" for nobody), seen (the id that the page showed, or "")."""

    def change() -> str:
        typed = form.fields.get("person", "")
        if typed and not _ID.fullmatch(typed):
            raise BadInput("担当者を選んでください。")
        with acting_on(number) as (db, id):
            person = int(typed) if typed else None
            put_in_charge(db, id, person, visitor.actor, key=form.key, seen=seen_on(form))
        return "?changed=person"

    return done(change, visitor, number, form)


_ID: Final = re.compile(r"[0-9]{1,9}")
