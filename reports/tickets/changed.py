"""Which tickets were written since the last time, for tables that follow them by the clock.

What changed is what the last snapshot did not see (docs/decisions/0028). Very many at once are told
page by page, in the order of the transactions that wrote them, each page to a transaction of its
own; who is written meanwhile is told once more.
"""

from typing import Final, Protocol

from sqlalchemy.orm import Session

from reports.tickets.news import SINCE, Moment, look
from store import sql


class Following(Protocol):
    """How far one follows: `moment`, of `reports.tickets.news`, None: nothing is followed yet;
    `through`: how far the pages since that moment were told, None: to their end."""

    moment: str | None
    through: str | None


def changed(db: Session, state: Following, most: int) -> set[int] | None:
    """The ids of the next page of them, and on it goes in `state`; empty: nothing more is new.
    None: anything may be (at first, or after a move to another server)."""
    since = Moment(state.moment) if state.moment else None
    until, after, after_id = _read(state)
    if until is None:
        news = look(db, since)
        if not news.is_any:
            return set()
        if news.is_all or since is None:
            state.moment, state.through = news.now, None
            return None
        until = news.now
    found = sql.run(db, _PAGE, moment=since, after=after, after_id=after_id, most=most)
    if len(found) < most:
        state.moment, state.through = until, None
    else:
        state.through = _BETWEEN.join([str(since), until, *map(str, found[-1])])
    return {id for _, id in found}


def _read(state: Following) -> tuple[str | None, int, int]:
    """Up to which moment is paged, behind which transaction and ticket; what is of another moment
    than the one that is followed was left by a process of the version before."""
    since, _, rest = (state.through or "").partition(_BETWEEN)
    if not rest or since != state.moment:
        return None, 0, 0
    until, after, after_id = rest.split(_BETWEEN)
    return until, int(after), int(after_id)


_BETWEEN: Final = "|"
_PAGE: Final = f"""
    SELECT t.changed_in, t.id FROM tickets t
    WHERE {SINCE} AND (t.changed_in, t.id) > (%(after)s, %(after_id)s)
    ORDER BY t.changed_in, t.id LIMIT %(most)s
"""
