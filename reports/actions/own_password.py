"""Somebody sets a new password of their own: who is signed in elsewhere as they is out."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.invite import Refused
from reports.people import invitations, open_sessions
from reports.people.accounts import city_names, password_hash
from reports.people.models import User
from reports.people.passwords import weakness


def change_password(db: Session, user_id: int, password: str, *, this: str) -> None:
    """The old one was right. `this`: the secret of the session that goes on; what else is open, and
    links that wait, end. Raises Refused."""
    person = db.scalars(select(User).where(User.id == user_id).with_for_update()).one()
    names = [person.name, person.shown_name, *city_names(db)]
    if weak := weakness(password, names):
        raise Refused(weak.sentence)
    person.password = password_hash(password)
    invitations.revoke(db, user_id)
    open_sessions.end_all(db, user_id, but=this)
