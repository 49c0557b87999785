"""Somebody is invited by a one-time link, or gets one to set a new password; and comes by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.people import emergency, invitations, open_sessions, rights
from reports.people.accounts import city_names, password_hash, plain_name
from reports.people.invitations import Ended, Link
from reports.people.models import CrewLink, User
from reports.people.passwords import weakness
from reports.people.permissions import Actor, Do, NotTheirs, may_at_all
from store.tasks import later

LONGEST_NAME: Final = 60


class Refused(ValueError):
    """It cannot be; the first argument says why in Japanese, `field` what was typed wrongly, if it
    is one thing."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whom to invite: the `name` they sign in by; `departments` and `contractor` are keys."""

    name: str
    role: str
    departments: Sequence[str] = ()
    contractor: str | None = None
    shown_name: str = ""
    mail: str = ""


def may_change_people(by: Actor | None) -> None:
    """Raises NotTheirs; None is whoever has the command line."""
    if by is not None and not may_at_all(by.role, Do.PEOPLE):
        raise NotTheirs


def invite(db: Session, who: NewPerson, by: Actor | None) -> tuple[int, Link]:
    """The person's id, and the link that lets them in. Raises Refused, NotTheirs, and ValueError
    for a role without what it needs."""
    may_change_people(by)
    if not emergency.opens_to(plain_name(who.name)):
        raise Refused(emergency.sentence())
    department_ids = rights.department_ids(db, who.role, who.departments)
    made = insert(User).values(
        name=_checked_name(who.name),
        shown_name=who.shown_name or plain_name(who.name),
        password="",
        role=who.role,
        department_id=department_ids[0] if department_ids else None,
        contractor_id=rights.contractor_id(db, who.role, who.contractor),
        disabled=True,
    )
    user_id = db.scalar(made.on_conflict_do_nothing().returning(User.id))
    if user_id is None:
        raise Refused(f"「{plain_name(who.name)}」という名前の人は、もういます。", "name")
    rights.keep_departments(db, user_id, department_ids)
    return user_id, _link(db, user_id, by, who.mail)


def give_link(db: Session, user_id: int, by: Actor | None, mail: str = "") -> Link:
    """A new link: to somebody who was invited, or to set a new password; the old password works
    until it is used. Raises Refused, NotTheirs."""
    may_change_people(by)
    person = db.scalar(select(User).where(User.id == user_id).with_for_update())
    if person is None or (person.disabled and person.password):
        raise Refused("止められている人には出せません。先に、また使えるようにしてください。")
    _need_passwords(db, person)
    return _link(db, user_id, by, mail)


def take_back(db: Session, user_id: int, by: Actor | None) -> bool:
    """The link leads nowhere; who has never come is gone, and the name free. Whether they are."""
    may_change_people(by)
    db.scalar(select(User).where(User.id == user_id).with_for_update())
    invitations.revoke(db, user_id)
    gone = delete(User).where(User.id == user_id, User.password == "")
    return db.scalar(gone.returning(User.id)) is not None


def accept(db: Session, token: str, shown_name: str, password: str) -> User:
    """Whoever has the link has come: nobody else comes by it, nor by what let this person in
    before. Raises Ended, Refused."""
    person = invitations.whose(db, token, lock=True)
    if person is None:
        raise Ended
    _need_passwords(db, person)
    shown_name = checked_shown_name(shown_name)
    if weak := weakness(password, [person.name, shown_name, *city_names(db)]):
        raise Refused(weak.sentence)
    invitations.use(db, token)
    open_sessions.end_all(db, person.id)
    if person.password:
        db.execute(delete(CrewLink).where(CrewLink.user_id == person.id))
    person.shown_name, person.password, person.disabled = shown_name, password_hash(password), False
    db.flush()
    return person


def checked_shown_name(typed: str) -> str:
    """Raises Refused."""
    name = " ".join(typed.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused(f"表示名を {LONGEST_NAME} 文字以内で書いてください。")
    return name


def _need_passwords(db: Session, person: User) -> None:
    """Raises Refused where a link, which sets a password, would be of no use."""
    if not emergency.lets_in(db, person):
        raise Refused(emergency.sentence())


def _checked_name(typed: str) -> str:
    name = plain_name(typed)
    if not 0 < len(name) <= LONGEST_NAME or any(letter.isspace() for letter in name):
        raise Refused(
            f"サインインの名前を、空白のない {LONGEST_NAME} 文字以内で書いてください。", "name"
        )
    return name


def _link(db: Session, user_id: int, by: Actor | None, mail: str) -> Link:
    link = invitations.make(db, user_id, by.user_id if by else None, mail)
    if mail:
        later(db, "send_invitation", invitation_id=link.id)
    return link
