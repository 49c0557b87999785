"""The city's photo store, as pages read it and forms write to it."""

from typing import Final

from fastapi import Response

from reports.people.sessions import Visitor
from reports.photos.photo_store import photo_store
from reports.tickets import queries
from reports.tickets.read_models import PhotoKeys
from store.database import transaction
from store.photo_files import NoSuchFile
from web.kit.errors import NotFound

NO_PHOTO: Final = "この写真はありません。"
_KEEP: Final = "private, max-age=3600"
_LARGEST_ID: Final = 2**63 - 1


def picture(data: bytes) -> Response:
    """A derived JPEG, which carries no EXIF."""
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": _KEEP})


def bytes_of(photo_id: int, size: str, visitor: Visitor | None) -> bytes:
    """This file of a photo that the visitor may see; None: whoever asks has its address from us.

    Raises NotFound, FilesAway.
    """
    if not 0 < photo_id <= _LARGEST_ID:
        raise NotFound(NO_PHOTO)
    with transaction() as db:
        keys = queries.photo_keys(db, photo_id)
    if keys is None or not _may_see(keys, visitor):
        raise NotFound(NO_PHOTO)
    key = getattr(keys, size)
    try:
        return photo_store().get(key or "")
    except NoSuchFile as gone:
        raise NotFound(NO_PHOTO) from gone


def _may_see(keys: PhotoKeys, visitor: Visitor | None) -> bool:
    if visitor is None:
        return not keys.noted
    return keys.filed and visitor.may_see(keys.department)
