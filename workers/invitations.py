"""Mailing the one-time links by which people come in."""

from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from reports.city import departments, profile
from reports.city.calendar import moment_words
from reports.city.clock import local
from reports.outbox import mails
from reports.outbox.mail_texts import invitation
from reports.people import invitations
from reports.people.invitations import Link
from settings import settings
from store.database import transaction
from workers.retry import Retry
from workers.smtp import NotNow, Refused, post

Write = Callable[[Session], None]

SOONEST_SECONDS: Final = 10.0
GROWING: Final = 3.0


def send_invitation(invitation_id: int) -> Write | None:
    """Mail one link, if it still leads in; where that cannot be, its person's page says so."""
    with transaction() as db:
        link = invitations.waiting(db, invitation_id)
        city = profile.profile(db).get("name", "")
    if link is None:
        return None
    if not mails.are_sent():
        return given_up(invitation_id)
    try:
        post(_message(link, city), settings().smtp_url.get_secret_value())
    except Refused:
        return given_up(invitation_id)
    except NotNow as waiting:
        raise Retry(SOONEST_SECONDS, str(waiting), growing=GROWING) from waiting
    return lambda db: invitations.mailed(db, invitation_id, "sent")


def given_up(invitation_id: int) -> Write:
    """After the last attempt: a new link is made, and given by hand."""
    return lambda db: invitations.mailed(db, invitation_id, "failed")


def _message(link: Link, city: str) -> EmailMessage:
    """Raises Refused."""
    letter = invitation(city, link.address, moment_words(local(link.ends_at)))
    name, sender = parseaddr(settings().mail_from)
    if not (departments.is_address(link.mail) and departments.is_address(sender)):
        raise Refused("that is no mail address")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=sender)
    message["To"] = Address(addr_spec=link.mail)
    message["Subject"] = letter.subject
    host = urlsplit(settings().public_url).hostname
    message["Message-ID"] = f"<invitation-{link.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="base64")
    return message
