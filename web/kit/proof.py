"""Photos that shall show what was done: each is read before anything changes, as a worker will.

A ticket that is closed with a photo nobody can open has no proof, and whoever made it has left.
"""

from collections.abc import Callable, Sequence
from typing import Final

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from starlette.responses import Response

from reports.photos.codec import confined
from reports.photos.codec.derive import PhotoMetadata
from reports.photos.codec.formats import Broken, ImageError, NotAnImage, TooLarge
from web.kit.errors import BadInput
from web.kit.first_bytes import is_film

_AT_ONCE: Final = 2
"""Each may take a worker's memory (confined.MEMORY_BYTES); further ones wait for their turn."""
_TURNS: Final[RunVar[CapacityLimiter]] = RunVar("turns of photos")
"""A limiter belongs to the event loop in which it is used first: each loop has its own."""


async def in_turn(photos: Sequence[bytes], answer: Callable[[], Response]) -> Response:
    """The answer to a form with these photos, made beside the pages: none waits for them."""
    return await (beside(answer) if photos else run_sync(answer))


async def beside(answer: Callable[[], Response]) -> Response:
    """An answer for which a photo is looked at: of those _AT_ONCE are made."""
    return await run_sync(answer, limiter=_turns())


def _turns() -> CapacityLimiter:
    turns = _TURNS.get(None)
    if turns is None:
        turns = CapacityLimiter(_AT_ONCE)
        _TURNS.set(turns)
    return turns


def refuse_unreadable(photos: Sequence[bytes]) -> list[tuple[PhotoMetadata, bytes]]:
    """What each says of itself, and a small picture of it. Raises BadInput, which says which of
    them cannot be read, why, and what to do now."""
    seen = []
    for turn, photo in enumerate(photos, 1):
        which = f"{turn}枚目の写真: " if len(photos) > 1 else ""
        try:
            seen.append(confined.looked_at(photo))
        except ImageError as wrong:
            raise BadInput(f"{which}{_why(wrong, photo)}受付票はまだ変わっていません。") from wrong
    return seen


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
