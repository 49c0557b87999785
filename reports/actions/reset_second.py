"""Somebody has lost what they prove themselves by: it counts no more, and they set it up anew."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.invite import Refused, may_change_people
from reports.people import open_sessions
from reports.people.models import User
from reports.people.permissions import Actor
from reports.people.second import factors

log = structlog.get_logger()


def reset_second(db: Session, user_id: int, by: Actor | None, *, but: str = "") -> None:
    """Their app, passkeys and recovery codes are gone, and they are signed out everywhere `but` in
    the session of this secret. Raises Refused, NotTheirs."""
    may_change_people(by)
    person = db.scalar(select(User).where(User.id == user_id).with_for_update())
    if person is None:
        raise Refused("この人は、もういません。一覧から選び直してください。")
    factors.reset(db, user_id)
    open_sessions.end_all(db, user_id, but=but)
    log.info("factors_reset", user=user_id, by=by.user_id if by else None)
