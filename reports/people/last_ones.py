"""Somebody must be left who can let others in: the last administrator, or where there is none yet,
the last of staff."""

from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from reports.people.models import User

_FIRST: Final = ("administrator", "staff")
"""Whoever of these comes first and is there keeps the door."""


class LastOne(ValueError):
    """Nobody would be left; the argument says so in Japanese."""


SENTENCE: Final = (
    "最後の{}は、止めたり、ほかの役割に変えたりできません。先に、ほかの人を{}にしてください。"
)
_WORDS: Final = {"administrator": "管理者", "staff": "職員"}


def keep(db: Session, person: User | None, role: str | None) -> None:
    """Before this person gets another role, or is disabled (None). Raises LastOne.

    Until the commit nobody else changes who these are: two who go at once do not both go.
    """
    if person is None or person.role not in _FIRST or role in (person.role, _FIRST[0]):
        return
    db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('last_ones', 0))"))
    active = User.disabled.is_(False), User.role.in_(_FIRST)
    kept = db.execute(select(User.role, User.id).where(*active)).all()
    keeper = next((one for one in _FIRST if any(one == role for role, _ in kept)), None)
    if keeper and [id for role, id in kept if role == keeper] == [person.id]:
        words = _WORDS[keeper]
        raise LastOne(SENTENCE.format(words, words))
