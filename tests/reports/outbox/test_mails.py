"""Mails to departments and authorities: what they say, and what becomes of those not taken."""

import io
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from letterbox import Letterbox, letterbox
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import STAFF, file, resident, rows, value

from geo.points import Point
from local.machine.processes import free_ports
from reports.actions.assign import assign
from reports.actions.move import move
from reports.actions.route import route
from reports.city import departments
from reports.city.models import Department
from reports.outbox import mail_texts, mails
from reports.outbox.mail_texts import Notice, Reader, Sender
from reports.tickets.models import Ticket
from reports.tickets.status import Status
from settings import settings
from store.database import transaction
from workers import mail, perform
from workers.retry import Retry

ON_TODO = Point(139.5078, 35.7014)
"""On 小金井街道, which is the prefecture's."""
OFFICE = "東京都北多摩南部建設事務所"


@pytest.fixture
def box(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    (port,) = free_ports([0])
    with letterbox(port) as opened:
        monkeypatch.setenv("SMTP_URL", opened.url)
        monkeypatch.setenv("MAIL_FROM", "小金井市 道路管理課 <road@city.example.jp>")
        settings.cache_clear()
        yield opened


_people = itertools.count(1)


def forwarded(spoken: str = "車の腹をこすりました") -> int:
    """A ticket of the prefecture's, handed over by staff; gives its id."""
    with transaction() as db:
        ticket_id = file(db, resident(db, f"U777{next(_people):029d}"), at=ON_TODO, spoken=spoken)
        route(db, ticket_id)
        move(db, ticket_id, Status.FORWARDED, STAFF, note="東京都へ連絡しました。")
    return ticket_id


def send(mail_id: int | None = None) -> None:
    """As the worker does it, in the commit of the result."""
    write = mail.send_mail(mail_id or newest())
    if write:
        with transaction() as db:
            write(db)


def newest() -> int:
    return int(value("SELECT max(id) FROM mails"))


def state() -> Any:
    return rows("SELECT state, error, sent_at FROM mails ORDER BY id DESC LIMIT 1")[0]


def happened() -> list[str]:
    found = rows("SELECT what FROM history ORDER BY id")
    return [row.what for row in found if "mail" in row.what]


def test_an_authority_gets_the_ticket_by_mail_with_one_page(box: Letterbox) -> None:
    forwarded()
    number = value("SELECT number FROM tickets")
    send()
    (got,) = box.mails
    assert got["To"] == "kitatama-nambu@example.jp"
    assert got["From"].addresses[0].display_name == "小金井市 道路管理課"
    assert number in got["Subject"]
    assert got["Subject"].startswith("【小金井市】")
    for told in (OFFICE, number, "舗装の穴・段差", "35.701400, 139.507800", "maps.gsi.go.jp",
                 "「車の腹をこすりました」", "東京都へ連絡しました。", "042-000-0000"):  # fmt: skip
        assert told in box.words()
    (page,) = got.iter_attachments()
    assert page.get_content_type() == "application/pdf"
    with pypdfium2.PdfDocument(io.BytesIO(page.get_content())) as pdf:
        assert len(pdf) == 1
        assert number in pdf[0].get_textpage().get_text_bounded()
    assert state().state == "sent"
    assert happened() == ["mailed"]


def test_nobody_outside_learns_who_reported_or_where_staff_work(box: Letterbox) -> None:
    forwarded()
    send()
    raw = box.mails[0].as_string() + box.words()
    for secret in ("U777", "/staff/", "resident"):
        assert secret not in raw


def test_a_mail_is_sent_once_however_often_its_task_runs(box: Letterbox) -> None:
    forwarded()
    send()
    send()
    assert len(box.mails) == 1


def test_a_mail_that_comes_twice_shows_that_it_is_one(box: Letterbox) -> None:
    """A worker killed between the server's yes and its own commit sends it again."""
    forwarded()
    mail.send_mail(newest())
    send()
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_a_server_that_asks_for_patience_gets_the_same_mail_later(box: Letterbox) -> None:
    forwarded()
    box.answers = ["451 try later"]
    with pytest.raises(Retry, match="451 try later"):
        send()
    assert (state().state, box.mails) == ("waiting", [])
    send()
    assert (state().state, len(box.mails)) == ("sent", 1)


def test_a_mail_refused_for_good_is_shown_to_staff_and_can_be_sent_again(box: Letterbox) -> None:
    ticket_id = forwarded()
    box.answers = ["550 5.1.1 no such user"]
    send()
    with transaction() as db:
        (lost,) = mails.undelivered(db)
    assert (lost.department, lost.error) == (OFFICE, "550 5.1.1 no such user")
    assert happened() == ["mail_failed"]
    rows("UPDATE departments SET email = 'new@example.jp' WHERE key = 'tokyo_kitatama_south'")
    with transaction() as db:
        assert mails.send_again(db, [lost.id]) == [OFFICE]
        assert mails.send_again(db, [lost.id]) == []
    send()
    assert box.mails[0]["To"] == "new@example.jp"
    with transaction() as db:
        assert mails.undelivered(db) == []
    assert value("SELECT count(*) FROM tickets WHERE id = :id", id=ticket_id) == 1


def test_whose_it_is_not_any_more_gets_no_mail(box: Letterbox) -> None:
    """The server was away while staff took the ticket back."""
    ticket_id = forwarded()
    with transaction() as db:
        assign(db, ticket_id, "road", STAFF, "市が直すことになった")
    send(int(value("SELECT id FROM mails WHERE kind = 'forwarded'")))
    assert box.mails == []
    assert value("SELECT count(*) FROM mails WHERE kind = 'forwarded'") == 0


def test_a_mail_sent_again_days_later_is_as_patient_as_a_new_one(box: Letterbox) -> None:
    forwarded()
    rows("UPDATE mails SET state = 'failed', created_at = now() - interval '3 days'")
    with transaction() as db:
        mails.send_again(db, [newest()])
    box.answers = ["451 try later"]
    with pytest.raises(Retry) as waiting:
        send()
    assert waiting.value.seconds(1) < mail.LONGEST_SECONDS


def test_a_mail_waits_a_minute_for_photos_that_are_on_their_way(box: Letterbox) -> None:
    forwarded()
    rows("INSERT INTO photos (state, report_id) SELECT 'waiting', id FROM reports")
    with pytest.raises(Retry):
        send()
    rows("UPDATE mails SET created_at = now() - interval '1 min'")
    send()
    assert len(box.mails) == 1


def test_a_server_that_is_away_costs_nothing_but_time(
    box: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nobody,) = free_ports([0])
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{nobody}")
    settings.cache_clear()
    forwarded()
    with pytest.raises(Retry) as waiting:
        send()
    assert mail.SOONEST_SECONDS <= waiting.value.seconds(1) < 3600
    rows("UPDATE mails SET created_at = now() - interval '1 h'")
    with pytest.raises(Retry) as longer:
        send()
    assert longer.value.seconds(1) >= 3 * 3600
    assert state().state == "waiting"


def test_a_mail_given_up_is_not_lost_from_sight(box: Letterbox) -> None:
    forwarded()
    work = perform.Task(0, "send_mail", {"mail_id": newest()})
    perform.abandoned(work)
    assert state().state == "failed"
    with transaction() as db:
        assert len(mails.undelivered(db)) == 1


def test_without_a_server_or_a_sender_nothing_is_sent_and_staff_see_why(
    box: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for missing in ("SMTP_URL", "MAIL_FROM"):
        with monkeypatch.context() as setting:
            setting.setenv(missing, "")
            settings.cache_clear()
            forwarded()
            send()
            assert (state().state, state().error) == ("failed", mails.NO_SERVER)
    assert box.mails == []


WRONG_SETTINGS = [
    ("SMTP_URL", "{url}?starttls=require", "STARTTLS"),
]


def test_a_wrong_setting_says_so(box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> None:
    forwarded()
    for name, wrong, why in WRONG_SETTINGS:
        rows("UPDATE mails SET state = 'waiting'")
        with monkeypatch.context() as setting:
            setting.setenv(name, wrong.format(url=box.url))
            settings.cache_clear()
            send()
        assert state().state == "failed"
        assert why in state().error


def test_no_words_of_strangers_become_headers(box: Letterbox) -> None:
    forwarded("穴です\r\nBcc: all@example.jp\r\n\r\n<b>")
    rows("UPDATE tickets SET place_name = E'本町\\r\\nBcc: evil@example.jp'")
    send()
    (got,) = box.mails
    assert got["Bcc"] is None
    assert "本町 Bcc: evil@example.jp" in got["Subject"]
    assert "「穴です Bcc: all@example.jp <b>」" in box.words()


def test_a_department_that_a_rule_names_is_told_with_a_way_to_the_ticket(box: Letterbox) -> None:
    with transaction() as db:
        ticket_id = file(db, resident(db))
        mails.tell(db, db.get_one(Ticket, ticket_id), ["drains", "police", "nobody"])
    assert value("SELECT count(*) FROM mails") == 1
    send()
    number = value("SELECT number FROM tickets")
    assert box.mails[0]["To"] == "drains@example.jp"
    assert f"http://127.0.0.1:8000/staff/tickets/{number}" in box.words()


def test_the_list_of_the_day_is_one_mail_however_many_clocks_run(box: Letterbox) -> None:
    entry = {"number": "123-456-789", "category": "舗装の穴・段差", "place": "本町六丁目付近",
             "deadline": "2026-11-20", "days_over": 2}  # fmt: skip
    facts = {"due": [], "overdue": [entry], "long_overdue": [], "nobody": 3}
    today = datetime.now(UTC).date()
    with transaction() as db:
        road = db.get_one(Department, 1)
        assert mails.write(db, "daily", road, facts=facts, day=today)
        assert not mails.write(db, "daily", road, facts=facts, day=today)
        assert mails.write(db, "daily", road, facts=facts, day=today + timedelta(days=1))
    send(int(value("SELECT min(id) FROM mails")))
    (got,) = box.mails
    assert "超過 1件" in got["Subject"]
    assert "123-456-789" in box.words()
    assert "期限 11月20日(金)(2日超過)" in box.words()
    assert "担当課が決まっていない受付票が 3件" in box.words()
    assert not list(got.iter_attachments())


def test_a_list_of_yesterday_that_did_not_arrive_is_soon_forgotten(db: Session) -> None:
    mails.write(db, "daily", db.get_one(Department, 1), day=datetime.now(UTC).date())
    db.execute(text("UPDATE mails SET state = 'failed'"))
    assert len(mails.undelivered(db)) == 1
    db.execute(text("UPDATE mails SET created_at = now() - interval '4 days'"))
    assert mails.undelivered(db) == []


def test_a_reminder_says_since_when() -> None:
    received = datetime(2026, 11, 21, 21, 3, tzinfo=UTC)
    notice = Notice(
        1, "123-456-789", "道路の穴", "", 139.5, 35.7, received, True, "", ["あ" * 2000], ""
    )
    letter = mail_texts.about_ticket(
        "reminder", notice, Reader(OFFICE, False), Sender("小金井市", "042-000-0000", "https://x"),
        told_on=received.date(),
    )  # fmt: skip
    assert "11月21日(土)に、次の通報をご連絡しました" in letter.body
    assert letter.subject.startswith("【緊急】【小金井市】")
    assert max(map(len, letter.body.splitlines())) < 1100
    assert "場所: 下の緯度・経度の地点" in letter.body


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@b",
        "a b@c.jp",
        "a@b.jp,c@d.jp",
        "a@b.jp\n",
        "道@c.jp",
        "a..b@c.jp",
        "<a@b.jp>",
        "a@-b.jp",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    assert not departments.is_address(address)
    assert departments.is_address("road.section+1@city.koganei.example.jp")
