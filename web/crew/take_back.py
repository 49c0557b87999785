"""A crew takes back what it has just told, or lets it be told at once."""

from urllib.parse import quote

from fastapi import Response
from fastapi.responses import RedirectResponse

from reports.actions.take_back import TooLate, give_up, take_back
from web.auth import who
from web.auth.csrf import Form
from web.crew.ticket.answers import CrewRoute
from web.kit.errors import NotFound, Overtaken
from web.kit.forms import id_in
from web.kit.router import Router
from web.kit.tickets import acting_on

router = Router(include_in_schema=False, route_class=CrewRoute)


@router.post("/crew/tickets/{number}/take-back")
def undo(number: str, visitor: who.GoesOut, form: Form) -> Response:
    """Fields: work (as of `Undoable`), act (undo; keep: who waits to hear of it hears now).

    409 where it is too late, with the sentence.
    """
    work = id_in(form.fields.get("work", ""))
    try:
        with acting_on(number) as (db, id):
            if form.fields.get("act") == "keep":
                give_up(db, work, visitor.actor)
                return RedirectResponse("/crew/", 303)
            if take_back(db, work, visitor.actor) != id:
                raise NotFound("この受付票に、取り消すものはありません。")
    except TooLate as late:
        raise Overtaken(str(late)) from late
    return RedirectResponse(f"/crew/tickets/{quote(number)}?undone=1", 303)
