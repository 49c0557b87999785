"""304 while nothing is new: a tag that says which moment of the tickets its answer is of."""

import hashlib
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from fastapi import Request, Response
from sqlalchemy.orm import Session

from reports.tickets import news
from reports.tickets.news import Moment

_TAG: Final = re.compile(r'W/"([0-9a-f]{24})/([0-9:,]+)"')


class Tag(NamedTuple):
    """`is_known`: whoever asks has the answer of this tag already. `moment`: the one it is of."""

    text: str
    is_known: bool
    moment: Moment


def unchanged(request: Request, db: Session, asked: str) -> Tag:
    """The tag of an answer that hangs on tickets, and on `asked` (filters, the day, the form)."""
    had = _TAG.fullmatch(request.headers.get("if-none-match", ""))
    since = news.moment_in(had[2]) if had and had[1] == short(asked) else None
    found = news.look(db, since)
    return Tag(f'W/"{short(asked)}/{found.now}"', not found.is_any, found.now)


def answered(tag: str, is_known: bool, make: Callable[[], Response]) -> Response:
    """The answer that is made, or 304 without it; browsers keep what does not say otherwise, and
    ask each time."""
    answer = Response(status_code=304) if is_known else make()
    answer.headers["ETag"] = tag
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    return answer


def short(text: str) -> str:
    """Its hash, in 24 letters."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
