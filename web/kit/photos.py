"""The city's photo store, as pages read it and forms write to it."""

from collections.abc import Callable
from typing import Final

from fastapi import Response

from reports.people.permissions import Do
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


def bytes_of(photo_id: int, size: str, visitor: Visitor) -> bytes:
    """This file of a photo that the visitor may see, as it came. `size`: "original" and
    so on, as `PhotoKeys` has them. Raises NotFound, Gone, FilesAway."""

    def key(keys: PhotoKeys) -> str | None:
        if not _may_see(keys, visitor):
            return None
        if size == "original" and keys.original is None:
            raise Gone(_ORIGINAL_GONE)
        return _file(keys, size)

    return _bytes(photo_id, key)


def bytes_outside(photo_id: int, size: str, *, of_forgotten: bool = True) -> bytes:
    """This file for somebody outside the city who has its address from us: what is covered on it is
    covered for them. `of_forgotten`: also once those who reported its ticket are not known any
    more. Raises NotFound, Gone, FilesAway."""

    def key(keys: PhotoKeys) -> str | None:
        if keys.noted or keys.hidden:
            return None
        if keys.forgotten and not of_forgotten:
            raise Gone(_NO_MORE)
        return _file(keys, f"outside_{size}")

    return _bytes(photo_id, key)


def bytes_released(photo_id: int, is_genuine: Callable[[int], bool], size: str) -> bytes:
    """The copy of a photo that strangers may see now; `is_genuine`: whether the address was given
    away for this redaction of it. Raises NotFound, Gone, FilesAway."""

    def key(keys: PhotoKeys) -> str | None:
        if keys.released is None or not is_genuine(keys.released):
            return None
        if keys.forgotten:
            raise Gone(_NO_MORE)
        return _file(keys, f"public_{size}")

    return _bytes(photo_id, key)


def _bytes(photo_id: int, key_in: Callable[[PhotoKeys], str | None]) -> bytes:
    if not 0 < photo_id <= _LARGEST_ID:
        raise NotFound(NO_PHOTO)
    with transaction() as db:
        keys = queries.photo_keys(db, photo_id)
    key = key_in(keys) if keys else None
    if not key:
        raise NotFound(NO_PHOTO)
    try:
        return photo_store().get(key)
    except NoSuchFile as gone:
        raise NotFound(NO_PHOTO) from gone


def _file(keys: PhotoKeys, size: str) -> str | None:
    found: str | None = getattr(keys, size)
    return found


def _may_see(keys: PhotoKeys, visitor: Visitor) -> bool:
    if keys.hidden and not visitor.may_with(Do.RELEASE, keys.department):
        return False
    return keys.filed and visitor.may_see(keys.department)
