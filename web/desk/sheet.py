"""A ticket on one page of paper, for the desk's printer and a crew's bag."""

from fastapi import Response

from reports.documents.sheet import pdf
from reports.documents.sheet.facts import facts_of
from reports.photos.photo_store import photo_store
from store.database import transaction
from web.auth import who
from web.kit.errors import NotFound
from web.kit.papers import as_paper
from web.kit.router import Router
from web.kit.tickets import ticket_for

router = Router(include_in_schema=False)


@router.get("/staff/tickets/{number}/sheet.pdf")
def ticket_sheet(number: str, visitor: who.Sees) -> Response:
    """A PDF of one A4 page: for staff of every ticket, for a crew of its department's.

    Raises NotFound, NoFont, FilesAway.
    """
    with transaction() as db:
        ticket = ticket_for(db, visitor, number).ticket
        facts = facts_of(db, ticket.id)
    if facts is None:
        raise NotFound("この番号の受付票はありません。番号をお確かめください。")
    return as_paper(pdf.draw(facts, photo_store()), facts.number)
