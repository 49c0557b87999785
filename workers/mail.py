"""Sending mails: to departments and other authorities with their ticket on one page, to contractors
with their order, to the readers of the monthly report with that."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.actions import tell_contractor
from reports.actions.authorities import notice_of
from reports.city import departments, profile
from reports.city.clock import local
from reports.city.models import Department
from reports.documents.monthly import readers, versions
from reports.documents.orders import facts as orders
from reports.documents.orders import pdf as order_pdf
from reports.documents.paper import NoFont
from reports.documents.sheet import pdf
from reports.documents.sheet.facts import facts_of
from reports.outbox import mail_texts, mails
from reports.outbox.mail_texts import Letter, Reader, Sender, one_line
from reports.outbox.models import Mail
from reports.outbox.order_texts import about_order
from reports.outbox.report_texts import ReportNotice, about_report
from reports.photos.photo_store import photo_store
from settings import settings
from store import signs, traces
from store.database import transaction
from store.metrics import MAIL
from store.photo_files import Files, FilesAway
from store.signs import Sign
from workers.retry import Retry
from workers.smtp import NotNow, Refused, post

Write = Callable[[Session], None]

SOONEST_SECONDS: Final = 5.0
PATIENCE: Final = 3.0
"""Each wait is so many times the age of the mail: the last of its tries is some six hours later."""
LONGEST_SECONDS: Final = 4 * 3600.0
PHOTOS_WITHIN_SECONDS: Final = 60.0
MOST_PDF_BYTES: Final = 6 * 1024**2
"""Of an order's PDF in a mail: many servers take ten megabytes, of which coding takes a third."""

log = structlog.get_logger()


class Paper(NamedTuple):
    """A PDF that is drawn for the mail, outside of any transaction; of more than `most` bytes it
    stays behind. `photos_awaited`: more of it will be there in a moment."""

    name: str
    draw: Callable[[Files], bytes]
    photos_awaited: bool = False
    most: int | None = None


class Job(NamedTuple):
    """One mail with all that it needs, read in one go; `letter`: by whether the paper is in it."""

    mail: Mail
    letter: Callable[[bool], Letter]
    paper: Paper | None


def send_mail(mail_id: int) -> Write | None:
    """Send one mail. What can never arrive ends as failed, and staff see why."""
    with transaction() as db:
        mail = db.get(Mail, mail_id)
        if mail is None or mail.state != "waiting":
            return None
        if mails.in_vain(db, mail):
            return lambda db: mails.drop(db, mail_id)
        job = job_of(db, mail)
        if job is None:
            return lambda db: mails.drop(db, mail_id)
    if not mails.are_sent():
        return lambda db: mails.failed(db, mail_id, mails.NO_SERVER)
    awaited = job.paper is not None and job.paper.photos_awaited
    if awaited and _age(job.mail.created_at) < PHOTOS_WITHIN_SECONDS:
        raise Retry(wait_of(job.mail.created_at), "photos are on their way")
    try:
        post_one(_message(job))
    except Refused as refused:
        error = str(refused)
        return lambda db: mails.failed(db, mail_id, error)
    except NotNow as waiting:
        with transaction() as db:
            signs.note(db, Sign.MAIL, fine=False)
        raise Retry(wait_of(job.mail.created_at), str(waiting)) from waiting
    except FilesAway as away:
        raise Retry(wait_of(job.mail.created_at), "photo store is away") from away
    return lambda db: _sent(db, mail_id)


def post_one(message: EmailMessage) -> None:
    """Measured, as any mail. Raises Refused, NotNow."""
    with MAIL.timed() as time, traces.span("mail", "client"):
        try:
            post(message, settings().smtp_url.get_secret_value())
            time.outcome = "sent"
        except Refused:
            time.outcome = "refused"
            raise
        except NotNow:
            time.outcome = "not_now"
            raise


def _sent(db: Session, mail_id: int) -> None:
    mails.sent(db, mail_id)
    signs.note(db, Sign.MAIL)


def given_up(mail_id: int) -> Write:
    """After the last attempt: staff tell them in another way, or send it again."""
    return lambda db: mails.failed(db, mail_id, "it could not be sent in all its tries")


def job_of(db: Session, mail: Mail) -> Job | None:
    """None where nobody need read it any more."""
    if mail.kind == "monthly":
        return _report_job(db, mail)
    return _order_job(db, mail) if mail.department_id is None else _job(db, mail)


def _report_job(db: Session, mail: Mail) -> Job | None:
    """None for somebody who has lost the right to it, or is not named any more."""
    report = versions.by_id(db, mail.facts["report"])
    if report is None or not readers.still_reads(db, mail.facts["reader"], mail.address):
        return None
    notice = ReportNotice(report.month, report.version, report.is_open, report.sha256)
    paper = None
    if report.can_be_read and report.bytes <= MOST_PDF_BYTES:
        paper = Paper(report.file_name, lambda _: b"".join(versions.pieces(report.id)))
    return Job(mail, partial(about_report, notice, sender_of(db)), paper)


def _job(db: Session, mail: Mail) -> Job:
    department = db.get_one(Department, mail.department_id)
    reader, sender = Reader(department.name, department.inside), sender_of(db)
    if mail.ticket_id is None:
        day = mail.day or local(mail.created_at).date()
        daily = mail_texts.of_the_day(mail.facts, day, reader, sender)
        return Job(mail, lambda _: daily, None)
    notice = notice_of(db, mail.ticket_id)
    assert notice is not None
    told_on = _told_on(db, mail)
    letter = mail_texts.about_ticket(mail.kind, notice, reader, sender, told_on=told_on)
    facts = facts_of(db, mail.ticket_id)
    paper = None
    if facts is not None:
        drawn, awaited = partial(pdf.draw, facts), bool(facts.photos_awaited)
        paper = Paper(facts.number, drawn, awaited)
    return Job(mail, lambda _: letter, paper)


def _order_job(db: Session, mail: Mail) -> Job | None:
    """None where nobody need read it any more."""
    told = tell_contractor.order_told(db, mail)
    if told is None:
        return None
    letter = partial(about_order, mail.kind, told.notice, sender_of(db))
    facts = orders.facts_of(db, told.order_id) if told.with_pdf else None
    paper = None
    if facts is not None:
        drawn = partial(order_pdf.draw, facts)
        paper = Paper(facts.order.file_name, drawn, most=MOST_PDF_BYTES)
    return Job(mail, letter, paper)


def _told_on(db: Session, mail: Mail) -> date | None:
    """When this department heard of this ticket by mail first."""
    first = db.scalar(
        select(func.min(Mail.sent_at)).where(
            Mail.ticket_id == mail.ticket_id, Mail.department_id == mail.department_id
        )
    )
    return local(first).date() if first else None


def sender_of(db: Session) -> Sender:
    """The city, as it signs."""
    facts = profile.profile(db)
    phone = facts.get("phones", {}).get("road_line", "")
    return Sender(facts.get("name", ""), phone, settings().public_url)


def _message(job: Job) -> EmailMessage:
    """The same bytes whenever it is made: a mail that comes twice shows that it is one.

    Raises Refused, FilesAway.
    """
    page = _drawn(job.paper)
    letter = job.letter(page is not None)
    message = message_of(letter, job.mail.address, job.mail.message_id, job.mail.created_at)
    if page is not None and job.paper:
        name = job.paper.name
        message.add_attachment(page, maintype="application", subtype="pdf", filename=f"{name}.pdf")
        message.set_boundary(f"michi-{name}")
    return message


def message_of(letter: Letter, to: str, message_id: str, at: datetime) -> EmailMessage:
    """The letter as it goes. Raises Refused for what is no address."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _checked(settings().mail_from, "MAIL_FROM")
    message["To"] = _checked(to, "the address")
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at.astimezone(UTC))
    message["Message-ID"] = f"<{message_id}@{urlsplit(settings().public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="base64")
    return message


def _drawn(paper: Paper | None) -> bytes | None:
    """The paper; where no font can write it, or a mail cannot carry it, the mail goes without."""
    if paper is None:
        return None
    try:
        page = paper.draw(photo_store())
    except NoFont:
        log.warning("no_font_for_the_sheet")
        return None
    return page if paper.most is None or len(page) <= paper.most else None


def _checked(written: str, what: str) -> Address:
    """An address with or without a name before it; nothing else can stand in a header."""
    name, address = parseaddr(written)
    if not departments.is_address(address):
        raise Refused(f"{what} is no mail address")
    return Address(one_line(name), addr_spec=address)


def wait_of(written_at: datetime) -> float:
    """Seconds until a mail that was written then is tried again."""
    return min(max(SOONEST_SECONDS, PATIENCE * _age(written_at)), LONGEST_SECONDS)


def _age(written_at: datetime) -> float:
    return (datetime.now(UTC) - written_at).total_seconds()
