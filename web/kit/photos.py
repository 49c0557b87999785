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
from web.kit.errors import NotFound

NO_PHOTO: Final = "この写真はありません。"
_KEEP: Final = "private, max-age=3600"
_LARGEST_ID: Final = 2**63 - 1


def picture(data: bytes) -> Response:
    """A derived JPEG, which carries no EXIF."""
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": _KEEP})


def bytes_of(photo_id: int, size: str, visitor: Visitor) -> bytes:
    """This file of a photo that the visitor may see, as it came. `size`: "original" and
    so on, as `PhotoKeys` has them. Raises NotFound, FilesAway."""
    return _bytes(photo_id, lambda keys: getattr(keys, size) if _may_see(keys, visitor) else None)


def bytes_outside(photo_id: int, size: str) -> bytes:
    """This file for somebody outside the city who has its address from us: what is covered on it is
    covered for them. Raises NotFound, FilesAway."""

    def key(keys: PhotoKeys) -> str | None:
        is_shown = not keys.noted and not keys.hidden
        return getattr(keys, f"outside_{size}") if is_shown else None

    return _bytes(photo_id, key)


def bytes_released(photo_id: int, is_genuine: Callable[[int], bool], size: str) -> bytes:
    """The copy of a photo that strangers may see now; `is_genuine`: whether the address was given
    away for this redaction of it. Raises NotFound, FilesAway."""

    def key(keys: PhotoKeys) -> str | None:
        is_theirs = keys.released is not None and is_genuine(keys.released)
        return getattr(keys, f"public_{size}") if is_theirs else None

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


def _may_see(keys: PhotoKeys, visitor: Visitor) -> bool:
    if keys.hidden and not visitor.may_with(Do.RELEASE, keys.department):
        return False
    return keys.filed and visitor.may_see(keys.department)
