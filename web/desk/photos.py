"""Photos for those who have signed in: derived sizes as they may see them, originals for staff."""

from typing import Final

from fastapi import APIRouter, Response

from reports.people.permissions import Do, may
from web.auth.sessions import Anybody
from web.kit.errors import NotFound
from web.kit.photos import NO_PHOTO, bytes_of, picture

router = APIRouter(include_in_schema=False)

_DERIVED: Final = ("small", "large")
# first bytes -> what browsers may take an original for; anything else is only saved
_MARKS: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
)


@router.get("/staff/photos/{photo_id}/{size}")
def staff_photo(photo_id: int, size: str, visitor: Anybody) -> Response:
    """For staff those of every ticket, for a crew those of its department's, without originals."""
    seen = (*_DERIVED, "original") if may(visitor.actor, Do.SEE_ORIGINALS, None) else _DERIVED
    if size not in seen:
        raise NotFound(NO_PHOTO)
    data = bytes_of(photo_id, size, visitor)
    return _original(photo_id, data) if size == "original" else picture(data)


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
