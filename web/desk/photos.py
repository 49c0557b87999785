"""Photos on their way out: derived sizes to whoever may see them, originals to staff alone."""

from functools import lru_cache
from typing import Final

from fastapi import APIRouter, Response

from reports.people.permissions import Role
from reports.tickets import queries
from settings import settings
from store.database import transaction
from store.photo_files import Files, NoSuchFile, open_files
from web.auth.sessions import Anybody, Visitor
from web.kit.errors import NotFound

router = APIRouter(include_in_schema=False)

_KEEP: Final = "private, max-age=3600"
_NONE: Final = "この写真はありません。"
_LARGEST_ID: Final = 2**63 - 1
# first bytes -> what browsers may take an original for; anything else is only saved
_MARKS: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
)


@router.get("/staff/photos/{photo_id}/{size}")
def staff_photo(photo_id: int, size: str, visitor: Anybody) -> Response:
    """For staff every photo, for a crew those of its department's tickets, without originals."""
    sizes = ("small", "large", "original") if visitor.role is Role.STAFF else ("small", "large")
    if size not in sizes:
        raise NotFound(_NONE)
    data = _bytes_of(photo_id, size, visitor)
    return _original(photo_id, data) if size == "original" else picture(data)


def picture(data: bytes) -> Response:
    """A derived JPEG, which carries no EXIF."""
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": _KEEP})


def derived(photo_id: int, size: str) -> bytes:
    """The JPEG of this size, whoever asks. Raises NotFound, FilesAway."""
    return _bytes_of(photo_id, size, None)


def photo_store() -> Files:
    """The city's photo store, opened once."""
    return _opened(settings().photo_store_url)


@lru_cache(maxsize=1)
def _opened(url: str) -> Files:
    return open_files(url)


def _bytes_of(photo_id: int, size: str, visitor: Visitor | None) -> bytes:
    if not 0 < photo_id <= _LARGEST_ID:
        raise NotFound(_NONE)
    with transaction() as db:
        keys = queries.photo_keys(db, photo_id)
    if keys is None or (visitor and not _may_see(visitor, keys.department)):
        raise NotFound(_NONE)
    key = getattr(keys, size)
    try:
        return photo_store().get(key or "")
    except NoSuchFile as gone:
        raise NotFound(_NONE) from gone


def _may_see(visitor: Visitor, department: str | None) -> bool:
    return visitor.role is Role.STAFF or visitor.department == department


def _original(photo_id: int, data: bytes) -> Response:
    """Bytes of a stranger: saved, never drawn as a page of ours."""
    kinds = [kind for at, mark, kind in _MARKS if data[at : at + len(mark)] == mark]
    kind = kinds[0] if kinds else "application/octet-stream"
    ending = kind.partition("/")[2] if kinds else "bin"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="michi-{photo_id}.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type=kind, headers=headers)
