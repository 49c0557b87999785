"""The tiles that were drawn last, drawn and compressed once for everybody who may see them."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.tickets import news
from reports.tickets.news import Moment

TILES: Final = 500
"""So many are kept in each process."""
_TYPE: Final = "application/vnd.mapbox-vector-tile"
_SMALL: Final = 1_000
_LEVEL: Final = 6


@dataclass(frozen=True)
class Drawn:
    """A Mapbox vector tile as of a moment; as it is and compressed."""

    body: bytes
    moment: Moment

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.body, _LEVEL)

    def answer(self, request: Request) -> Response:
        """204 where there is nothing to draw."""
        if not self.body:
            return Response(status_code=204, media_type=_TYPE)
        if len(self.body) < _SMALL or "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.body, media_type=_TYPE)
        how = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(self.compressed, media_type=_TYPE, headers=how)


def tickets_drawn(db: Session, asked: str, moment: Moment, draw: Callable[[], bytes]) -> Drawn:
    """What was drawn for these words and no ticket has changed since. `moment`: not after now."""
    place = _place(asked)
    drawn = place.drawn  # not read again: a slower thread may put an older one there
    if drawn is None or news.look(db, drawn.moment).is_any:
        drawn = place.drawn = Drawn(draw(), moment)
    return drawn


def city_drawn(asked: str, draw: Callable[[], bytes]) -> Drawn:
    """What was drawn for these words, which name the version of the city's data."""
    place = _place(asked)
    if place.drawn is None:
        place.drawn = Drawn(draw(), Moment(""))
    return place.drawn


@dataclass
class _Place:
    """On the shelf, for one tile."""

    drawn: Drawn | None = None


@lru_cache(maxsize=TILES)
def _place(asked: str) -> _Place:
    return _Place()
