"""Staff know better where it is."""

from typing import Final

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.nearby import Whereabouts
from geo.points import Point
from reports.actions.admit import CannotReroute, Seen, opened
from reports.actions.route import route
from reports.people.permissions import Actor, Do
from reports.tickets import events, history
from reports.tickets.models import Ticket
from reports.tickets.queries import place_of

SAME_PLACE_M: Final = 0.1


def relocate(
    db: Session,
    ticket_id: int,
    point: Point,
    by: Actor,
    note: str = "",
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Staff know better where it is; the department follows.

    `seen`: the point as `Point.latitude_first`. Raises as `opened`.
    """
    to = (point.lon, point.lat)
    ticket = opened(
        db, ticket_id, by, Do.RELOCATE, key=key, seen=seen, now=_place,
        same=lambda did: isinstance(did, events.Relocated) and did.to == to,
    )  # fmt: skip
    if ticket is None:
        return
    where = areas_at(db, point)
    if where.outside and not note.strip():
        raise CannotReroute(_outside(where))
    lon, lat, metres = db.execute(_WAY, {"id": ticket_id, "to": point.wkt}).one()
    if metres < SAME_PLACE_M:
        raise CannotReroute(
            "いまの場所と同じです。地図のピンを動かすか、緯度と経度を書き直してください。"
        )
    relocated = events.Relocated((lon, lat), to, round(metres, 1), note=note.strip())
    history.write(db, ticket_id, by, relocated, key=key)
    db.execute(update(Ticket).where(Ticket.id == ticket_id).values(place=point.wkt))
    route(db, ticket_id, by)


def _place(db: Session, ticket: Ticket) -> str:
    return place_of(db, ticket.id).latitude_first


def _outside(where: Whereabouts) -> str:
    whose = f"その場所は{where.neighbour}です。" if where.neighbour else "その場所は市の外です。"
    return f"{whose}それでもこの場所にするときは、理由を書いてください。"


_WAY: Final = text("""
    SELECT ST_X(place), ST_Y(place), ST_Distance(place::geography, ST_GeomFromEWKT(:to)::geography)
    FROM tickets WHERE id = :id
""")
