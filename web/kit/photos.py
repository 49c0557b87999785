"""The city's photo store, as pages read it and forms write to it."""

from typing import Final

from fastapi import Response

from reports.people.sessions import Visitor
from reports.photos.photo_store import photo_store
from reports.tickets import queries
from reports.tickets.read_models import PhotoKeys
from store.database import transaction
from store.photo_files import NoSuchFile
from web.kit.errors import Gone, NotFound

NO_PHOTO: Final = "この写真はありません。"
_NO_MORE: Final = (
    "この写真は公開を終えました。受付票の保存期間が過ぎたためです。"
    " / This photo is no longer shown: its ticket was closed long ago."
)
_ORIGINAL_GONE: Final = (
    "送られたままの写真は、保存期間が過ぎたため消えました。小さくした写真は残っています。"
)
_HOUR: Final = 3600
_LARGEST_ID: Final = 2**63 - 1


def picture(data: bytes, ends_in: int = _HOUR) -> Response:
    """A derived JPEG, which carries no EXIF; nobody keeps it longer than for an hour, or than its
    address holds (seconds)."""
    keep = f"private, max-age={min(_HOUR, ends_in)}"
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": keep})


def bytes_of(
    photo_id: int, size: str, visitor: Visitor | None, *, of_forgotten: bool = True
) -> bytes:
    """This file of a photo that the visitor may see; None: whoever asks has its address from us.
    `of_forgotten`: also once those who reported its ticket are not known any more.

    Raises NotFound, Gone, FilesAway.
    """
    if not 0 < photo_id <= _LARGEST_ID:
        raise NotFound(NO_PHOTO)
    with transaction() as db:
        keys = queries.photo_keys(db, photo_id)
    if keys is None or not _may_see(keys, visitor):
        raise NotFound(NO_PHOTO)
    if keys.forgotten and not of_forgotten:
        raise Gone(_NO_MORE)
    key = getattr(keys, size)
    if key is None and size == "original":
        raise Gone(_ORIGINAL_GONE)
    try:
        return photo_store().get(key or "")
    except NoSuchFile as gone:
        raise NotFound(NO_PHOTO) from gone


def _may_see(keys: PhotoKeys, visitor: Visitor | None) -> bool:
    if visitor is None:
        return not keys.noted
    return keys.filed and visitor.may_see(keys.department)
