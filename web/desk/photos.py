"""Photos for those who have signed in: derived sizes as they may see them, originals for staff."""

from typing import Final

from fastapi import Response

from reports.people.permissions import Do, may
from web.auth import who
from web.kit.errors import NotFound
from web.kit.first_bytes import media_type_of
from web.kit.photos import NO_PHOTO, bytes_of, picture
from web.kit.router import Router

router = Router(include_in_schema=False)

_DERIVED: Final = ("small", "large")


@router.get("/staff/photos/{photo_id}/{size}")
def staff_photo(photo_id: int, size: str, visitor: who.Sees) -> Response:
    """For staff those of every ticket, for a crew those of its department's, without originals.

    "public" is the copy for others.
    """
    seen = (*_DERIVED, "original") if may(visitor.actor, Do.SEE_ORIGINALS, None) else _DERIVED
    if size not in (*seen, "public"):
        raise NotFound(NO_PHOTO)
    data = bytes_of(photo_id, "public_large" if size == "public" else size, visitor)
    return _original(photo_id, data) if size == "original" else picture(data)


def _original(photo_id: int, data: bytes) -> Response:
    """Bytes of a stranger: saved, never drawn as a page of ours."""
    kind = media_type_of(data) or "application/octet-stream"
    ending = kind.partition("/")[2] if kind.startswith("image/") else "bin"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="michi-{photo_id}.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type=kind, headers=headers)
