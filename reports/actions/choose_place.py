"""A resident says which place it is: the one that was sent, or their photo's."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.people.permissions import RESIDENT
from reports.photos.place_conflict import place_in_doubt
from reports.tickets import events, history
from reports.tickets.lock import changed, locked
from reports.tickets.models import Photo, Report, Ticket
from store.tasks import later


def say_which_place(
    db: Session, *, ticket_id: int, resident_id: int, photo_id: int, at_photo: bool
) -> None:
    """They have said which it is. At its photo's place the ticket is routed again, by a worker."""
    ticket, doubt = locked(db, ticket_id), place_in_doubt(db, ticket_id, resident_id)
    if doubt is None or doubt.photo_id != photo_id:
        return
    chosen = "photo" if at_photo else "sent"
    said = events.PlaceSaid(chosen, photo_id, round(doubt.metres))
    history.write(db, ticket_id, RESIDENT, said)
    if at_photo:
        _move_to_photo(db, ticket_id, photo_id)
        later(db, "route_ticket", ticket_id=ticket_id)
    changed(db, ticket)


def note_as_sent(db: Session, ticket_id: int) -> None:
    """They said so before the report was filed."""
    history.write(db, ticket_id, RESIDENT, events.PlaceSaid("sent"))


def _move_to_photo(db: Session, ticket_id: int, photo_id: int) -> None:
    """Whose road the other place is at says nothing about this one."""
    photo = db.get_one(Photo, photo_id)
    its_place = select(Photo.exif_place).where(Photo.id == photo_id).scalar_subquery()
    db.execute(update(Ticket).where(Ticket.id == ticket_id).values(place=its_place))
    db.execute(
        update(Report)
        .where(Report.id == photo.report_id)
        .values(
            place=its_place,
            place_source="exif",
            place_accuracy_m=photo.exif_accuracy_m,
            place_message_id=photo.line_message_id,
            owner_said=None,
        )
    )
