"""Photos that shall show what was done: each is read before anything changes, as a worker will.

A ticket that is closed with a photo nobody can open has no proof, and whoever made it has left.
"""

from collections.abc import Sequence
from threading import BoundedSemaphore
from typing import Final

from reports.photos.codec import confined
from reports.photos.codec.formats import Broken, ImageError, NotAnImage, TooLarge
from web.kit.errors import BadInput
from web.kit.first_bytes import is_film

AT_ONCE: Final = BoundedSemaphore(2)
"""Each may take a worker's memory (confined.MEMORY_BYTES); further ones wait for their turn."""


def refuse_unreadable(photos: Sequence[bytes]) -> None:
    """Raises BadInput, which says which of them it is, why, and what to do now."""
    for turn, photo in enumerate(photos, 1):
        which = f"{turn}枚目の写真: " if len(photos) > 1 else ""
        try:
            with AT_ONCE:
                confined.refuse_unreadable(photo)
        except ImageError as wrong:
            raise BadInput(f"{which}{_why(wrong, photo)}受付票はまだ変わっていません。") from wrong


def _why(wrong: ImageError, photo: bytes) -> str:
    is_a_film = isinstance(wrong, NotAnImage) and is_film(photo)
    return _A_FILM if is_a_film else _WHY[type(wrong)]


_A_FILM: Final = "これは動画です。動画ではなく、写真を撮って(選んで)ください。"
_WHY: Final[dict[type[ImageError], str]] = {
    NotAnImage: "写真として読めないファイルです。JPEG・PNG・HEIC の写真を選んでください。",
    Broken: "写真のファイルがこわれていて開けません。撮り直すか、別の写真を選んでください。",
    TooLarge: "写真が大きすぎて開けません。カメラの画素数を下げて撮り直すか、"
    "小さくした写真(20 MB まで)を選んでください。",
}
