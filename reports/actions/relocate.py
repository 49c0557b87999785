"""Staff know better where it is."""

from typing import Final

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.nearby import Whereabouts
from geo.points import Point
from reports.actions.reroute import CannotReroute, _open
from reports.actions.route import route
from reports.people.permissions import Actor
from reports.tickets import events, history
from reports.tickets.models import Ticket

SAME_PLACE_M: Final = 0.1


def relocate(db: Session, ticket_id: int, point: Point, actor: Actor, note: str = "") -> None:
    """Staff know better where it is; the department follows. Raises NoSuchTicket, CannotReroute."""
    _open(db, ticket_id)
    where = areas_at(db, point)
    if where.outside:
        raise CannotReroute(_outside(where))
    lon, lat, metres = db.execute(_WAY, {"id": ticket_id, "to": point.wkt}).one()
    if metres < SAME_PLACE_M:
        raise CannotReroute(
            "いまの場所と同じです。地図のピンを動かすか、緯度と経度を書き直してください。"
        )
    to = (point.lon, point.lat)
    relocated = events.Relocated((lon, lat), to, round(metres, 1), note=note.strip())
    history.write(db, ticket_id, actor, relocated)
    db.execute(update(Ticket).where(Ticket.id == ticket_id).values(place=point.wkt))
    route(db, ticket_id, actor)


def _outside(where: Whereabouts) -> str:
    whose = f"その場所は{where.neighbour}です。" if where.neighbour else "その場所は市の外です。"
    return f"{whose}市の中の場所を選んでください。"


_WAY: Final = text("""
    SELECT ST_X(place), ST_Y(place), ST_Distance(place::geography, ST_GeomFromEWKT(:to)::geography)
    FROM tickets WHERE id = :id
""")
