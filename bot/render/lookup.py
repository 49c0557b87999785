"""A ticket looked up for one resident: what they are to it, and whose pictures they may see."""

from collections.abc import Iterable

from bot.render.scene import Scene
from bot.render.ticket_view import Sight
from reports.photos.links import Size, photo_link
from reports.tickets import queries
from reports.tickets.read_models import PhotoSummary, TicketDetail


def look_at(scene: Scene, *, id: int | None = None, number: str | None = None) -> Sight | None:
    """The ticket as this resident sees it: with their own photo and the crew's, nobody else's."""
    page = queries.ticket(scene.db, id=id, number=number)
    if page is None:
        return None
    own = next((photo.id for photo in _shown(page, "report") if _is_theirs(photo, scene)), None)
    repaired = [photo.id for photo in _shown(page, "repair")][-1:]
    return _sight(scene, page, own, *repaired)


def look_at_neighbours(scene: Scene, id: int) -> Sight | None:
    """The ticket as somebody sees it who is about to report the same: with a neighbour's photo.

    Why that is right here and nowhere else: docs/decisions/0004.
    """
    page = queries.ticket(scene.db, id=id)
    if page is None:
        return None
    there = (photo.id for photo in _shown(page, "report") if not photo.withdrawn)
    return _sight(scene, page, next(there, None))


def _sight(scene: Scene, page: TicketDetail, before: int | None, after: int | None = None) -> Sight:
    ticket = page.ticket
    size: Size = "small" if before and after else "large"
    return Sight(
        page=page,
        standing=queries.standing(scene.db, ticket.id, scene.resident_id),
        words=scene.words,
        city_name=scene.city_name,
        now=scene.now,
        category=scene.category_name(ticket.category),
        before=photo_link(before, size) if before else None,
        after=photo_link(after, size) if after else None,
    )


def _shown(page: TicketDetail, of: str) -> Iterable[PhotoSummary]:
    return (photo for photo in page.photos if photo.state == "stored" and photo.of == of)


def _is_theirs(photo: PhotoSummary, scene: Scene) -> bool:
    return photo.resident_id is not None and photo.resident_id == scene.resident_id
