"""Somebody comes by the city's provider: they are made or found, and are what their groups give."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.actions.appoint import Post, appoint
from reports.actions.invite import LONGEST_NAME
from reports.people import groups, open_sessions, provided
from reports.people.accounts import password_hash, plain_name
from reports.people.groups import Given
from reports.people.last_ones import LastOne
from reports.people.models import User
from reports.people.provider_models import ProviderPerson


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says of somebody, checked: `subject` is theirs for ever, the `name` to sign
    in by and the one that is shown may change; "" where it tells none."""

    issuer: str
    subject: str
    name: str
    shown_name: str
    groups: Collection[str]


class Outcome(StrEnum):
    """Why somebody comes in, or does not."""

    IN = "in"
    NO_ROLE = "no role"
    STOPPED = "stopped"
    LAST_ONE_KEPT = "in, and still the last administrator"


@dataclass(frozen=True, slots=True)
class Recognised:
    """`user_id`: None where they have no account, and get none."""

    outcome: Outcome
    user_id: int | None

    @property
    def is_in(self) -> bool:
        return self.outcome in (Outcome.IN, Outcome.LAST_ONE_KEPT)


class Taken(Exception):
    """What the provider calls somebody is another account's, or this account is somebody else's."""


def join(db: Session, told: Told, user_id: int) -> None:
    """Whom the provider means is this person, who came in by a password until now. What another
    account has, a stopped one too, is released first by an administrator (`release_link`). Without
    a group that gives a role all stays as it is. Raises Taken."""
    link = provided.person_of(db, told.issuer, told.subject)
    if groups.given(db, told.groups) is None or (link and link.user_id == user_id):
        return
    if link or provided.is_provided(db, user_id):
        raise Taken
    _link(db, told, user_id)
    db.flush()


def recognise(db: Session, told: Told) -> Recognised:
    """To be committed before `disable.release`, whatever the outcome: whose groups give nothing any
    more is signed out everywhere. Who is known is known by `subject` alone, never by a name."""
    link = provided.person_of(db, told.issuer, told.subject)
    person = _locked(db, link.user_id) if link else None
    given = groups.given(db, told.groups)
    if person and person.disabled:
        return Recognised(Outcome.STOPPED, person.id)
    if given is None:
        if person:
            open_sessions.end_all(db, person.id)
        return Recognised(Outcome.NO_ROLE, person.id if person else None)
    if link is None or person is None:
        return Recognised(Outcome.IN, _made(db, told, given))
    if told.shown_name and told.shown_name != link.told_name:
        person.shown_name = link.told_name = told.shown_name
    try:
        with db.begin_nested():
            appoint(db, person.id, _post(given), None)
    except LastOne:
        return Recognised(Outcome.LAST_ONE_KEPT, person.id)
    return Recognised(Outcome.IN, person.id)


def _locked(db: Session, user_id: int) -> User | None:
    return db.scalar(select(User).where(User.id == user_id).with_for_update())


def _post(given: Given) -> Post:
    return Post(given.role, given.departments, given.contractor)


def _made(db: Session, told: Told, given: Given) -> int:
    """A new person, whose password nobody knows, under a name that nobody has."""
    rest = {"password": password_hash(secrets.token_urlsafe(32)), "role": "viewer"}
    new = insert(User).on_conflict_do_nothing().returning(User.id)
    tries = (
        db.scalar(new.values(name=name, shown_name=told.shown_name or name, **rest))
        for name in _names(told.name or f"oidc-{told.subject}")
    )
    user_id = next(id for id in tries if id is not None)
    appoint(db, user_id, _post(given), None)
    _link(db, told, user_id)
    db.flush()
    return user_id


def _link(db: Session, told: Told, user_id: int) -> None:
    facts = {"issuer": told.issuer, "subject": told.subject, "told_name": told.shown_name}
    db.add(ProviderPerson(user_id=user_id, **facts))


def _names(wanted: str) -> Iterator[str]:
    """As names of sign-ins are; where somebody has one, with a number behind it."""
    plain = "".join(plain_name(wanted).split())[: LONGEST_NAME - 6]
    yield plain
    for number in count(2):
        yield f"{plain}-{number}"
