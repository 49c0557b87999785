"""Whether a push would reach anybody: what LINE tells of people, and of this month's pushes."""

from typing import Any, Final

import structlog
from sqlalchemy import func, text, update
from sqlalchemy.orm import Session

from bot.line import account
from bot.line.client import ASKING, LineError
from bot.line.profile import profile_of
from reports.outbox import quota
from reports.people.models import Resident
from store import signs
from store.database import transaction
from store.signs import Sign
from store.tasks import later

log = structlog.get_logger()


def no_push_to(recipient: str) -> str | None:
    """Why a push there is better not begun, or None.

    LINE answers 200 to a push that a block swallows. So somebody who was silent for a day is
    looked up first: a profile that could be read once and is not there now means that they have
    blocked us, or are gone.
    """
    if not recipient.startswith("U"):
        return "it would cost a push for each member of the group"
    with transaction() as db:
        known = quota.state(db)
        found = db.execute(text(_KNOWN), {"who": recipient}).one_or_none()
    if known and known.is_used_up:
        return "the month's pushes are used up"
    if found is None or not (found.blocked or (found.doubtful and _has_gone(found.id, recipient))):
        return None
    return "has blocked us"


def learn_language(recipient: str) -> None:
    """Ask LINE once for the language of somebody new; failing that, it changes nothing.

    Who said their language before that is asked for in their first minutes, as having been seen.
    """
    if not recipient.startswith("U"):
        return
    with transaction() as db:
        unknown = db.scalar(text(_UNSEEN), {"who": recipient})
    profile = profile_of(recipient) if unknown is not None else None
    if unknown is None or profile is None:
        return
    with transaction() as db:
        if profile.is_shown:
            _set(db, unknown, profile_seen_at=func.now())
        mine = update(Resident).where(Resident.id == unknown, Resident.language.is_(None))
        learned = mine.values(language=profile.language).returning(Resident.id)
        if db.scalar(learned) and profile.language:
            later(db, "show_menu", person=recipient, language=profile.language)


def look_at_quota() -> None:
    """Ask LINE how many pushes are left this month; when it does not say, nothing changes."""
    try:
        now = account.quota(ASKING)
    except LineError as wrong:
        if wrong.status in _TOKEN_REFUSED:
            note_refusal()
        return
    with transaction() as db:
        quota.keep(db, limit=now.limit, used=now.used)
        signs.note(db, Sign.LINE)


def note_refusal() -> None:
    """LINE does not take our token, or does not allow what we ask for by it."""
    with transaction() as db:
        signs.note(db, Sign.LINE, fine=False)


def learn_account() -> None:
    """Ask LINE how it names our account to people, for links that open a chat with it."""
    try:
        known = account.info(ASKING)
    except LineError:
        return
    if known.basic_id:
        with transaction() as db:
            quota.keep_basic_id(db, known.basic_id)


def _has_gone(resident_id: int, recipient: str) -> bool:
    profile = profile_of(recipient)
    if profile is None or profile.is_shown:
        return False
    log.info("blocked", resident=resident_id)
    with transaction() as db:
        _set(db, resident_id, blocked_at=func.now())
    return True


def _set(db: Session, resident_id: int, **values: Any) -> None:
    db.execute(update(Resident).where(Resident.id == resident_id).values(**values))


_TOKEN_REFUSED: Final = (401, 403)
_UNSEEN: Final = """
    SELECT id FROM residents WHERE line_user_id = :who AND (language IS NULL
        OR (language <> '' AND profile_seen_at IS NULL
            AND created_at > now() - interval '2 minutes'))
"""
_KNOWN: Final = """
    SELECT r.id, r.blocked_at IS NOT NULL AS blocked,
           r.profile_seen_at IS NOT NULL AND NOT EXISTS (
               SELECT FROM inbox i WHERE i.person = r.line_user_id
               AND i.received_at > now() - interval '1 day') AS doubtful
    FROM residents r WHERE r.line_user_id = :who
"""
