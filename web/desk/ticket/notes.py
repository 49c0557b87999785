"""Notes at the desk: written for somebody or for the record, and seen to."""

import re
from typing import Final

from fastapi import Response

from reports.actions.note import note, see_to
from web.auth import who
from web.auth.csrf import Form
from web.desk.ticket.page import done
from web.kit.deps import Id
from web.kit.errors import BadInput
from web.kit.moves import in_the_store
from web.kit.proof import in_turn, refuse_unreadable
from web.kit.router import Router
from web.kit.tickets import acting_on

router = Router(include_in_schema=False)

_TO: Final = re.compile(r"user:([0-9]{1,9})|department:([\w-]{1,60})")


@router.post("/staff/tickets/{number}/notes")
async def write_note(number: str, visitor: who.Notes, form: Form) -> Response:
    """Fields: memo (the words), to ("", "user:" and an id, or "department:" and a key), photo (up
    to four, each of which can be read)."""

    def write() -> str:
        words, to = form.words("memo"), form.fields.get("to", "")
        if not words:
            raise BadInput("メモを書いてください。")
        chosen = _TO.fullmatch(to)
        if to and not chosen:
            raise BadInput("宛先を選んでください。")
        user, department = chosen.groups() if chosen else (None, None)
        refuse_unreadable(form.photos)
        with in_the_store(form.photos) as photos, acting_on(number) as (db, id):
            note(
                db,
                id,
                visitor.actor,
                words,
                user_id=int(user) if user else None,
                department=department,
                photo_ids=photos,
                key=form.key,
            )
        return "#notes"

    return await in_turn(form.photos, lambda: done(write, visitor, number, form))


@router.post("/staff/tickets/{number}/notes/{note_id}/done")
def note_is_done(number: str, note_id: Id, visitor: who.Notes, form: Form) -> Response:
    """It waits no more."""

    def end() -> str:
        with acting_on(number) as (db, id):
            see_to(db, id, note_id, visitor.actor)
        return "#notes"

    return done(end, visitor, number, form)
