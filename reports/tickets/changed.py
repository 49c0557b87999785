"""Which tickets were written since the last time, for tables that follow them by the clock.

What changed is what the last snapshot did not see (docs/decisions/0028). Very many at once are told
page by page, in the order of the transactions that wrote them, each page to a transaction of its
own; who is written meanwhile is told once more.
"""

from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.news import SINCE, Moment, look
from store import sql


class Followed(NamedTuple):
    """How far one follows: `moment`, of `reports.tickets.news`, None: nothing is followed yet;
    `through`: how far the pages since that moment were told, None: to their end."""

    moment: str | None
    through: str | None


def changed(db: Session, so_far: Followed, most: int) -> tuple[set[int] | None, Followed]:
    """The ids of the next page of them, and how far it is followed then; empty: nothing more is
    new. None: anything may be (at first, or after a move to another server)."""
    since = Moment(so_far.moment) if so_far.moment else None
    until, after, after_id = _read(so_far)
    if until is None:
        news = look(db, since)
        if not news.is_any:
            return set(), so_far
        if news.is_all or since is None:
            return None, Followed(news.now, None)
        until = news.now
    found = sql.run(db, _PAGE, moment=since, after=after, after_id=after_id, most=most)
    now = Followed(until, None)
    if len(found) == most:
        now = Followed(since, _BETWEEN.join([str(since), until, *map(str, found[-1])]))
    return {id for _, id in found}, now


def _read(so_far: Followed) -> tuple[str | None, int, int]:
    """Up to which moment is paged, behind which transaction and ticket; what is of another moment
    than the one that is followed was left by a process of the version before."""
    since, _, rest = (so_far.through or "").partition(_BETWEEN)
    if not rest or since != so_far.moment:
        return None, 0, 0
    until, after, after_id = rest.split(_BETWEEN)
    return until, int(after), int(after_id)


_BETWEEN: Final = "|"
_PAGE: Final = f"""
    SELECT t.changed_in, t.id FROM tickets t
    WHERE {SINCE} AND (t.changed_in, t.id) > (%(after)s, %(after_id)s)
    ORDER BY t.changed_in, t.id LIMIT %(most)s
"""
