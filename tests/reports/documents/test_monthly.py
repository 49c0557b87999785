"""Monthly reports: when they are made, what they say, what of them stays, and who gets them."""

import hashlib
import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

import pypdfium2
import pytest
from month_life import last_month, mended, reader, turn, work
from sqlalchemy import text
from townsfolk import rows, value

from reports.audit import entries
from reports.audit.kinds import Kind
from reports.city import clock
from reports.city.calendar import OfficeHours
from reports.documents.monthly import pairs, told, versions, words
from reports.documents.monthly.first_day import made_on, month_due
from reports.documents.monthly.turn import report_months
from reports.documents.open_data.months import later
from reports.outbox.models import Mail
from reports.privacy import erase
from reports.stats import reading
from reports.stats.periods import month_of
from reports.stats.reading import Only
from store.database import transaction
from workers.mail import job_of
from workers.numbers import count

HOURS = OfficeHours()


@pytest.mark.parametrize(
    ("month", "day", "closed"),
    [
        (date(2026, 10, 1), date(2026, 11, 2), ()),
        (date(2026, 11, 1), date(2026, 12, 1), ()),
        (date(2026, 12, 1), date(2027, 1, 4), ()),
        (date(2026, 4, 1), date(2026, 5, 1), ()),
        (date(2026, 4, 1), date(2026, 5, 7), (date(2026, 5, 1),)),
        (date(2027, 1, 1), date(2027, 2, 1), ()),
    ],
)
def test_it_is_due_once_the_hall_opens_on_the_first_business_day(
    month: date, day: date, closed: tuple[date, ...]
) -> None:
    assert made_on(month, closed) == day
    opening = datetime.combine(day, time(8, 30), clock.zone())
    assert month_due(opening, HOURS, closed) == month
    assert month_due(opening.replace(minute=29), HOURS, closed) is None
    assert month_due(opening.replace(day=28), HOURS, closed) == month


def read(data: bytes) -> tuple[int, str]:
    """Its pages and its words, as another program reads them."""
    with pypdfium2.PdfDocument(data) as document:
        said = [page.get_textpage().get_text_bounded() for page in document]
    return len(said), unicodedata.normalize("NFKC", re.sub(r"\s", "", "".join(said)))


@pytest.mark.usefixtures("database_url")
def test_a_month_is_made_once_kept_and_made_anew_when_its_words_change() -> None:
    month = last_month()
    mended(month)
    reader("sato", "sato@city.example.jp")
    due = datetime.combine(later(month, 1).replace(day=20), time(10), clock.zone())
    assert report_months(due) == 0  # nothing has been counted
    assert turn(month) == 1
    assert turn(month) == 0
    with transaction() as db:
        (first,) = versions.of(db, month)
        numbers = reading.numbers(db, month_of(month), Only())
    assert numbers.received == 1
    data = b"".join(versions.pieces(first.id))
    assert (len(data), hashlib.sha256(data).hexdigest()) == (first.bytes, first.sha256)
    pages, said = read(data)
    assert 2 <= pages == first.pages <= 6
    assert f"受付{numbers.received}件" in said
    assert f"完了{numbers.closed}件" in said
    assert f"月末に未了{numbers.open}件" in said
    assert ("速報" in said) == first.is_open
    assert "直す前と、直した後" in said
    with transaction() as db:
        assert words.write(db, month, "側溝の清掃を\n終えました。", [], by="佐藤", seen=0)
        run = versions.ask(db, month, by=None, key="press", mail=False)
        assert versions.ask(db, month, by=None, key="press", mail=False) == run
    work(run)
    with transaction() as db:
        second, older = versions.of(db, month)
        again = versions.ask(db, month, by=None, key=None, mail=False)
    assert (second.version, older) == (2, first)
    assert "側溝の清掃を" in read(b"".join(versions.pieces(second.id)))[1]
    assert b"".join(versions.pieces(first.id)) == data
    work(again)
    assert value("SELECT state FROM monthly_reports ORDER BY id DESC LIMIT 1") == "same"
    (mail,) = rows("SELECT address, facts FROM mails WHERE kind = 'monthly'")
    assert mail.address == "sato@city.example.jp"
    with pytest.raises(words.Overwritten), transaction() as db:
        words.write(db, month, "ほかの人", [], by="加藤", seen=0)


@pytest.mark.parametrize("nothing_since", [True, False])
@pytest.mark.usefixtures("database_url")
def test_after_a_restore_it_is_mailed_only_where_nothing_can_have_been_said(
    nothing_since: bool,
) -> None:
    month = last_month()
    mended(month, released=False)
    count()
    restored = {"nothing_since": nothing_since}
    with transaction() as db:
        entries.write(db, Kind.CHANGE, "backup restored", "backup:x", new=restored)
    due = datetime.combine(later(month, 1).replace(day=20), time(10), clock.zone())
    assert report_months(due) == 1
    assert value("SELECT mail FROM monthly_reports") is nothing_since


@pytest.mark.usefixtures("database_url")
def test_a_mail_leaves_only_to_who_has_the_right_and_carries_the_bytes() -> None:
    month = last_month()
    mended(month, released=False)
    user_id = reader("sato", "sato@city.example.jp")
    turn(month)

    def job() -> Any:
        with transaction() as db:
            return job_of(db, db.query(Mail).filter_by(kind="monthly").one())

    found = job()
    with transaction() as db:
        newest = versions.newest(db, month)
    assert newest is not None
    assert hashlib.sha256(found.paper.draw(None)).hexdigest() == newest.sha256
    letter = found.letter(True)
    assert newest.sha256 in letter.body
    assert f"/staff/reports/{month:%Y-%m}" in letter.body
    with transaction() as db:
        db.execute(text("UPDATE users SET role = 'crew', department_id = 1 WHERE id = :id"),
                   {"id": user_id})  # fmt: skip
    assert job() is None


@pytest.mark.usefixtures("database_url")
def test_photos_are_those_that_everybody_may_see_and_go_with_the_erased() -> None:
    month = last_month()
    one, two = mended(month), mended(month)
    mended(month, released=False)
    with transaction() as db:
        there = pairs.found(db, month)
        assert {each.ticket_id for each in there} == {one.id, two.id}
        assert [each.ticket_id for each in pairs.chosen(there, [two.id])] == [two.id]
        words.write(db, month, "", [two.id], by="佐藤", seen=0)
    turn(month)
    with transaction() as db:
        (first,) = versions.of(db, month)
        assert first.can_be_read
        db.execute(text("UPDATE photos SET decision = 'withheld' WHERE report_id IS NOT NULL"))
    with transaction() as db:
        assert not versions.of(db, month)[0].can_be_read
        db.execute(text("UPDATE photos SET decision = 'released' WHERE report_id IS NOT NULL"))
    with transaction() as db:
        erase.erase(db, two.resident_id)
    assert [*versions.pieces(first.id)] == []
    assert turn(month) == 1
    with transaction() as db:
        second, emptied = versions.of(db, month)
    assert emptied.emptied_at is not None
    assert emptied.sha256 == first.sha256
    assert second.can_be_read


def test_differences_are_of_what_is_shown() -> None:
    assert [told._more(*pair) for pair in ((12, 10), (3.2, 4.1), (5, 5.02), (None, 1))] == [
        "+2",
        "−0.9",
        "±0",
        "",
    ]
