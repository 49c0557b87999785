"""Collections for programs with keys, an address for each, so that each says what it asks for."""

from typing import Annotated, Final

from fastapi import Depends, Request, Response

from reports.people.keys import Key
from reports.people.permissions import Do
from web.auth.programs import opens
from web.kit.deps import Db
from web.kit.router import Router
from web.open.ogc.answers import only_form, private
from web.open.ogc.desk import PERSONAL, TICKETS
from web.open.ogc.serving import asked_of, collection_of, item_of, items_of

router = Router(include_in_schema=False)

OpenData = Annotated[Key, Depends(opens(Do.OPEN_DATA))]
Sees = Annotated[Key, Depends(opens(Do.SEE))]
_TICKETS: Final = "/ogc/collections/desk-tickets"
_PERSONAL: Final = "/ogc/collections/desk-tickets-personal"


@router.get(_TICKETS)
def tickets(request: Request, db: Db, key: OpenData, answer: Response) -> Response:
    """What the collection is. Raises Unusable."""
    only_form(request)
    return private(collection_of(db, TICKETS, request), answer)


@router.get(f"{_TICKETS}/items")
def ticket_items(request: Request, db: Db, key: OpenData, answer: Response) -> Response:
    """A page of the tickets of the key's departments. Raises Unusable."""
    return private(items_of(db, TICKETS, asked_of(TICKETS, request), request, key), answer)


@router.get(f"{_TICKETS}/items/{{number}}")
def ticket_item(number: str, request: Request, db: Db, key: OpenData, answer: Response) -> Response:
    """One of them. Raises NotFound, Unusable."""
    only_form(request)
    return private(item_of(db, TICKETS, number, request, key), answer)


@router.get(_PERSONAL)
def personal(request: Request, db: Db, key: Sees, answer: Response) -> Response:
    """What the collection is. Raises Unusable."""
    only_form(request)
    return private(collection_of(db, PERSONAL, request), answer)


@router.get(f"{_PERSONAL}/items")
def personal_items(request: Request, db: Db, key: Sees, answer: Response) -> Response:
    """A page of the same tickets, with words and photos. Raises Unusable."""
    return private(items_of(db, PERSONAL, asked_of(PERSONAL, request), request, key), answer)


@router.get(f"{_PERSONAL}/items/{{number}}")
def personal_item(number: str, request: Request, db: Db, key: Sees, answer: Response) -> Response:
    """One of them. Raises NotFound, Unusable."""
    only_form(request)
    return private(item_of(db, PERSONAL, number, request, key), answer)
