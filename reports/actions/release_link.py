"""Somebody comes by the city's provider no more; another account may be joined to whom it meant."""

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reports.actions.invite import Refused, may_change_people
from reports.people import open_sessions
from reports.people.models import User
from reports.people.permissions import Actor
from reports.people.provider_models import ProviderPerson

log = structlog.get_logger()


def release_link(db: Session, user_id: int, by: Actor | None) -> None:
    """What the provider tells of them leads nowhere, and they are signed out everywhere: they come
    by a password, if at all, and whoever signs in at the provider joins an account or gets a new
    one. Nobody does it to themselves. Raises Refused, NotTheirs."""
    may_change_people(by)
    if by is not None and by.user_id == user_id:
        raise Refused("自分のつながりは外せません。ほかの管理者に頼んでください。")
    person = db.scalar(select(User).where(User.id == user_id).with_for_update())
    link = delete(ProviderPerson).where(ProviderPerson.user_id == user_id)
    if person is None or not db.execute(link.returning(ProviderPerson.id)).all():
        raise Refused("この人は、シングルサインオンとつながっていません。")
    open_sessions.end_all(db, user_id)
    log.info("link_released", user=user_id, by=by.user_id if by else None)
