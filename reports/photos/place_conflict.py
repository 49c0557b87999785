"""A photo that was taken elsewhere than the place that was sent."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.points import Point, way
from reports.outbox import residents
from reports.tickets import events, history
from reports.tickets.models import IN_ORDER, Photo, Report, Ticket
from reports.tickets.read_models import PhotoElsewhere
from store import sql


def place_in_doubt(db: Session, ticket_id: int, resident_id: int) -> PhotoElsewhere | None:
    """The photo of their report that was taken elsewhere; None once they have said which place it
    is, or somebody works on the ticket, or has moved it."""
    facts = {"ticket": ticket_id, "resident": resident_id}
    row = db.execute(_SENT, facts).one_or_none()
    return photo_elsewhere(db, row.photos, Point(row.lon, row.lat)) if row else None


def let_card_go(db: Session, ticket_id: int) -> None:
    """The answer to whoever filed it need not wait: it is routed, and no photo is on its way."""
    coming = exists().where(
        Photo.report_id == Report.id, Report.ticket_id == ticket_id, Photo.state == "waiting"
    )
    routed = select(Ticket.id).where(Ticket.id == ticket_id, Ticket.routed_at.is_not(None), ~coming)
    if db.scalar(routed):
        residents.let_go(db, f"ticket:{ticket_id}")


_SENT: Final = text(f"""
    SELECT ST_X(r.place) AS lon, ST_Y(r.place) AS lat,
           ARRAY(SELECT p.id FROM photos p WHERE p.report_id = r.id
                 ORDER BY {IN_ORDER}) AS photos
    FROM reports r JOIN tickets t ON t.id = r.ticket_id
    WHERE t.id = :ticket AND r.resident_id = :resident AND r.withdrawn_at IS NULL
      AND r.place_source IN ('line', 'written') AND t.status = 'received'
      AND ST_Equals(t.place, r.place)
      AND NOT {history.has_happened(events.PlaceSaid)}
    ORDER BY r.id LIMIT 1
""")

FAR_APART_M: Final = 100.0


def photo_elsewhere(db: Session, photo_ids: Collection[int], place: Point) -> PhotoElsewhere | None:
    """The first of these photos that knows a place in the city more than FAR_APART_M away."""
    facts = {"ids": list(photo_ids), "lon": place.lon, "lat": place.lat, "far": FAR_APART_M}
    for photo_id, lon, lat, metres in sql.run(db, _ELSEWHERE, **facts):
        taken = Point(lon, lat)
        where = areas_at(db, taken)
        if not where.outside:
            found = way(place, taken)
            return PhotoElsewhere(photo_id, metres, where.town, where.town_en, found)
    return None


def note_photo_elsewhere(db: Session, photo_id: int) -> None:
    """A photo that came late tells of another place than its report: a line for staff."""
    row = db.execute(_LATE, {"photo": photo_id}).one_or_none()
    if row is None:
        return
    found = photo_elsewhere(db, [photo_id], Point(row.lon, row.lat))
    if found:
        elsewhere = events.PhotoElsewhere(photo_id, round(found.metres))
        history.write(db, row.ticket_id, None, elsewhere)


_LATE: Final = text("""
    SELECT r.ticket_id, ST_X(r.place) AS lon, ST_Y(r.place) AS lat
    FROM photos p JOIN reports r ON r.id = p.report_id
    WHERE p.id = :photo AND r.place IS NOT NULL AND r.place_source IN ('line', 'written')
""")
_ELSEWHERE: Final = """
    SELECT id, lon, lat, metres FROM (
        SELECT id, ST_X(exif_place) AS lon, ST_Y(exif_place) AS lat,
               ST_Distance(exif_place::geography,
                           ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography) AS metres
        FROM photos
        WHERE id = ANY(%(ids)s::bigint[]) AND state = 'stored' AND exif_place IS NOT NULL
    ) AS placed
    WHERE metres > %(far)s ORDER BY id
"""
