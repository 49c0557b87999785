"""What waits behind the entries of the desk's menu, asked for once a page is there."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.actions import authorities
from reports.city.clock import today
from reports.discard import lists as discard_lists
from reports.orders import queries as orders
from reports.people import keys
from reports.people.permissions import Do, limited_to
from reports.people.sessions import Visitor
from reports.tickets.callers import count_of_call_backs
from reports.tickets.views import View, counts, views
from reports.webhooks import endpoints
from web.auth import who
from web.kit.deps import Db
from web.kit.news import answered, unchanged
from web.kit.router import Router
from web.maps.filters import Filters

router = Router(include_in_schema=False)

_WAITS: Final[Mapping[str, tuple[Do, Callable[[Session, Sequence[str] | None], int]]]] = {
    "/staff/authorities": (Do.AUTHORITIES, lambda db, _: authorities.count_to_tell(db)),
    "/staff/calls": (Do.CALL, count_of_call_backs),
    "/staff/orders": (Do.ORDER, lambda db, _: orders.to_check(db)),
    "/staff/keys": (Do.KEYS, lambda db, _: keys.count_wanting(db)),
    "/staff/discard": (Do.DISCARD, lambda db, _: discard_lists.waiting(db)),
    "/staff/webhooks": (Do.WEBHOOKS, lambda db, _: endpoints.troubled(db)),
}
MOST_COUNTED: Final = 999
"""Of more, a menu says only that there are more."""


@router.get("/staff/menu.json")
def menu(request: Request, visitor: who.IsAtDesk, db: Db) -> Response:
    """`badges`: how much waits, by the entry's address; `views`: those that are kept, each with its
    id, name, query, and how `many` tickets are in it, as of MOST_COUNTED; null where its conditions
    are not understood any more. 304 while nothing has changed."""
    badges = {
        address: count(db, limited_to(visitor.actor, do))
        for address, (do, count) in _WAITS.items()
        if visitor.may(do)
    }
    kept = views(db, visitor.user_id, visitor.departments) if visitor.may(Do.VIEWS) else []
    names = [(view.id, view.name, view.query) for view in kept]
    tag = unchanged(request, db, f"{visitor.user_id}|{today()}|{badges}|{names}")

    def counted() -> Response:
        told = {"badges": badges, "most": MOST_COUNTED, "views": _views(db, visitor, kept)}
        return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")

    return answered(tag.text, tag.is_known, counted)


def _views(db: Session, visitor: Visitor, kept: list[View]) -> list[dict[str, Any]]:
    read = [view for view in kept if Filters.is_read(view.query)]
    wanted = [Filters.read(view.query).found(db, visitor) for view in read]
    many = dict(zip((view.id for view in read), counts(db, wanted, MOST_COUNTED), strict=True))
    return [
        {"id": view.id, "name": view.name, "query": view.query, "many": many.get(view.id)}
        for view in kept
    ]
