"""Somebody gets another role, other departments or another firm; what was theirs alone is freed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.invite import Refused, may_change_people
from reports.people import emergency, last_ones, open_sessions, rights
from reports.people.models import User
from reports.people.permissions import Actor
from reports.people.second import factors


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is; `departments` and `contractor` are keys."""

    role: str
    departments: Sequence[str] = ()
    contractor: str | None = None


def appoint(db: Session, user_id: int, post: Post, by: Actor | None) -> None:
    """It holds from the commit on, also in sessions that are open, but that whoever needs a second
    factor from now on and has none signs in anew; to be committed before `disable.release`.

    Raises LastOne, Refused, NotTheirs, and ValueError for a role without what it needs.
    """
    may_change_people(by)
    person = db.scalar(select(User).where(User.id == user_id).with_for_update())
    if person is None:
        raise Refused("この人は、もういません。一覧から選び直してください。")
    department_ids = rights.department_ids(db, post.role, post.departments)
    contractor_id = rights.contractor_id(db, post.role, post.contractor)
    last_ones.keep(db, person, post.role)
    if post.role != person.role and _needs_a_second_step(db, person, post.role):
        open_sessions.end_all(db, user_id)
    person.role, person.contractor_id = post.role, contractor_id
    person.department_id = department_ids[0] if department_ids else None
    rights.keep_departments(db, user_id, department_ids)


def _needs_a_second_step(db: Session, person: User, role: str) -> bool:
    """Whether they came in without the second factor that this role needs; whom the city's provider
    lets in has shown theirs there."""
    is_by_password = emergency.lets_in(db, person)
    return factors.are_needed(role) and is_by_password and not factors.of(db, person.id)
