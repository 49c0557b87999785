"""Photos for whoever has their address from us."""

import re
from typing import Final, cast

from fastapi import APIRouter, Response

from reports.photos.links import Size, is_genuine
from web.kit.errors import NotFound
from web.kit.photos import NO_PHOTO, bytes_of, picture

router = APIRouter(include_in_schema=False)

_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


@router.get("/photos/{photo_id}/{size}/{signature}.jpg")
def linked_photo(photo_id: str, size: str, signature: str) -> Response:
    """A derived JPEG; anything but a genuine address is not there."""
    known = bool(_ID.fullmatch(photo_id)) and size in ("small", "large")
    if not known or not is_genuine(int(photo_id), cast(Size, size), signature):
        raise NotFound(NO_PHOTO)
    return picture(bytes_of(int(photo_id), size, None))
