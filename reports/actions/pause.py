"""A resident who disturbs: nothing is taken from them for a time, and then it is again."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from reports.city.clock import begin_of, today
from reports.people.models import Pause, Resident
from reports.people.pauses import person_of
from reports.people.permissions import Actor, Do, NotTheirs, may

LONGEST: Final = timedelta(days=366)


class CannotPause(Exception):
    """The message says why, in Japanese."""


def pause(
    db: Session,
    resident_id: int,
    by: Actor,
    *,
    until: date,
    why: str,
    key: str | None = None,
) -> None:
    """Nothing is taken from them until the end of that day; one that was on before is over.

    They are told with what they send next. Raises NotTheirs, CannotPause.
    """
    _refuse_others(by)
    if not why:
        raise CannotPause("理由を書いてください。職員だけが読みます。")
    if not today() <= until <= today() + LONGEST:
        raise CannotPause("今日から1年のうちの日を選んでください。")
    resident = _locked(db, resident_id)
    if key and db.scalar(select(exists().where(Pause.key == key))):
        return
    person = person_of(resident.line_user_id)
    _end(db, by, Pause.person == person)
    end = begin_of(until + timedelta(days=1))
    db.add(Pause(person=person, why=why, by_id=by.user_id, by_name=by.name, until=end, key=key))
    resident.paused_until = end


def take_again(db: Session, pause_id: int, by: Actor) -> None:
    """What they send is taken again; nothing where that pause is over. Raises NotTheirs."""
    _refuse_others(by)
    on = select(Pause.person).where(Pause.id == pause_id, Pause.ended_at.is_(None))
    person = db.scalar(on)
    for resident_id, line_user_id in db.execute(_PAUSED):
        if person_of(line_user_id) == person:
            resident = _locked(db, resident_id)
            if db.scalar(on):
                resident.paused_until = None
    _end(db, by, Pause.id == pause_id)


def _locked(db: Session, resident_id: int) -> Resident:
    """Raises CannotPause."""
    mine = select(Resident).where(Resident.id == resident_id)
    resident = db.scalar(
        mine.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if resident is None:
        raise CannotPause("この人は、もう残っていません(消去されました)。")
    return resident


def _end(db: Session, by: Actor, which: ColumnElement[bool]) -> None:
    on = update(Pause).where(which, Pause.ended_at.is_(None))
    db.execute(on.values(ended_at=func.least(Pause.until, func.now()), ended_by=by.name))


def _refuse_others(by: Actor) -> None:
    if not may(by, Do.PAUSE, None):
        raise NotTheirs(Do.PAUSE)


_PAUSED: Final = select(Resident.id, Resident.line_user_id).where(
    Resident.paused_until.is_not(None)
)
