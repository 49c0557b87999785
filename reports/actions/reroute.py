"""What stands in the way of a ticket going elsewhere."""

from sqlalchemy.orm import Session

from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN, Status


class CannotReroute(Exception):
    """The message says why, in Japanese."""


def _open(db: Session, ticket_id: int) -> Ticket:
    ticket = locked(db, ticket_id)
    if Status(ticket.status) not in OPEN:
        raise CannotReroute(
            "終わった受付票の場所・種類・担当は変えられません。"
            "「再確認中」に戻してから変えてください。"
        )
    return ticket
