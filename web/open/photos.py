"""Photos for whoever has their address from us."""

import re
from functools import partial
from typing import Final, cast

from fastapi import APIRouter, Response

from reports.photos.links import Size, is_genuine, is_genuine_copy
from web.kit.errors import NotFound
from web.kit.photos import NO_PHOTO, bytes_outside, bytes_released, picture

router = APIRouter(include_in_schema=False)

_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


@router.get("/photos/{photo_id}/{size}/{signature}.jpg")
def linked_photo(photo_id: str, size: str, signature: str) -> Response:
    """A derived JPEG; anything but a genuine address is not there. `size`: "small" or "large", or
    that of the copy for strangers, "public-small" or "public-large"."""
    plain = cast(Size, size.removeprefix("public-"))
    if not _ID.fullmatch(photo_id) or plain not in ("small", "large"):
        raise NotFound(NO_PHOTO)
    id = int(photo_id)
    if size != plain:
        given = partial(is_genuine_copy, id, plain, claimed=signature)
        return picture(bytes_released(id, given, plain))
    if not is_genuine(id, plain, signature):
        raise NotFound(NO_PHOTO)
    return picture(bytes_outside(id, plain))
